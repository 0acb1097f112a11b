import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack, TimeZone
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination
from aws_cdk.aws_scheduler_targets import LambdaInvoke

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "EventbridgeScheduler")

# What the scheduler could not hand over to Lambda.
undelivered = sqs.Queue(stack, "Undelivered", retention_period=Duration.days(14))

# What Lambda accepted and the function failed at twice.
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
    retry_attempts=1,
    max_event_age=Duration.minutes(15),
    on_failure=SqsDestination(failed),
)

scheduler.Schedule(
    stack,
    "EveryMorning",
    # Seven in the morning in summer and in winter; a scheduled rule knows UTC only.
    schedule=scheduler.ScheduleExpression.cron(
        minute="0", hour="7", time_zone=TimeZone.EUROPE_VIENNA
    ),
    time_window=scheduler.TimeWindow.flexible(Duration.minutes(10)),
    target=LambdaInvoke(
        job, max_event_age=Duration.hours(1), retry_attempts=10, dead_letter_queue=undelivered
    ),
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
