import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "ApigwRestStream")

orders = lambda_.Function(
    stack,
    "OrdersFunction",
    # Node.js streams; the managed Python runtime does not.
    runtime=lambda_.Runtime.NODEJS_24_X,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="index.handler",
    memory_size=512,
    timeout=Duration.minutes(2),
)

api = apigateway.RestApi(
    stack,
    "OrdersApi",
    rest_api_name="orders",
    endpoint_types=[apigateway.EndpointType.REGIONAL],
    cloud_watch_role=False,
    deploy_options=apigateway.StageOptions(stage_name="prod"),
)
api.root.add_resource("orders").add_resource("{order}").add_method(
    "PUT",
    apigateway.LambdaIntegration(
        orders,
        response_transfer_mode=apigateway.ResponseTransferMode.STREAM,
        # Above 29 seconds only for streams, and for Regional and private APIs.
        timeout=Duration.minutes(2),
    ),
)

CfnOutput(stack, "OrdersUrl", value=api.url_for_path("/orders"))

# What the lessons say to watch.
add_alarms(stack)

app.synth()
