import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SqsStandard");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });
const orders = new sqs.Queue(stack, "OrdersQueue", {
  // Six times the function's timeout, as AWS advises.
  visibilityTimeout: Duration.seconds(60),
  deadLetterQueue: { queue: failed, maxReceiveCount: 5 },
});

// Which orders are packed already: a standard queue delivers at least once.
const packed = new dynamodb.Table(stack, "PackedTable", {
  partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  timeToLiveAttribute: "expiration",
  removalPolicy: RemovalPolicy.DESTROY,
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
  environment: { PACKED_TABLE: packed.tableName },
});
packed.grant(worker, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem");
worker.addEventSource(
  new SqsEventSource(orders, {
    batchSize: 10,
    // Without it one failed order brings the whole batch back.
    reportBatchItemFailures: true,
    // What the database behind can stand; the other messages wait in the queue, unthrottled.
    maxConcurrency: 5,
  }),
);

new CfnOutput(stack, "QueueUrl", { description: "Send orders here.", value: orders.queueUrl });

// What the lessons say to watch.
addAlarms(stack);
