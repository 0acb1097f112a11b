import sys
from pathlib import Path

from aws_cdk import App, CustomResource, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "CfnCustomResource")

failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))

resource = lambda_.Function(
    stack,
    "ResourceFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(60),
    # A failure of the function itself tells the stack nothing: it waits for the service timeout.
    retry_attempts=2,
    max_event_age=Duration.minutes(5),
    on_failure=SqsDestination(failed),
)
CustomResource(
    stack,
    "OrderTable",
    resource_type="Custom::OrderTable",
    service_token=resource.function_arn,
    # The default is an hour of a stack that does not move.
    service_timeout=Duration.minutes(5),
    properties={"Order": {"order": "A-1017", "item": "teapot", "amount": 42.5}},
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
