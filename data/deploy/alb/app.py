import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, CfnParameter, Duration, Fn, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_elasticloadbalancingv2_targets import LambdaTarget

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Alb")

vpc_id = CfnParameter(
    stack,
    "Vpc",
    type="AWS::EC2::VPC::Id",
    description="A VPC with an internet gateway; the default VPC will do.",
)
subnets = CfnParameter(
    stack,
    "Subnets",
    type="List<AWS::EC2::Subnet::Id>",
    description="Two public subnets of it, in two availability zones.",
)
vpc = ec2.Vpc.from_vpc_attributes(
    stack,
    "Network",
    vpc_id=vpc_id.value_as_string,
    availability_zones=stack.availability_zones,
    public_subnet_ids=[Fn.select(0, subnets.value_as_list), Fn.select(1, subnets.value_as_list)],
)

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

web = ec2.SecurityGroup(stack, "Web", vpc=vpc, description="HTTP from everywhere")
balancer = elbv2.ApplicationLoadBalancer(
    stack, "LoadBalancer", vpc=vpc, internet_facing=True, security_group=web
)
http = elbv2.ApplicationListener(
    stack,
    "Http",
    load_balancer=balancer,
    port=80,
    default_action=elbv2.ListenerAction.fixed_response(404),
)
target = elbv2.ApplicationTargetGroup(stack, "OrdersTarget", targets=[LambdaTarget(orders)])
elbv2.ApplicationListenerRule(
    stack,
    "OrdersRule",
    listener=http,
    priority=1,
    conditions=[elbv2.ListenerCondition.path_patterns(["/orders/*"])],
    target_groups=[target],
)

CfnOutput(stack, "OrdersUrl", value=f"http://{balancer.load_balancer_dns_name}/orders")

# What the lessons say to watch.
add_alarms(stack)

app.synth()
