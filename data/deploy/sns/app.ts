import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { SnsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Sns");

const orders = new sns.Topic(stack, "OrdersTopic");

// What SNS could not hand over to Lambda.
const undelivered = new sqs.Queue(stack, "Undelivered", { retentionPeriod: Duration.days(14) });

// What Lambda accepted and the function failed at three times.
const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

// Which messages are booked already: the same message may come twice.
const booked = new dynamodb.Table(stack, "BookedTable", {
  partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});

const listener = new lambda.Function(stack, "ListenerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  environment: { BOOKED_TABLE: booked.tableName },
  // What happens once Lambda has answered 202: without a destination the third failure loses the event in silence.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});
booked.grant(listener, "dynamodb:PutItem");
listener.addEventSource(
  new SnsEventSource(orders, {
    // Filtered by the topic: messages without the attribute never reach the function.
    filterPolicy: { order: sns.SubscriptionFilter.existsFilter() },
    deadLetterQueue: undelivered,
  }),
);

new CfnOutput(stack, "TopicArn", { description: "Publish orders here.", value: orders.topicArn });

// What the lessons say to watch.
addAlarms(stack);
