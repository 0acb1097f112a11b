import { App, Duration, Stack } from "aws-cdk-lib";
import * as eventsv2 from "aws-cdk-lib/aws-eventsv2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "EventbridgeBusSync");

// A record of each event that was given up; the event itself stays on the bus for a week.
const undelivered = new sqs.Queue(stack, "Undelivered", { retentionPeriod: Duration.days(14) });

const listener = new lambda.Function(stack, "ListenerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
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
  // In order within each event group (EventGroupId): a failing order blocks its group, others go on.
  type: "FIFO",
  filterConfiguration: { filters: [{ scope: "DATA", pattern: '{"detail-type": ["OrderPlaced"]}' }] },
  invokeConfiguration: {
    targetArn: listener.functionArn,
    roleArn: role.roleArn,
    // The subscriber waits for the function: an error, a throttle or no answer is a failed delivery.
    lambdaParameters: { invocationType: "REQUEST_RESPONSE", invocationTimeoutSeconds: "20" },
  },
  // An array of up to five events, gathered for two seconds; if the function fails, all of them come again.
  batchConfiguration: { maxBatchSize: 5, maxBatchWindowInSeconds: 2 },
  // Five minutes are the default: too short for a dependency that is down for ten.
  retryPolicy: { maxEventAgeInSeconds: 3600, maxRetryAttempts: 20 },
  onFailureConfiguration: { arn: undelivered.queueArn },
});

// What the lessons say to watch.
addAlarms(stack);

app.synth();
