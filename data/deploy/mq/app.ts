import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import { CfnBroker } from "aws-cdk-lib/aws-amazonmq";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Mq");

const secret = new Secret(stack, "BrokerSecret", {
  generateSecretString: {
    secretStringTemplate: '{"username":"worker"}',
    generateStringKey: "password",
    passwordLength: 32,
    excludePunctuation: true,
  },
});
const broker = new CfnBroker(stack, "Broker", {
  brokerName: "orders",
  engineType: "ACTIVEMQ",
  engineVersion: "5.18",
  hostInstanceType: "mq.t3.micro",
  deploymentMode: "SINGLE_INSTANCE",
  autoMinorVersionUpgrade: true,
  // Reachable from everywhere, behind a password: enough to try it, not to run a shop.
  publiclyAccessible: true,
  users: [{ username: "worker", password: secret.secretValueFromJson("password").unsafeUnwrap() }],
});

const worker = new lambda.Function(stack, "WorkerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(30),
});
secret.grantRead(worker);
worker.addToRolePolicy(
  new iam.PolicyStatement({ actions: ["mq:DescribeBroker"], resources: [broker.attrArn] }),
);
// There is no L2 event source for brokers.
const mapping = new lambda.CfnEventSourceMapping(stack, "Orders", {
  functionName: worker.functionName,
  eventSourceArn: broker.attrArn,
  queues: ["orders"],
  sourceAccessConfigurations: [{ type: "BASIC_AUTH", uri: secret.secretArn }],
  batchSize: 10,
  maximumBatchingWindowInSeconds: 1,
});
mapping.node.addDependency(worker.role!);

new CfnOutput(stack, "BrokerId", { description: "The broker's console shows its endpoints.", value: broker.ref });

// What the lessons say to watch.
addAlarms(stack);
