import { App, Duration, Stack, TimeZone } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "EventbridgeScheduler");

// What the scheduler could not hand over to Lambda.
const undelivered = new sqs.Queue(stack, "Undelivered", { retentionPeriod: Duration.days(14) });

// What Lambda accepted and the function failed at twice.
const failed = new sqs.Queue(stack, "FailedRuns", { retentionPeriod: Duration.days(14) });

const job = new lambda.Function(stack, "JobFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
  retryAttempts: 1,
  maxEventAge: Duration.minutes(15),
  onFailure: new SqsDestination(failed),
});

new scheduler.Schedule(stack, "EveryMorning", {
  // Seven in the morning in summer and in winter; a scheduled rule knows UTC only.
  schedule: scheduler.ScheduleExpression.cron({ minute: "0", hour: "7", timeZone: TimeZone.EUROPE_VIENNA }),
  timeWindow: scheduler.TimeWindow.flexible(Duration.minutes(10)),
  target: new LambdaInvoke(job, {
    maxEventAge: Duration.hours(1),
    retryAttempts: 10,
    deadLetterQueue: undelivered,
  }),
});

// What the lessons say to watch.
addAlarms(stack);
