import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "ApigwRestStream");

const orders = new lambda.Function(stack, "OrdersFunction", {
  // Node.js streams; the managed Python runtime does not.
  runtime: lambda.Runtime.NODEJS_24_X,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "index.handler",
  memorySize: 512,
  timeout: Duration.minutes(2),
});

const api = new apigateway.RestApi(stack, "OrdersApi", {
  restApiName: "orders",
  endpointTypes: [apigateway.EndpointType.REGIONAL],
  cloudWatchRole: false,
  deployOptions: { stageName: "prod" },
});
api.root
  .addResource("orders")
  .addResource("{order}")
  .addMethod(
    "PUT",
    new apigateway.LambdaIntegration(orders, {
      responseTransferMode: apigateway.ResponseTransferMode.STREAM,
      // Above 29 seconds only for streams, and for Regional and private APIs.
      timeout: Duration.minutes(2),
    }),
  );

new CfnOutput(stack, "OrdersUrl", { value: api.urlForPath("/orders") });

// What the lessons say to watch.
addAlarms(stack);
