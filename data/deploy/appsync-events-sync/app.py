import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "AppsyncEventsSync")

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

api = appsync.CfnApi(
    stack,
    "OrdersApi",
    name="orders",
    event_config=appsync.CfnApi.EventConfigProperty(
        auth_providers=[appsync.CfnApi.AuthProviderProperty(auth_type="AWS_IAM")],
        connection_auth_modes=[appsync.CfnApi.AuthModeProperty(auth_type="AWS_IAM")],
        default_publish_auth_modes=[appsync.CfnApi.AuthModeProperty(auth_type="AWS_IAM")],
        default_subscribe_auth_modes=[appsync.CfnApi.AuthModeProperty(auth_type="AWS_IAM")],
    ),
)
role = iam.Role(stack, "SourceRole", assumed_by=iam.ServicePrincipal("appsync.amazonaws.com"))
orders.grant_invoke(role)
source = appsync.CfnDataSource(
    stack,
    "OrdersSource",
    api_id=api.attr_api_id,
    name="OrdersSource",
    type="AWS_LAMBDA",
    lambda_config=appsync.CfnDataSource.LambdaConfigProperty(
        lambda_function_arn=orders.function_arn
    ),
    service_role_arn=role.role_arn,
)
namespace = appsync.CfnChannelNamespace(
    stack,
    "Orders",
    api_id=api.attr_api_id,
    name="orders",
    handler_configs=appsync.CfnChannelNamespace.HandlerConfigsProperty(
        on_publish=appsync.CfnChannelNamespace.HandlerConfigProperty(
            behavior="DIRECT",
            integration=appsync.CfnChannelNamespace.IntegrationProperty(
                data_source_name="OrdersSource",
                lambda_config=appsync.CfnChannelNamespace.LambdaConfigProperty(
                    invoke_type="REQUEST_RESPONSE"
                ),
            ),
        )
    ),
)
namespace.node.add_dependency(source)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
