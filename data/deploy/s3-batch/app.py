import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, CfnParameter, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_s3 import Bucket

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "S3Batch")

name = CfnParameter(
    stack, "Bucket", description="The bucket with the objects, the manifest and the reports."
)
bucket = Bucket.from_bucket_name(stack, "Objects", name.value_as_string)

task = lambda_.Function(
    stack,
    "TaskFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(60),
)
role = iam.Role(
    stack, "JobRole", assumed_by=iam.ServicePrincipal("batchoperations.s3.amazonaws.com")
)
task.grant_invoke(role)
bucket.grant_read(role)
bucket.grant_put(role, "reports/*")

CfnOutput(stack, "FunctionArn", value=task.function_arn)
CfnOutput(stack, "JobRoleArn", value=role.role_arn)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
