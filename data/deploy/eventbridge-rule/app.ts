import { App, Duration, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "EventbridgeRule");

// What EventBridge could not hand over to Lambda.
const undelivered = new sqs.Queue(stack, "Undelivered", { retentionPeriod: Duration.days(14) });

// What Lambda accepted and the function failed at three times.
const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const listener = new lambda.Function(stack, "ListenerFunction", {
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

new events.Rule(stack, "OrderPlaced", {
  eventPattern: { source: ["shop.orders"], detailType: ["OrderPlaced"] },
  targets: [
    new targets.LambdaFunction(listener, {
      // Only for what Lambda does not accept; a throttled function's events are in its queue by then.
      maxEventAge: Duration.hours(1),
      retryAttempts: 20,
      deadLetterQueue: undelivered,
    }),
  ],
});

// What the lessons say to watch.
addAlarms(stack);
