import { App, Duration, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "EventbridgeScheduleRule");

const failed = new sqs.Queue(stack, "FailedRuns", { retentionPeriod: Duration.days(14) });

const job = new lambda.Function(stack, "JobFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
  // Two runs of the job never overlap.
  reservedConcurrentExecutions: 1,
  // The next run comes anyway: no second try of an old one.
  retryAttempts: 0,
  maxEventAge: Duration.minutes(5),
  onFailure: new SqsDestination(failed),
});

new events.Rule(stack, "EveryFiveMinutes", {
  schedule: events.Schedule.rate(Duration.minutes(5)),
  targets: [new targets.LambdaFunction(job)],
});

// What the lessons say to watch.
addAlarms(stack);
