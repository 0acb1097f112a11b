import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "CognitoCustomSender")

key = kms.Key(stack, "CodeKey", enable_key_rotation=True)
failed = sqs.Queue(stack, "FailedCodes", retention_period=Duration.days(1))

sender = lambda_.Function(
    stack,
    "SenderFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
    environment={"KEY_ARN": key.key_arn},
    # A code is good for hours at most: do not try for longer.
    retry_attempts=2,
    max_event_age=Duration.minutes(15),
    on_failure=SqsDestination(failed),
)
key.grant_decrypt(sender)

customers = cognito.UserPool(
    stack,
    "Customers",
    self_sign_up_enabled=True,
    sign_in_aliases=cognito.SignInAliases(email=True),
    auto_verify=cognito.AutoVerifiedAttrs(email=True),
    custom_sender_kms_key=key,
    lambda_triggers=cognito.UserPoolTriggers(custom_email_sender=sender),
)

CfnOutput(stack, "UserPoolId", value=customers.user_pool_id)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
