import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "ApigwHttp")

orders = lambda_.Function(
    stack,
    "OrdersFunction",
    # Not longer than the API waits: what runs on is paid for and heard by nobody.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
)

api = apigatewayv2.HttpApi(stack, "OrdersApi", create_default_stage=False)
stage = api.add_stage(
    "Live",
    stage_name="$default",
    auto_deploy=True,
    # The API's own 429, before the function is asked.
    throttle=apigatewayv2.ThrottleSettings(rate_limit=50, burst_limit=100),
)
api.add_routes(
    path="/orders/{order}",
    methods=[apigatewayv2.HttpMethod.PUT],
    integration=HttpLambdaIntegration("PutOrder", orders, timeout=Duration.seconds(10)),
)

CfnOutput(stack, "OrdersUrl", value=f"{stage.url}orders")

# What the lessons say to watch.
add_alarms(stack)

app.synth()
