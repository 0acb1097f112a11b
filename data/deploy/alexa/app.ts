import { App, CfnOutput, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Alexa");

const skillId = new CfnParameter(stack, "SkillId", {
  default: "amzn1.ask.skill.example",
  description: "The skill's id from the Alexa developer console; no other skill may call.",
});

const skill = new lambda.Function(stack, "SkillFunction", {
  // The device waits for eight seconds.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(7),
});
skill.addPermission("SkillPermission", {
  principal: new iam.ServicePrincipal("alexa-appkit.amazon.com"),
  eventSourceToken: skillId.valueAsString,
});

new CfnOutput(stack, "FunctionArn", { description: "The skill's endpoint.", value: skill.functionArn });

// What the lessons say to watch.
addAlarms(stack);
