import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import * as tasks from "aws-cdk-lib/aws-stepfunctions-tasks";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SfnEvent");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });
const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  // What happens once Lambda has answered 202: without a destination the third failure loses the event in silence.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});

const place = new tasks.LambdaInvoke(stack, "PlaceOrder", {
  lambdaFunction: orders,
  invocationType: tasks.LambdaInvocationType.EVENT,
});
// Throttles are in no default; for Lambda itself not reachable or busy the task has retries already.
place.addRetry({
  errors: ["Lambda.TooManyRequestsException"],
  interval: Duration.seconds(1),
  maxAttempts: 8,
  backoffRate: 2,
  jitterStrategy: sfn.JitterType.FULL,
});
const shop = new sfn.StateMachine(stack, "Shop", {
  stateMachineType: sfn.StateMachineType.STANDARD,
  definitionBody: sfn.DefinitionBody.fromChainable(place),
});

new CfnOutput(stack, "StateMachineArn", { value: shop.stateMachineArn });

// What the lessons say to watch.
addAlarms(stack);
