import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, CfnParameter, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Alexa")

skill_id = CfnParameter(
    stack,
    "SkillId",
    default="amzn1.ask.skill.example",
    description="The skill's id from the Alexa developer console; no other skill may call.",
)

skill = lambda_.Function(
    stack,
    "SkillFunction",
    # The device waits for eight seconds.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(7),
)
skill.add_permission(
    "SkillPermission",
    principal=iam.ServicePrincipal("alexa-appkit.amazon.com"),
    event_source_token=skill_id.value_as_string,
)

CfnOutput(stack, "FunctionArn", description="The skill's endpoint.", value=skill.function_arn)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
