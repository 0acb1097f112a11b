import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "FunctionUrl");

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  // A URL has no throttle of its own: this is what stands between it and the rest of the account.
  reservedConcurrentExecutions: 10,
});
const url = orders.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });

new CfnOutput(stack, "OrdersUrl", { value: url.url });

// What the lessons say to watch.
addAlarms(stack);
