import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_authorizers import HttpLambdaAuthorizer, HttpLambdaResponseType
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "AuthorizerHttp")

door = lambda_.Function(
    stack,
    "DoorFunction",
    # The API asks it before the shop, in the time of the same request, and keeps its answer for a
    # minute.
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

api = apigatewayv2.HttpApi(
    stack,
    "OrdersApi",
    default_authorizer=HttpLambdaAuthorizer(
        "Door",
        door,
        response_types=[HttpLambdaResponseType.SIMPLE],
        results_cache_ttl=Duration.minutes(1),
    ),
)
api.add_routes(
    path="/orders/{order}",
    methods=[apigatewayv2.HttpMethod.PUT],
    integration=HttpLambdaIntegration("PutOrder", shop),
)

CfnOutput(stack, "OrdersUrl", value=f"{api.url}orders")

# What the lessons say to watch.
add_alarms(stack)

app.synth()
