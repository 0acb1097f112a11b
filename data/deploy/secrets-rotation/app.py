import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "SecretsRotation")

rotate = lambda_.Function(
    stack,
    "RotateFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(30),
)

secret = secretsmanager.CfnSecret(stack, "ShopSecret", generate_secret_string={})
rotate.add_to_role_policy(
    iam.PolicyStatement(
        actions=[
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ],
        resources=[secret.ref],
    )
)
rotate.add_to_role_policy(
    iam.PolicyStatement(actions=["secretsmanager:GetRandomPassword"], resources=["*"])
)
rotate.add_permission(
    "RotatePermission",
    principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
    source_account=stack.account,
)
rotation = secretsmanager.CfnRotationSchedule(
    stack,
    "ShopRotation",
    secret_id=secret.ref,
    rotation_lambda_arn=rotate.function_arn,
    rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
        schedule_expression="rate(30 days)"
    ),
)
rotation.node.add_dependency(rotate)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
