import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "ApigwHttp");

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

const api = new apigatewayv2.HttpApi(stack, "OrdersApi", { createDefaultStage: false });
const stage = api.addStage("Live", {
  stageName: "$default",
  autoDeploy: true,
  // The API's own 429, before the function is asked.
  throttle: { rateLimit: 50, burstLimit: 100 },
});
api.addRoutes({
  path: "/orders/{order}",
  methods: [apigatewayv2.HttpMethod.PUT],
  integration: new HttpLambdaIntegration("PutOrder", orders, { timeout: Duration.seconds(10) }),
});

new CfnOutput(stack, "OrdersUrl", { value: `${stage.url}orders` });

// What the lessons say to watch.
addAlarms(stack);
