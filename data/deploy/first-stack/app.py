import os
import re
import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Environment, RemovalPolicy, Stack, Tags
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination
from aws_cdk.aws_sns_subscriptions import LambdaSubscription

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

# What the environment says.
stage = os.environ.get("STAGE", "development")
is_local = os.environ.get("IS_LOCAL", "true") == "true"
account = os.environ.get("ACCOUNT", os.environ.get("CDK_DEFAULT_ACCOUNT"))
if not re.fullmatch("[a-z][a-z0-9-]*", stage):
    sys.exit(
        f'The stage is "{stage}", but takes lower-case letters, digits and hyphens, a letter first.'
    )

app = App()
stack = Stack(
    app,
    "FirstStack",
    stack_name=f"first-stack-{stage}",
    description="Orders come in through an API and go on to a listener; "
    "the system of the course's first page.",
    termination_protection=False,
    env=Environment(account=account, region=os.environ.get("CDK_DEFAULT_REGION")),
)
Tags.of(stack).add("domain", "orders")
Tags.of(stack).add("service", "first-stack")

table = dynamodb.Table(
    stack,
    "OrdersTable",
    partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
    removal_policy=RemovalPolicy.DESTROY,
)
topic = sns.Topic(stack, "OrdersTopic")
settings = {
    "runtime": lambda_.Runtime.PYTHON_3_13,
    "architecture": lambda_.Architecture.ARM_64,
    "tracing": lambda_.Tracing.ACTIVE,
    # Locally the handlers as they are; a pipeline builds one zip and deploys it to each stage.
    "code": lambda_.Code.from_asset(str(HERE / ("handler" if is_local else "handler.zip"))),
    "memory_size": 512,
    "timeout": Duration.seconds(10),
}


def log_group(name: str) -> logs.LogGroup:
    return logs.LogGroup(
        stack,
        name,
        retention=logs.RetentionDays.FIVE_DAYS,
        removal_policy=RemovalPolicy.DESTROY,
    )


# Synchronous: the HTTP client waits for the function's answer.
orders = lambda_.Function(
    stack,
    "OrdersFunction",
    **settings,
    function_name=f"orders-{stage}",
    handler="orders.handler",
    log_group=log_group("OrdersLogs"),
    environment={
        "STAGE": stage,
        "TABLE_NAME": table.table_name,
        "TOPIC_ARN": topic.topic_arn,
    },
)
table.grant(orders, "dynamodb:PutItem")
topic.grant_publish(orders)
api = apigateway.LambdaRestApi(
    stack,
    "OrdersApi",
    handler=orders,
    proxy=True,
    # Every body reaches the function in Base64, so that pictures can be sent, too.
    binary_media_types=["*/*"],
    rest_api_name=f"orders-{stage}",
    endpoint_types=[apigateway.EndpointType.REGIONAL],
    cloud_watch_role=False,
    deploy=True,
    deploy_options=apigateway.StageOptions(stage_name=stage),
)

# Asynchronous: Lambda keeps the event, retries twice, and sends what it gives up to a queue.
failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))
listener = lambda_.Function(
    stack,
    "ListenerFunction",
    **settings,
    function_name=f"listener-{stage}",
    handler="listener.handler",
    log_group=log_group("ListenerLogs"),
    environment={"STAGE": stage, "TABLE_NAME": table.table_name},
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)
table.grant(listener, "dynamodb:UpdateItem")
topic.add_subscription(LambdaSubscription(listener))

CfnOutput(stack, "OrdersUrl", description="POST orders here.", value=api.url_for_path("/orders"))

# What the lessons say to watch.
add_alarms(stack)

app.synth()
