import { App, Duration, Stack } from "aws-cdk-lib";
import * as config from "aws-cdk-lib/aws-config";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Config");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const rule = new lambda.Function(stack, "RuleFunction", {
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
// Grants the function config:PutEvaluations through AWS's managed policy for rules.
new config.CustomRule(stack, "Tagged", {
  lambdaFunction: rule,
  configurationChanges: true,
  ruleScope: config.RuleScope.fromResource(config.ResourceType.EC2_INSTANCE),
  inputParameters: { team: "shop" },
});

// What the lessons say to watch.
addAlarms(stack);
