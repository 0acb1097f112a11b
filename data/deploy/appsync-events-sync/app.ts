import { App, Duration, Stack } from "aws-cdk-lib";
import * as appsync from "aws-cdk-lib/aws-appsync";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "AppsyncEventsSync");

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const api = new appsync.CfnApi(stack, "OrdersApi", {
  name: "orders",
  eventConfig: {
    authProviders: [{ authType: "AWS_IAM" }],
    connectionAuthModes: [{ authType: "AWS_IAM" }],
    defaultPublishAuthModes: [{ authType: "AWS_IAM" }],
    defaultSubscribeAuthModes: [{ authType: "AWS_IAM" }],
  },
});
const role = new iam.Role(stack, "SourceRole", { assumedBy: new iam.ServicePrincipal("appsync.amazonaws.com") });
orders.grantInvoke(role);
const source = new appsync.CfnDataSource(stack, "OrdersSource", {
  apiId: api.attrApiId,
  name: "OrdersSource",
  type: "AWS_LAMBDA",
  lambdaConfig: { lambdaFunctionArn: orders.functionArn },
  serviceRoleArn: role.roleArn,
});
const namespace = new appsync.CfnChannelNamespace(stack, "Orders", {
  apiId: api.attrApiId,
  name: "orders",
  handlerConfigs: {
    onPublish: {
      behavior: "DIRECT",
      integration: { dataSourceName: "OrdersSource", lambdaConfig: { invokeType: "REQUEST_RESPONSE" } },
    },
  },
});
namespace.node.addDependency(source);

// What the lessons say to watch.
addAlarms(stack);
