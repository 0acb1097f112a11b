import { App, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as connect from "aws-cdk-lib/aws-connect";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Connect");

const instance = new CfnParameter(stack, "InstanceArn", {
  description: "The Amazon Connect instance whose flows call the function.",
});

const lookup = new lambda.Function(stack, "LookupFunction", {
  // Shorter than the block waits: after that the contact is elsewhere.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(5),
});

new connect.CfnIntegrationAssociation(stack, "LookupAssociation", {
  instanceId: instance.valueAsString,
  integrationType: "LAMBDA_FUNCTION",
  integrationArn: lookup.functionArn,
});
lookup.addPermission("LookupPermission", {
  principal: new iam.ServicePrincipal("connect.amazonaws.com"),
  sourceArn: instance.valueAsString,
});

// What the lessons say to watch.
addAlarms(stack);
