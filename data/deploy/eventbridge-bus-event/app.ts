import { App, Duration, Stack } from "aws-cdk-lib";
import * as eventsv2 from "aws-cdk-lib/aws-eventsv2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "EventbridgeBusEvent");

// A record of each event that Lambda did not accept in time; the event itself stays on the bus for a week.
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
  // Once Lambda has accepted an event, the subscriber has delivered it: what fails then is Lambda's, and goes here.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});

// CDK has no construct of its own for a Custom Event Bus: these are CloudFormation's.
const bus = new eventsv2.CfnEventBus(stack, "OrdersBus", {
  name: "orders",
  storageConfiguration: { retentionPeriodInDays: 7 },
});
const role = new iam.Role(stack, "DeliveryRole", { assumedBy: new iam.ServicePrincipal("events.amazonaws.com") });
listener.grantInvoke(role);
undelivered.grantSendMessages(role);

new eventsv2.CfnSubscriber(stack, "OrderPlaced", {
  name: "order-placed",
  eventBusArn: bus.attrEventBusArn,
  filterConfiguration: { filters: [{ scope: "DATA", pattern: '{"detail-type": ["OrderPlaced"]}' }] },
  invokeConfiguration: {
    targetArn: listener.functionArn,
    roleArn: role.roleArn,
    lambdaParameters: { invocationType: "EVENT" },
  },
  // One event a call, as a rule hands it over; without this the function gets an array of up to ten.
  batchConfiguration: { maxBatchSize: 1 },
  // Five minutes are the default: too short for an outage of Lambda. A rule tries for a day.
  retryPolicy: { maxEventAgeInSeconds: 3600, maxRetryAttempts: 20 },
  onFailureConfiguration: { arn: undelivered.queueArn },
});

// What the lessons say to watch.
addAlarms(stack);

app.synth();
