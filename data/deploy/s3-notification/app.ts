import { App, Aws, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { S3EventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "S3Notification");

const incoming = new s3.Bucket(stack, "IncomingOrders", { bucketName: `incoming-orders-${Aws.ACCOUNT_ID}` });
const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const listener = new lambda.Function(stack, "ListenerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(30),
  // What happens once Lambda has answered 202: without a destination the third failure loses the event in silence.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});
incoming.grantRead(listener, "orders/*");
listener.addEventSource(
  new S3EventSource(incoming, {
    events: [s3.EventType.OBJECT_CREATED],
    // Write results elsewhere: a function that writes under the prefix that starts it never ends.
    filters: [{ prefix: "orders/" }],
  }),
);

// What the lessons say to watch.
addAlarms(stack);
