import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as kinesis from "aws-cdk-lib/aws-kinesis";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { KinesisEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Kinesis");

const orders = new kinesis.Stream(stack, "OrdersStream", {
  shardCount: 2,
  encryption: kinesis.StreamEncryption.MANAGED,
  removalPolicy: RemovalPolicy.DESTROY,
});

// Holds where the records are (shard, first and last sequence number), not the records: fetch them within 24 hours.
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
  new KinesisEventSource(orders, {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    maxBatchingWindow: Duration.seconds(1),
    parallelizationFactor: 2,
    // Without these four a poison record holds its shard until it expires.
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: 3,
    maxRecordAge: Duration.hours(1),
    onFailure: new SqsDlq(failed),
  }),
);

new CfnOutput(stack, "StreamName", {
  description: "Put orders here, with the order as partition key.",
  value: orders.streamName,
});

// What the lessons say to watch.
addAlarms(stack);
