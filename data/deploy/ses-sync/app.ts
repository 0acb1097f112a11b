import { App, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as ses from "aws-cdk-lib/aws-ses";
import * as actions from "aws-cdk-lib/aws-ses-actions";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SesSync");

const recipient = new CfnParameter(stack, "Recipient", {
  default: "orders@example.org",
  description: "An address of a domain that SES has verified for you.",
});

const listener = new lambda.Function(stack, "ListenerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const rules = new ses.ReceiptRuleSet(stack, "Rules");
rules.addRule("OrderMail", {
  recipients: [recipient.valueAsString],
  scanEnabled: true,
  actions: [
    new actions.Lambda({ function: listener, invocationType: actions.LambdaInvocationType.REQUEST_RESPONSE }),
  ],
});

// What the lessons say to watch.
addAlarms(stack);
