import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_amazonmq import CfnBroker
from aws_cdk.aws_secretsmanager import Secret, SecretStringGenerator

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Mq")

secret = Secret(
    stack,
    "BrokerSecret",
    generate_secret_string=SecretStringGenerator(
        secret_string_template='{"username":"worker"}',
        generate_string_key="password",
        password_length=32,
        exclude_punctuation=True,
    ),
)
broker = CfnBroker(
    stack,
    "Broker",
    broker_name="orders",
    engine_type="ACTIVEMQ",
    engine_version="5.18",
    host_instance_type="mq.t3.micro",
    deployment_mode="SINGLE_INSTANCE",
    auto_minor_version_upgrade=True,
    # Reachable from everywhere, behind a password: enough to try it, not to run a shop.
    publicly_accessible=True,
    users=[
        CfnBroker.UserProperty(
            username="worker", password=secret.secret_value_from_json("password").unsafe_unwrap()
        )
    ],
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
    timeout=Duration.seconds(30),
)
secret.grant_read(worker)
worker.add_to_role_policy(
    iam.PolicyStatement(actions=["mq:DescribeBroker"], resources=[broker.attr_arn])
)
# There is no L2 event source for brokers.
mapping = lambda_.CfnEventSourceMapping(
    stack,
    "Orders",
    function_name=worker.function_name,
    event_source_arn=broker.attr_arn,
    queues=["orders"],
    source_access_configurations=[
        lambda_.CfnEventSourceMapping.SourceAccessConfigurationProperty(
            type="BASIC_AUTH", uri=secret.secret_arn
        )
    ],
    batch_size=10,
    maximum_batching_window_in_seconds=1,
)
mapping.node.add_dependency(worker.role)

CfnOutput(
    stack, "BrokerId", description="The broker's console shows its endpoints.", value=broker.ref
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
