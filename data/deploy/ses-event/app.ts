import { App, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as ses from "aws-cdk-lib/aws-ses";
import * as actions from "aws-cdk-lib/aws-ses-actions";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SesEvent");

const recipient = new CfnParameter(stack, "Recipient", {
  default: "orders@example.org",
  description: "An address of a domain that SES has verified for you.",
});
const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const listener = new lambda.Function(stack, "ListenerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  // What happens once Lambda has answered 202: without a destination the third failure loses the event in silence.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});

const rules = new ses.ReceiptRuleSet(stack, "Rules");
rules.addRule("OrderMail", {
  recipients: [recipient.valueAsString],
  scanEnabled: true,
  actions: [
    new actions.Lambda({ function: listener, invocationType: actions.LambdaInvocationType.EVENT }),
  ],
});

// What the lessons say to watch.
addAlarms(stack);
