import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "EventbridgeRule")

# What EventBridge could not hand over to Lambda.
undelivered = sqs.Queue(stack, "Undelivered", retention_period=Duration.days(14))

# What Lambda accepted and the function failed at three times.
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
    # What happens once Lambda has answered 202: without a destination the third failure loses the
    # event in silence.
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)

events.Rule(
    stack,
    "OrderPlaced",
    event_pattern=events.EventPattern(source=["shop.orders"], detail_type=["OrderPlaced"]),
    targets=[
        targets.LambdaFunction(
            listener,
            # Only for what Lambda does not accept; a throttled function's events are in its queue
            # by then.
            max_event_age=Duration.hours(1),
            retry_attempts=20,
            dead_letter_queue=undelivered,
        )
    ],
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
