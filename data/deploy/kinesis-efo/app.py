import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import KinesisConsumerEventSource, SqsDlq

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "KinesisEfo")

orders = kinesis.Stream(
    stack,
    "OrdersStream",
    shard_count=2,
    encryption=kinesis.StreamEncryption.MANAGED,
    removal_policy=RemovalPolicy.DESTROY,
)
fraud_check = kinesis.StreamConsumer(
    stack, "FraudCheck", stream=orders, stream_consumer_name="fraud-check"
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
    # The consumer instead of the stream is all that makes the difference.
    KinesisConsumerEventSource(
        fraud_check,
        starting_position=lambda_.StartingPosition.LATEST,
        batch_size=100,
        report_batch_item_failures=True,
        bisect_batch_on_error=True,
        retry_attempts=3,
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
