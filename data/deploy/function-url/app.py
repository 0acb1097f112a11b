import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "FunctionUrl")

orders = lambda_.Function(
    stack,
    "OrdersFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
    # A URL has no throttle of its own: this is what stands between it and the rest of the account.
    reserved_concurrent_executions=10,
)
url = orders.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)

CfnOutput(stack, "OrdersUrl", value=url.url)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
