import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_s3objectlambda import CfnAccessPoint

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "S3ObjectLambda")

view = lambda_.Function(
    stack,
    "ViewFunction",
    # The answer must be complete within 60 seconds.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(55),
)
view.add_to_role_policy(
    iam.PolicyStatement(
        actions=["s3-object-lambda:WriteGetObjectResponse"],
        # The action knows no narrower resource.
        resources=["*"],
    )
)

orders = s3.Bucket(stack, "Orders")
access = s3.CfnAccessPoint(stack, "OrdersAccess", bucket=orders.bucket_name)
# There is no L2 construct for Object Lambda.
orders_view = CfnAccessPoint(
    stack,
    "OrdersView",
    object_lambda_configuration=CfnAccessPoint.ObjectLambdaConfigurationProperty(
        supporting_access_point=access.attr_arn,
        transformation_configurations=[
            CfnAccessPoint.TransformationConfigurationProperty(
                actions=["GetObject"],
                content_transformation={"AwsLambda": {"FunctionArn": view.function_arn}},
            )
        ],
    ),
)

CfnOutput(stack, "ViewArn", description="Read objects through this.", value=orders_view.attr_arn)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
