import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "SqsStandard")

failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))
orders = sqs.Queue(
    stack,
    "OrdersQueue",
    # Six times the function's timeout, as AWS advises.
    visibility_timeout=Duration.seconds(60),
    dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=5),
)

# Which orders are packed already: a standard queue delivers at least once.
packed = dynamodb.Table(
    stack,
    "PackedTable",
    partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
    time_to_live_attribute="expiration",
    removal_policy=RemovalPolicy.DESTROY,
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
    environment={"PACKED_TABLE": packed.table_name},
)
packed.grant(
    worker, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"
)
worker.add_event_source(
    SqsEventSource(
        orders,
        batch_size=10,
        # Without it one failed order brings the whole batch back.
        report_batch_item_failures=True,
        # What the database behind can stand; the other messages wait in the queue, unthrottled.
        max_concurrency=5,
    )
)

CfnOutput(stack, "QueueUrl", description="Send orders here.", value=orders.queue_url)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
