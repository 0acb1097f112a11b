import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "InvokeEvent")

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

CfnOutput(stack, "FunctionName", value=listener.function_name)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
