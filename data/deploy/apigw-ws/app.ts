import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "ApigwWs");

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const api = new apigatewayv2.WebSocketApi(stack, "OrdersApi", {
  apiName: "orders",
  routeSelectionExpression: "$request.body.action",
});
api.addRoute("order", {
  integration: new WebSocketLambdaIntegration("OrderIntegration", orders),
  // With it what the function returns goes back to the client; else only a call to the connection's address does.
  returnResponse: true,
});
const prod = new apigatewayv2.WebSocketStage(stack, "Prod", { webSocketApi: api, stageName: "prod", autoDeploy: true });

new CfnOutput(stack, "OrdersUrl", { value: prod.url });

// What the lessons say to watch.
addAlarms(stack);
