import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import DynamoEventSource, SqsDlq

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "DdbStreams")

orders = dynamodb.Table(
    stack,
    "OrdersTable",
    partition_key=dynamodb.Attribute(name="order", type=dynamodb.AttributeType.STRING),
    billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
    stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    removal_policy=RemovalPolicy.DESTROY,
)
failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))

worker = lambda_.Function(
    stack,
    "WorkerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(30),
    layers=[
        lambda_.LayerVersion.from_layer_version_arn(
            stack,
            "Powertools",
            "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
        )
    ],
)
worker.add_event_source(
    DynamoEventSource(
        orders,
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        batch_size=100,
        filters=[
            lambda_.FilterCriteria.filter({"eventName": lambda_.FilterRule.is_equal("INSERT")})
        ],
        report_batch_item_failures=True,
        bisect_batch_on_error=True,
        retry_attempts=5,
        # Records live for 24 hours; a retry that is not limited holds its shard for as long.
        max_record_age=Duration.hours(2),
        on_failure=SqsDlq(failed),
    )
)

CfnOutput(stack, "TableName", description="Put orders here.", value=orders.table_name)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
