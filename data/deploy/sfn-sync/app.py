import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "SfnSync")

orders = lambda_.Function(
    stack,
    "OrdersFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
)

place = tasks.LambdaInvoke(
    stack,
    "PlaceOrder",
    lambda_function=orders,
    # Without it a task waits for 99,999,999 seconds.
    task_timeout=sfn.Timeout.duration(Duration.seconds(15)),
)
# Throttles are in no default; for Lambda itself not reachable or busy the task has retries already.
place.add_retry(
    errors=["Lambda.TooManyRequestsException"],
    interval=Duration.seconds(1),
    max_attempts=8,
    backoff_rate=2,
    jitter_strategy=sfn.JitterType.FULL,
)
shop = sfn.StateMachine(
    stack,
    "Shop",
    state_machine_type=sfn.StateMachineType.STANDARD,
    definition_body=sfn.DefinitionBody.from_chainable(place),
)

CfnOutput(stack, "StateMachineArn", value=shop.state_machine_arn)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
