import { App, Duration, Stack } from "aws-cdk-lib";
import { CfnPipeline } from "aws-cdk-lib/aws-codepipeline";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Codepipeline");

const failed = new sqs.Queue(stack, "FailedChecks", { retentionPeriod: Duration.days(14) });
const source = new s3.Bucket(stack, "Source", { versioned: true });

const check = new lambda.Function(stack, "CheckFunction", {
  // Without a report the action waits for 20 minutes; this shows why none came.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
  retryAttempts: 1,
  onFailure: new SqsDestination(failed),
});
check.addToRolePolicy(
  new iam.PolicyStatement({
    actions: ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"],
    resources: ["*"],
  }),
);

const role = new iam.Role(stack, "PipelineRole", { assumedBy: new iam.ServicePrincipal("codepipeline.amazonaws.com") });
source.grantReadWrite(role);
check.grantInvoke(role);

// The L2 construct makes a key and a bucket of its own.
new CfnPipeline(stack, "ShopPipeline", {
  roleArn: role.roleArn,
  artifactStore: { type: "S3", location: source.bucketName },
  stages: [
    {
      name: "Source",
      actions: [
        {
          name: "Source",
          actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
          configuration: { S3Bucket: source.bucketName, S3ObjectKey: "shop.zip" },
          outputArtifacts: [{ name: "Shop" }],
        },
      ],
    },
    {
      name: "Check",
      actions: [
        {
          name: "Check",
          actionTypeId: { category: "Invoke", owner: "AWS", provider: "Lambda", version: "1" },
          configuration: { FunctionName: check.functionName, UserParameters: "A-1017" },
          inputArtifacts: [{ name: "Shop" }],
        },
      ],
    },
  ],
});

// What the lessons say to watch.
addAlarms(stack);
