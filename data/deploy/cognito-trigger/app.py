import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "CognitoTrigger")

sign_up = lambda_.Function(
    stack,
    "SignUpFunction",
    # Longer than the pool's five seconds would only run unheard.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(5),
)
customers = cognito.UserPool(
    stack,
    "Customers",
    self_sign_up_enabled=True,
    sign_in_aliases=cognito.SignInAliases(email=True),
    auto_verify=cognito.AutoVerifiedAttrs(email=True),
    lambda_triggers=cognito.UserPoolTriggers(pre_sign_up=sign_up),
)

CfnOutput(stack, "UserPoolId", value=customers.user_pool_id)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
