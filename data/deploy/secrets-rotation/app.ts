import { App, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SecretsRotation");

const rotate = new lambda.Function(stack, "RotateFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(30),
});

const secret = new secretsmanager.CfnSecret(stack, "ShopSecret", { generateSecretString: {} });
rotate.addToRolePolicy(
  new iam.PolicyStatement({
    actions: [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ],
    resources: [secret.ref],
  }),
);
rotate.addToRolePolicy(
  new iam.PolicyStatement({ actions: ["secretsmanager:GetRandomPassword"], resources: ["*"] }),
);
rotate.addPermission("RotatePermission", {
  principal: new iam.ServicePrincipal("secretsmanager.amazonaws.com"),
  sourceAccount: stack.account,
});
const rotation = new secretsmanager.CfnRotationSchedule(stack, "ShopRotation", {
  secretId: secret.ref,
  rotationLambdaArn: rotate.functionArn,
  rotationRules: { scheduleExpression: "rate(30 days)" },
});
rotation.node.addDependency(rotate);

// What the lessons say to watch.
addAlarms(stack);
