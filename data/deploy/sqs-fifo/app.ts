import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SqsFifo");

// The dead-letter queue of a FIFO queue is a FIFO queue.
const failed = new sqs.Queue(stack, "FailedOrders", { fifo: true, retentionPeriod: Duration.days(14) });
const orders = new sqs.Queue(stack, "OrdersQueue", {
  fifo: true,
  contentBasedDeduplication: true,
  visibilityTimeout: Duration.seconds(60),
  deadLetterQueue: { queue: failed, maxReceiveCount: 3 },
});

const worker = new lambda.Function(stack, "WorkerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  layers: [
    lambda.LayerVersion.fromLayerVersionArn(
      stack,
      "Powertools",
      "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
    ),
  ],
});
// The most that a FIFO queue allows, and it allows no batching window.
worker.addEventSource(new SqsEventSource(orders, { batchSize: 10, reportBatchItemFailures: true }));

new CfnOutput(stack, "QueueUrl", {
  description: "Send orders here, each with a message group.",
  value: orders.queueUrl,
});

// What the lessons say to watch.
addAlarms(stack);
