import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_codepipeline import CfnPipeline
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Codepipeline")

failed = sqs.Queue(stack, "FailedChecks", retention_period=Duration.days(14))
source = s3.Bucket(stack, "Source", versioned=True)

check = lambda_.Function(
    stack,
    "CheckFunction",
    # Without a report the action waits for 20 minutes; this shows why none came.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(60),
    retry_attempts=1,
    on_failure=SqsDestination(failed),
)
check.add_to_role_policy(
    iam.PolicyStatement(
        actions=["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"],
        resources=["*"],
    )
)

role = iam.Role(
    stack, "PipelineRole", assumed_by=iam.ServicePrincipal("codepipeline.amazonaws.com")
)
source.grant_read_write(role)
check.grant_invoke(role)

# The L2 construct makes a key and a bucket of its own.
CfnPipeline(
    stack,
    "ShopPipeline",
    role_arn=role.role_arn,
    artifact_store=CfnPipeline.ArtifactStoreProperty(type="S3", location=source.bucket_name),
    stages=[
        CfnPipeline.StageDeclarationProperty(
            name="Source",
            actions=[
                CfnPipeline.ActionDeclarationProperty(
                    name="Source",
                    action_type_id=CfnPipeline.ActionTypeIdProperty(
                        category="Source", owner="AWS", provider="S3", version="1"
                    ),
                    configuration={"S3Bucket": source.bucket_name, "S3ObjectKey": "shop.zip"},
                    output_artifacts=[CfnPipeline.OutputArtifactProperty(name="Shop")],
                )
            ],
        ),
        CfnPipeline.StageDeclarationProperty(
            name="Check",
            actions=[
                CfnPipeline.ActionDeclarationProperty(
                    name="Check",
                    action_type_id=CfnPipeline.ActionTypeIdProperty(
                        category="Invoke", owner="AWS", provider="Lambda", version="1"
                    ),
                    configuration={"FunctionName": check.function_name, "UserParameters": "A-1017"},
                    input_artifacts=[CfnPipeline.InputArtifactProperty(name="Shop")],
                )
            ],
        ),
    ],
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
