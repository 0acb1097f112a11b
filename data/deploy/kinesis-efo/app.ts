import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as kinesis from "aws-cdk-lib/aws-kinesis";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { KinesisConsumerEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "KinesisEfo");

const orders = new kinesis.Stream(stack, "OrdersStream", {
  shardCount: 2,
  encryption: kinesis.StreamEncryption.MANAGED,
  removalPolicy: RemovalPolicy.DESTROY,
});
const fraudCheck = new kinesis.StreamConsumer(stack, "FraudCheck", {
  stream: orders,
  streamConsumerName: "fraud-check",
});
const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const worker = new lambda.Function(stack, "WorkerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(30),
  layers: [
    lambda.LayerVersion.fromLayerVersionArn(
      stack,
      "Powertools",
      "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
    ),
  ],
});
worker.addEventSource(
  // The consumer instead of the stream is all that makes the difference.
  new KinesisConsumerEventSource(fraudCheck, {
    startingPosition: lambda.StartingPosition.LATEST,
    batchSize: 100,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: 3,
    onFailure: new SqsDlq(failed),
  }),
);

new CfnOutput(stack, "StreamName", {
  description: "Put orders here, with the order as partition key.",
  value: orders.streamName,
});

// What the lessons say to watch.
addAlarms(stack);
