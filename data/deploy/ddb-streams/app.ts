import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "DdbStreams");

const orders = new dynamodb.Table(stack, "OrdersTable", {
  partitionKey: { name: "order", type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
  removalPolicy: RemovalPolicy.DESTROY,
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
  new DynamoEventSource(orders, {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual("INSERT") })],
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: 5,
    // Records live for 24 hours; a retry that is not limited holds its shard for as long.
    maxRecordAge: Duration.hours(2),
    onFailure: new SqsDlq(failed),
  }),
);

new CfnOutput(stack, "TableName", { description: "Put orders here.", value: orders.tableName });

// What the lessons say to watch.
addAlarms(stack);
