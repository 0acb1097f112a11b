import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_vpclattice as vpclattice

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "VpcLattice")

orders = lambda_.Function(
    stack,
    "OrdersFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
)

# There are no L2 constructs for VPC Lattice in the stable library.
target = vpclattice.CfnTargetGroup(
    stack,
    "OrdersTarget",
    type="LAMBDA",
    config=vpclattice.CfnTargetGroup.TargetGroupConfigProperty(lambda_event_structure_version="V2"),
    targets=[vpclattice.CfnTargetGroup.TargetProperty(id=orders.function_arn)],
)
service = vpclattice.CfnService(stack, "OrdersService", auth_type="AWS_IAM")
vpclattice.CfnListener(
    stack,
    "OrdersListener",
    service_identifier=service.ref,
    protocol="HTTPS",
    default_action=vpclattice.CfnListener.DefaultActionProperty(
        forward=vpclattice.CfnListener.ForwardProperty(
            target_groups=[
                vpclattice.CfnListener.WeightedTargetGroupProperty(
                    target_group_identifier=target.ref
                )
            ]
        )
    ),
)
orders.add_permission(
    "OrdersPermission",
    principal=iam.ServicePrincipal("vpc-lattice.amazonaws.com"),
    source_arn=target.attr_arn,
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
