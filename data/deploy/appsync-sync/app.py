import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "AppsyncSync")

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
)

api = appsync.GraphqlApi(
    stack,
    "OrdersApi",
    name="orders",
    definition=appsync.Definition.from_file(str(HERE / "schema.graphql")),
    authorization_config=appsync.AuthorizationConfig(
        default_authorization=appsync.AuthorizationMode(
            authorization_type=appsync.AuthorizationType.IAM
        )
    ),
)
source = api.add_lambda_data_source("OrdersSource", orders)
source.create_resolver("PlaceOrder", type_name="Mutation", field_name="placeOrder")

CfnOutput(stack, "GraphqlUrl", value=api.graphql_url)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
