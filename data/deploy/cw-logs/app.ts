import { App, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as logs from "aws-cdk-lib/aws-logs";
import { LambdaDestination } from "aws-cdk-lib/aws-logs-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "CwLogs");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const listener = new lambda.Function(stack, "ListenerFunction", {
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
  // What happens once Lambda has answered 202: without a destination the third failure loses the event in silence.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});

// Not the function's own log group, which would feed it with its own lines for ever.
const shop = new logs.LogGroup(stack, "ShopLogs", {
  retention: logs.RetentionDays.ONE_WEEK,
  removalPolicy: RemovalPolicy.DESTROY,
});
new logs.SubscriptionFilter(stack, "Amounts", {
  logGroup: shop,
  destination: new LambdaDestination(listener),
  filterPattern: logs.FilterPattern.literal("{ $.amount = * }"),
});

// What the lessons say to watch.
addAlarms(stack);
