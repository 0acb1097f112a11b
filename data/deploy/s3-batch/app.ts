import { App, CfnOutput, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "S3Batch");

const name = new CfnParameter(stack, "Bucket", {
  description: "The bucket with the objects, the manifest and the reports.",
});
const bucket = Bucket.fromBucketName(stack, "Objects", name.valueAsString);

const task = new lambda.Function(stack, "TaskFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
});
const role = new iam.Role(stack, "JobRole", {
  assumedBy: new iam.ServicePrincipal("batchoperations.s3.amazonaws.com"),
});
task.grantInvoke(role);
bucket.grantRead(role);
bucket.grantPut(role, "reports/*");

new CfnOutput(stack, "FunctionArn", { value: task.functionArn });
new CfnOutput(stack, "JobRoleArn", { value: role.roleArn });

// What the lessons say to watch.
addAlarms(stack);
