import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "AuthorizerHttp");

const door = new lambda.Function(stack, "DoorFunction", {
  // The API asks it before the shop, in the time of the same request, and keeps its answer for a minute.
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

const api = new apigatewayv2.HttpApi(stack, "OrdersApi", {
  defaultAuthorizer: new HttpLambdaAuthorizer("Door", door, {
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: Duration.minutes(1),
  }),
});
api.addRoutes({
  path: "/orders/{order}",
  methods: [apigatewayv2.HttpMethod.PUT],
  integration: new HttpLambdaIntegration("PutOrder", shop),
});

new CfnOutput(stack, "OrdersUrl", { value: `${api.url}orders` });

// What the lessons say to watch.
addAlarms(stack);
