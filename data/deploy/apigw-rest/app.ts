import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "ApigwRest");

const orders = new lambda.Function(stack, "OrdersFunction", {
  // Not longer than the API waits: what runs on is paid for and heard by nobody.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const api = new apigateway.RestApi(stack, "OrdersApi", {
  restApiName: "orders",
  endpointTypes: [apigateway.EndpointType.REGIONAL],
  cloudWatchRole: false,
  // The API's own 429, before the function is asked.
  deployOptions: { stageName: "prod", throttlingRateLimit: 50, throttlingBurstLimit: 100 },
});
api.root
  .addResource("orders")
  .addResource("{order}")
  .addMethod("PUT", new apigateway.LambdaIntegration(orders, { timeout: Duration.seconds(10) }));

new CfnOutput(stack, "OrdersUrl", { value: api.urlForPath("/orders") });

// What the lessons say to watch.
addAlarms(stack);
