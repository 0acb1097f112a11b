import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_authorizers import WebSocketLambdaAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import WebSocketLambdaIntegration

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "AuthorizerWs")

door = lambda_.Function(
    stack,
    "DoorFunction",
    # The API asks it for $connect only; its answer holds as long as the connection.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(5),
)
shop = lambda_.Function(
    stack,
    "ShopFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="shop.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
)

api = apigatewayv2.WebSocketApi(
    stack,
    "OrdersApi",
    api_name="orders",
    route_selection_expression="$request.body.action",
    connect_route_options=apigatewayv2.WebSocketRouteOptions(
        integration=WebSocketLambdaIntegration("ConnectIntegration", shop),
        authorizer=WebSocketLambdaAuthorizer(
            "Door", door, identity_source=["route.request.header.Authorization"]
        ),
    ),
)
api.add_route(
    "order",
    integration=WebSocketLambdaIntegration("ShopIntegration", shop),
    return_response=True,
)
prod = apigatewayv2.WebSocketStage(
    stack, "Prod", web_socket_api=api, stage_name="prod", auto_deploy=True
)

CfnOutput(stack, "OrdersUrl", value=prod.url)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
