import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Codecommit")

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

shop = codecommit.Repository(stack, "Shop", repository_name="shop")
shop.notify(
    listener.function_arn,
    name="orders",
    branches=["main"],
    events=[codecommit.RepositoryEventTrigger.UPDATE_REF],
    custom_data='{"order": "A-1017", "item": "teapot", "amount": 42.5}',
)
listener.add_permission(
    "CodeCommitPermission",
    principal=iam.ServicePrincipal("codecommit.amazonaws.com"),
    source_arn=shop.repository_arn,
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
