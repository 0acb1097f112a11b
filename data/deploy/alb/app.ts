import { App, CfnOutput, CfnParameter, Duration, Fn, Stack } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as elbv2 from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { LambdaTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2-targets";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Alb");

const vpcId = new CfnParameter(stack, "Vpc", {
  type: "AWS::EC2::VPC::Id",
  description: "A VPC with an internet gateway; the default VPC will do.",
});
const subnets = new CfnParameter(stack, "Subnets", {
  type: "List<AWS::EC2::Subnet::Id>",
  description: "Two public subnets of it, in two availability zones.",
});
const vpc = ec2.Vpc.fromVpcAttributes(stack, "Network", {
  vpcId: vpcId.valueAsString,
  availabilityZones: stack.availabilityZones,
  publicSubnetIds: [Fn.select(0, subnets.valueAsList), Fn.select(1, subnets.valueAsList)],
});

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const web = new ec2.SecurityGroup(stack, "Web", { vpc, description: "HTTP from everywhere" });
const balancer = new elbv2.ApplicationLoadBalancer(stack, "LoadBalancer", {
  vpc,
  internetFacing: true,
  securityGroup: web,
});
const http = new elbv2.ApplicationListener(stack, "Http", {
  loadBalancer: balancer,
  port: 80,
  defaultAction: elbv2.ListenerAction.fixedResponse(404),
});
const target = new elbv2.ApplicationTargetGroup(stack, "OrdersTarget", { targets: [new LambdaTarget(orders)] });
new elbv2.ApplicationListenerRule(stack, "OrdersRule", {
  listener: http,
  priority: 1,
  conditions: [elbv2.ListenerCondition.pathPatterns(["/orders/*"])],
  targetGroups: [target],
});

new CfnOutput(stack, "OrdersUrl", { value: `http://${balancer.loadBalancerDnsName}/orders` });

// What the lessons say to watch.
addAlarms(stack);
