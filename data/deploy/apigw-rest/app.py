import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "ApigwRest")

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

api = apigateway.RestApi(
    stack,
    "OrdersApi",
    rest_api_name="orders",
    endpoint_types=[apigateway.EndpointType.REGIONAL],
    cloud_watch_role=False,
    # The API's own 429, before the function is asked.
    deploy_options=apigateway.StageOptions(
        stage_name="prod", throttling_rate_limit=50, throttling_burst_limit=100
    ),
)
api.root.add_resource("orders").add_resource("{order}").add_method(
    "PUT", apigateway.LambdaIntegration(orders, timeout=Duration.seconds(10))
)

CfnOutput(stack, "OrdersUrl", value=api.url_for_path("/orders"))

# What the lessons say to watch.
add_alarms(stack)

app.synth()
