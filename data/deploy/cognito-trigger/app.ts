import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "CognitoTrigger");

const signUp = new lambda.Function(stack, "SignUpFunction", {
  // Longer than the pool's five seconds would only run unheard.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(5),
});
const customers = new cognito.UserPool(stack, "Customers", {
  selfSignUpEnabled: true,
  signInAliases: { email: true },
  autoVerify: { email: true },
  lambdaTriggers: { preSignUp: signUp },
});

new CfnOutput(stack, "UserPoolId", { value: customers.userPoolId });

// What the lessons say to watch.
addAlarms(stack);
