import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Environment, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_cloudfront_origins import HttpOrigin

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "EdgeViewer", env=Environment(region="us-east-1"))

edge = lambda_.Function(
    stack,
    "EdgeFunction",
    # In us-east-1, without environment variables; CloudFront takes numbered versions only.
    # Lambda@Edge knows neither arm64 nor X-Ray, so this function differs from all others here.
    runtime=lambda_.Runtime.PYTHON_3_13,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=128,
    timeout=Duration.seconds(5),
    role=iam.Role(
        stack,
        "EdgeRole",
        assumed_by=iam.CompositePrincipal(
            iam.ServicePrincipal("lambda.amazonaws.com"),
            iam.ServicePrincipal("edgelambda.amazonaws.com"),
        ),
        managed_policies=[
            iam.ManagedPolicy.from_aws_managed_policy_name(
                "service-role/AWSLambdaBasicExecutionRole"
            )
        ],
    ),
)

shop = cloudfront.Distribution(
    stack,
    "Shop",
    default_behavior=cloudfront.BehaviorOptions(
        origin=HttpOrigin("origin.example.com", origin_id="shop"),
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        edge_lambdas=[
            cloudfront.EdgeLambda(
                event_type=cloudfront.LambdaEdgeEventType.VIEWER_REQUEST,
                function_version=edge.current_version,
                include_body=True,
            )
        ],
    ),
)

CfnOutput(stack, "ShopUrl", value=f"https://{shop.distribution_domain_name}")

# What the lessons say to watch.
add_alarms(stack)

app.synth()
