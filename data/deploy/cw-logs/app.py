import sys
from pathlib import Path

from aws_cdk import App, Duration, RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination
from aws_cdk.aws_logs_destinations import LambdaDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "CwLogs")

failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))

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
    layers=[
        lambda_.LayerVersion.from_layer_version_arn(
            stack,
            "Powertools",
            "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
        )
    ],
    # What happens once Lambda has answered 202: without a destination the third failure loses the
    # event in silence.
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)

# Not the function's own log group, which would feed it with its own lines for ever.
shop = logs.LogGroup(
    stack, "ShopLogs", retention=logs.RetentionDays.ONE_WEEK, removal_policy=RemovalPolicy.DESTROY
)
logs.SubscriptionFilter(
    stack,
    "Amounts",
    log_group=shop,
    destination=LambdaDestination(listener),
    filter_pattern=logs.FilterPattern.literal("{ $.amount = * }"),
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
