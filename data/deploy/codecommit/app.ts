import { App, Duration, Stack } from "aws-cdk-lib";
import * as codecommit from "aws-cdk-lib/aws-codecommit";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Codecommit");

const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const listener = new lambda.Function(stack, "ListenerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  // What happens once Lambda has answered 202: without a destination the third failure loses the event in silence.
  retryAttempts: 2,
  maxEventAge: Duration.hours(1),
  onFailure: new SqsDestination(failed),
});

const shop = new codecommit.Repository(stack, "Shop", { repositoryName: "shop" });
shop.notify(listener.functionArn, {
  name: "orders",
  branches: ["main"],
  events: [codecommit.RepositoryEventTrigger.UPDATE_REF],
  customData: '{"order": "A-1017", "item": "teapot", "amount": 42.5}',
});
listener.addPermission("CodeCommitPermission", {
  principal: new iam.ServicePrincipal("codecommit.amazonaws.com"),
  sourceArn: shop.repositoryArn,
});

// What the lessons say to watch.
addAlarms(stack);
