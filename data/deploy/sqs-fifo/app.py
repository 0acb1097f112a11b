import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "SqsFifo")

# The dead-letter queue of a FIFO queue is a FIFO queue.
failed = sqs.Queue(stack, "FailedOrders", fifo=True, retention_period=Duration.days(14))
orders = sqs.Queue(
    stack,
    "OrdersQueue",
    fifo=True,
    content_based_deduplication=True,
    visibility_timeout=Duration.seconds(60),
    dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=3),
)

worker = lambda_.Function(
    stack,
    "WorkerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
    layers=[
        lambda_.LayerVersion.from_layer_version_arn(
            stack,
            "Powertools",
            "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
        )
    ],
)
# The most that a FIFO queue allows, and it allows no batching window.
worker.add_event_source(SqsEventSource(orders, batch_size=10, report_batch_item_failures=True))

CfnOutput(
    stack,
    "QueueUrl",
    description="Send orders here, each with a message group.",
    value=orders.queue_url,
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
