import sys
from pathlib import Path

from aws_cdk import App, CfnParameter, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ses_actions as actions

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "SesSync")

recipient = CfnParameter(
    stack,
    "Recipient",
    default="orders@example.org",
    description="An address of a domain that SES has verified for you.",
)

listener = lambda_.Function(
    stack,
    "ListenerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
)

rules = ses.ReceiptRuleSet(stack, "Rules")
rules.add_rule(
    "OrderMail",
    recipients=[recipient.value_as_string],
    scan_enabled=True,
    actions=[
        actions.Lambda(
            function=listener, invocation_type=actions.LambdaInvocationType.REQUEST_RESPONSE
        )
    ],
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
