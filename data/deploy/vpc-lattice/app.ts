import { App, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as vpclattice from "aws-cdk-lib/aws-vpclattice";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "VpcLattice");

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

// There are no L2 constructs for VPC Lattice in the stable library.
const target = new vpclattice.CfnTargetGroup(stack, "OrdersTarget", {
  type: "LAMBDA",
  config: { lambdaEventStructureVersion: "V2" },
  targets: [{ id: orders.functionArn }],
});
const service = new vpclattice.CfnService(stack, "OrdersService", { authType: "AWS_IAM" });
new vpclattice.CfnListener(stack, "OrdersListener", {
  serviceIdentifier: service.ref,
  protocol: "HTTPS",
  defaultAction: { forward: { targetGroups: [{ targetGroupIdentifier: target.ref }] } },
});
orders.addPermission("OrdersPermission", {
  principal: new iam.ServicePrincipal("vpc-lattice.amazonaws.com"),
  sourceArn: target.attrArn,
});

// What the lessons say to watch.
addAlarms(stack);
