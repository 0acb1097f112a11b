import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Invoke");

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  // Guarantee and cap in one; a sixth caller is told 429 and tries again by itself.
  reservedConcurrentExecutions: 5,
});

new CfnOutput(stack, "FunctionName", { value: orders.functionName });

// What the lessons say to watch.
addAlarms(stack);
