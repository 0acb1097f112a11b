import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "CognitoCustomSender");

const key = new kms.Key(stack, "CodeKey", { enableKeyRotation: true });
const failed = new sqs.Queue(stack, "FailedCodes", { retentionPeriod: Duration.days(1) });

const sender = new lambda.Function(stack, "SenderFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  environment: { KEY_ARN: key.keyArn },
  // A code is good for hours at most: do not try for longer.
  retryAttempts: 2,
  maxEventAge: Duration.minutes(15),
  onFailure: new SqsDestination(failed),
});
key.grantDecrypt(sender);

const customers = new cognito.UserPool(stack, "Customers", {
  selfSignUpEnabled: true,
  signInAliases: { email: true },
  autoVerify: { email: true },
  customSenderKmsKey: key,
  lambdaTriggers: { customEmailSender: sender },
});

new CfnOutput(stack, "UserPoolId", { value: customers.userPoolId });

// What the lessons say to watch.
addAlarms(stack);
