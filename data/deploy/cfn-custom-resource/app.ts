import { App, CustomResource, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "CfnCustomResource");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const resource = new lambda.Function(stack, "ResourceFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
  // A failure of the function itself tells the stack nothing: it waits for the service timeout.
  retryAttempts: 2,
  maxEventAge: Duration.minutes(5),
  onFailure: new SqsDestination(failed),
});
new CustomResource(stack, "OrderTable", {
  resourceType: "Custom::OrderTable",
  serviceToken: resource.functionArn,
  // The default is an hour of a stack that does not move.
  serviceTimeout: Duration.minutes(5),
  properties: { Order: { order: "A-1017", item: "teapot", amount: 42.5 } },
});

// What the lessons say to watch.
addAlarms(stack);
