import sys
from pathlib import Path

from aws_cdk import App, CfnParameter, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Documentdb")

cluster = CfnParameter(
    stack,
    "ClusterArn",
    description="The DocumentDB cluster (4.0 or 5.0) with change streams enabled on shop.orders.",
)
secret = CfnParameter(
    stack,
    "CredentialsArn",
    description="The Secrets Manager secret with the cluster's username and password.",
)

worker = lambda_.Function(
    stack,
    "WorkerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(60),
)
worker.add_to_role_policy(
    iam.PolicyStatement(
        actions=["secretsmanager:GetSecretValue"], resources=[secret.value_as_string]
    )
)
worker.add_to_role_policy(
    iam.PolicyStatement(actions=["rds:DescribeDBClusters"], resources=[cluster.value_as_string])
)
# What Lambda needs to reach the cluster in its network; these actions know no narrower resource.
worker.add_to_role_policy(
    iam.PolicyStatement(
        actions=[
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "rds:DescribeDBClusterParameters",
            "rds:DescribeDBSubnetGroups",
        ],
        resources=["*"],
    )
)
# There is no L2 event source for DocumentDB.
mapping = lambda_.CfnEventSourceMapping(
    stack,
    "Orders",
    function_name=worker.function_name,
    event_source_arn=cluster.value_as_string,
    document_db_event_source_config=lambda_.CfnEventSourceMapping.DocumentDBEventSourceConfigProperty(
        database_name="shop", collection_name="orders", full_document="UpdateLookup"
    ),
    source_access_configurations=[
        lambda_.CfnEventSourceMapping.SourceAccessConfigurationProperty(
            type="BASIC_AUTH", uri=secret.value_as_string
        )
    ],
    starting_position="TRIM_HORIZON",
    batch_size=50,
    maximum_batching_window_in_seconds=1,
)
mapping.node.add_dependency(worker.role)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
