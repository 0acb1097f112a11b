import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "AuthorizerRest")

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

api = apigateway.RestApi(
    stack,
    "OrdersApi",
    rest_api_name="orders",
    endpoint_types=[apigateway.EndpointType.REGIONAL],
    cloud_watch_role=False,
    deploy_options=apigateway.StageOptions(stage_name="prod"),
    default_method_options=apigateway.MethodOptions(
        authorizer=apigateway.RequestAuthorizer(
            stack,
            "Door",
            handler=door,
            identity_sources=[apigateway.IdentitySource.header("Authorization")],
            results_cache_ttl=Duration.minutes(1),
        )
    ),
)
api.root.add_resource("orders").add_resource("{order}").add_method(
    "PUT", apigateway.LambdaIntegration(shop)
)

CfnOutput(stack, "OrdersUrl", value=api.url_for_path("/orders"))

# What the lessons say to watch.
add_alarms(stack)

app.synth()
