import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Firehose")

transform = lambda_.Function(
    stack,
    "TransformFunction",
    # Five minutes are the most that the stream waits.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(60),
)
bucket = s3.Bucket(stack, "OrdersBucket")

orders = firehose.DeliveryStream(
    stack,
    "OrdersStream",
    destination=firehose.S3Bucket(
        bucket,
        data_output_prefix="orders/",
        error_output_prefix="failed/",
        buffering_interval=Duration.seconds(60),
        buffering_size=Size.mebibytes(5),
        logging_config=firehose.DisableLogging(),
        processors=[
            firehose.LambdaFunctionProcessor(
                transform,
                buffer_interval=Duration.seconds(60),
                buffer_size=Size.mebibytes(1),
                # Also after a run that fails or times out; an answer of ProcessingFailed is not.
                retries=3,
            )
        ],
    ),
)

CfnOutput(stack, "StreamName", description="Put orders here.", value=orders.delivery_stream_name)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
