import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as appsync from "aws-cdk-lib/aws-appsync";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "AppsyncSync");

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
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
});

new CfnOutput(stack, "GraphqlUrl", { value: api.graphqlUrl });

// What the lessons say to watch.
addAlarms(stack);
