import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination
from aws_cdk.aws_lambda_event_sources import SnsEventSource

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Sns")

orders = sns.Topic(stack, "OrdersTopic")

# What SNS could not hand over to Lambda.
undelivered = sqs.Queue(stack, "Undelivered", retention_period=Duration.days(14))

# What Lambda accepted and the function failed at three times.
failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))

# Which messages are booked already: the same message may come twice.
booked = dynamodb.Table(
    stack,
    "BookedTable",
    partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
    removal_policy=RemovalPolicy.DESTROY,
)

listener = lambda_.Function(
    stack,
    "ListenerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
    environment={"BOOKED_TABLE": booked.table_name},
    # What happens once Lambda has answered 202: without a destination the third failure loses the
    # event in silence.
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)
booked.grant(listener, "dynamodb:PutItem")
listener.add_event_source(
    SnsEventSource(
        orders,
        # Filtered by the topic: messages without the attribute never reach the function.
        filter_policy={"order": sns.SubscriptionFilter.exists_filter()},
        dead_letter_queue=undelivered,
    )
)

CfnOutput(stack, "TopicArn", description="Publish orders here.", value=orders.topic_arn)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
