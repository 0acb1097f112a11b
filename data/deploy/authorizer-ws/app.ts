import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "AuthorizerWs");

const door = new lambda.Function(stack, "DoorFunction", {
  // The API asks it for $connect only; its answer holds as long as the connection.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(5),
});
const shop = new lambda.Function(stack, "ShopFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "shop.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const api = new apigatewayv2.WebSocketApi(stack, "OrdersApi", {
  apiName: "orders",
  routeSelectionExpression: "$request.body.action",
  connectRouteOptions: {
    integration: new WebSocketLambdaIntegration("ConnectIntegration", shop),
    authorizer: new WebSocketLambdaAuthorizer("Door", door, {
      identitySource: ["route.request.header.Authorization"],
    }),
  },
});
api.addRoute("order", {
  integration: new WebSocketLambdaIntegration("ShopIntegration", shop),
  returnResponse: true,
});
const prod = new apigatewayv2.WebSocketStage(stack, "Prod", { webSocketApi: api, stageName: "prod", autoDeploy: true });

new CfnOutput(stack, "OrdersUrl", { value: prod.url });

// What the lessons say to watch.
addAlarms(stack);
