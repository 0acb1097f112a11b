import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_pipes import CfnPipe

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "PipesEnrichment")

failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))
orders = sqs.Queue(
    stack,
    "OrdersQueue",
    visibility_timeout=Duration.seconds(120),
    dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=5),
)
enrich = lambda_.Function(
    stack,
    "EnrichFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
)
worker = lambda_.Function(
    stack,
    "WorkerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="worker.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
)

role = iam.Role(stack, "PipeRole", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
orders.grant_consume_messages(role)
enrich.grant_invoke(role)
worker.grant_invoke(role)

# The L2 construct for pipes is not in the stable library.
CfnPipe(
    stack,
    "OrdersPipe",
    role_arn=role.role_arn,
    source=orders.queue_arn,
    enrichment=enrich.function_arn,
    target=worker.function_arn,
    target_parameters=CfnPipe.PipeTargetParametersProperty(
        lambda_function_parameters=CfnPipe.PipeTargetLambdaFunctionParametersProperty(
            invocation_type="REQUEST_RESPONSE"
        )
    ),
)

CfnOutput(stack, "QueueUrl", description="Send orders here.", value=orders.queue_url)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
