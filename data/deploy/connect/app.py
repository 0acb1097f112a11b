import sys
from pathlib import Path

from aws_cdk import App, CfnParameter, Duration, Stack
from aws_cdk import aws_connect as connect
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Connect")

instance = CfnParameter(
    stack,
    "InstanceArn",
    description="The Amazon Connect instance whose flows call the function.",
)

lookup = lambda_.Function(
    stack,
    "LookupFunction",
    # Shorter than the block waits: after that the contact is elsewhere.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(5),
)

connect.CfnIntegrationAssociation(
    stack,
    "LookupAssociation",
    instance_id=instance.value_as_string,
    integration_type="LAMBDA_FUNCTION",
    integration_arn=lookup.function_arn,
)
lookup.add_permission(
    "LookupPermission",
    principal=iam.ServicePrincipal("connect.amazonaws.com"),
    source_arn=instance.value_as_string,
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
