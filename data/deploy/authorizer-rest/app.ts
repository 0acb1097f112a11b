import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "AuthorizerRest");

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

const api = new apigateway.RestApi(stack, "OrdersApi", {
  restApiName: "orders",
  endpointTypes: [apigateway.EndpointType.REGIONAL],
  cloudWatchRole: false,
  deployOptions: { stageName: "prod" },
  defaultMethodOptions: {
    authorizer: new apigateway.RequestAuthorizer(stack, "Door", {
      handler: door,
      identitySources: [apigateway.IdentitySource.header("Authorization")],
      resultsCacheTtl: Duration.minutes(1),
    }),
  },
});
api.root.addResource("orders").addResource("{order}").addMethod("PUT", new apigateway.LambdaIntegration(shop));

new CfnOutput(stack, "OrdersUrl", { value: api.urlForPath("/orders") });

// What the lessons say to watch.
addAlarms(stack);
