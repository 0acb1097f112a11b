import sys
from pathlib import Path

from aws_cdk import App, Aws, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination
from aws_cdk.aws_lambda_event_sources import S3EventSource

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "S3Notification")

incoming = s3.Bucket(stack, "IncomingOrders", bucket_name=f"incoming-orders-{Aws.ACCOUNT_ID}")
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
    timeout=Duration.seconds(30),
    # What happens once Lambda has answered 202: without a destination the third failure loses the
    # event in silence.
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)
incoming.grant_read(listener, "orders/*")
listener.add_event_source(
    S3EventSource(
        incoming,
        events=[s3.EventType.OBJECT_CREATED],
        # Write results elsewhere: a function that writes under the prefix that starts it never
        # ends.
        filters=[s3.NotificationKeyFilter(prefix="orders/")],
    )
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
