import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as appsync from "aws-cdk-lib/aws-appsync";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "AppsyncEvent");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  // Once the client has read null: without a destination the third failure loses the event in silence.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});

const api = new appsync.GraphqlApi(stack, "OrdersApi", {
  name: "orders",
  definition: appsync.Definition.fromFile("schema.graphql"),
  authorizationConfig: { defaultAuthorization: { authorizationType: appsync.AuthorizationType.IAM } },
});
const source = api.addLambdaDataSource("OrdersSource", orders);
source.createResolver("PlaceOrder", {
  typeName: "Mutation",
  fieldName: "placeOrder",
  runtime: appsync.FunctionRuntime.JS_1_0_0,
  code: appsync.Code.fromAsset("resolver.js"),
});

new CfnOutput(stack, "GraphqlUrl", { value: api.graphqlUrl });

// What the lessons say to watch.
addAlarms(stack);
