import sys
from pathlib import Path

from aws_cdk import App, CfnParameter, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import (
    ManagedKafkaEventSource,
    ProvisionedPollerConfig,
    SqsDlq,
)

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Msk")

cluster = CfnParameter(
    stack,
    "ClusterArn",
    description="The MSK cluster, with IAM authentication, reachable from its own subnets.",
)
failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))

worker = lambda_.Function(
    stack,
    "WorkerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(60),
    layers=[
        lambda_.LayerVersion.from_layer_version_arn(
            stack,
            "Powertools",
            "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
        )
    ],
)
worker.add_event_source(
    ManagedKafkaEventSource(
        cluster_arn=cluster.value_as_string,
        topic="orders",
        consumer_group_id="order-worker",
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        batch_size=100,
        max_batching_window=Duration.seconds(1),
        # Provisioned pollers are what makes retries, splitting and reports by record possible.
        provisioned_poller_config=ProvisionedPollerConfig(minimum_pollers=1, maximum_pollers=4),
        report_batch_item_failures=True,
        bisect_batch_on_error=True,
        retry_attempts=5,
        max_record_age=Duration.hours(2),
        on_failure=SqsDlq(failed),
    )
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
