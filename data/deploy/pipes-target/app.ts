import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { CfnPipe } from "aws-cdk-lib/aws-pipes";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "PipesTarget");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });
const orders = new sqs.Queue(stack, "OrdersQueue", {
  visibilityTimeout: Duration.seconds(60),
  deadLetterQueue: { queue: failed, maxReceiveCount: 5 },
});
const worker = new lambda.Function(stack, "WorkerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const role = new iam.Role(stack, "PipeRole", { assumedBy: new iam.ServicePrincipal("pipes.amazonaws.com") });
orders.grantConsumeMessages(role);
worker.grantInvoke(role);

// The L2 construct for pipes is not in the stable library.
new CfnPipe(stack, "OrdersPipe", {
  roleArn: role.roleArn,
  source: orders.queueArn,
  sourceParameters: {
    sqsQueueParameters: { batchSize: 10, maximumBatchingWindowInSeconds: 1 },
    filterCriteria: { filters: [{ pattern: '{"body":{"order":[{"exists":true}]}}' }] },
  },
  target: worker.functionArn,
  // FIRE_AND_FORGET would delete the messages as soon as Lambda has accepted them.
  targetParameters: { lambdaFunctionParameters: { invocationType: "REQUEST_RESPONSE" } },
});

new CfnOutput(stack, "QueueUrl", { description: "Send orders here.", value: orders.queueUrl });

// What the lessons say to watch.
addAlarms(stack);
