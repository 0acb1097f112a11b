import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import KinesisEventSource, SqsDlq

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Kinesis")

orders = kinesis.Stream(
    stack,
    "OrdersStream",
    shard_count=2,
    encryption=kinesis.StreamEncryption.MANAGED,
    removal_policy=RemovalPolicy.DESTROY,
)

# Holds where the records are (shard, first and last sequence number), not the records: fetch them
# within 24 hours.
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
    timeout=Duration.seconds(30),
    layers=[
        lambda_.LayerVersion.from_layer_version_arn(
            stack,
            "Powertools",
            "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
        )
    ],
)
worker.add_event_source(
    KinesisEventSource(
        orders,
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        batch_size=100,
        max_batching_window=Duration.seconds(1),
        parallelization_factor=2,
        # Without these four a poison record holds its shard until it expires.
        report_batch_item_failures=True,
        bisect_batch_on_error=True,
        retry_attempts=3,
        max_record_age=Duration.hours(1),
        on_failure=SqsDlq(failed),
    )
)

CfnOutput(
    stack,
    "StreamName",
    description="Put orders here, with the order as partition key.",
    value=orders.stream_name,
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
