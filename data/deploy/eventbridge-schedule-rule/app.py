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
stack = Stack(app, "EventbridgeScheduleRule")

failed = sqs.Queue(stack, "FailedRuns", retention_period=Duration.days(14))

job = lambda_.Function(
    stack,
    "JobFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(60),
    # Two runs of the job never overlap.
    reserved_concurrent_executions=1,
    # The next run comes anyway: no second try of an old one.
    retry_attempts=0,
    max_event_age=Duration.minutes(5),
    on_failure=SqsDestination(failed),
)

events.Rule(
    stack,
    "EveryFiveMinutes",
    schedule=events.Schedule.rate(Duration.minutes(5)),
    targets=[targets.LambdaFunction(job)],
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
