import { App, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Documentdb");

const cluster = new CfnParameter(stack, "ClusterArn", {
  description: "The DocumentDB cluster (4.0 or 5.0) with change streams enabled on shop.orders.",
});
const secret = new CfnParameter(stack, "CredentialsArn", {
  description: "The Secrets Manager secret with the cluster's username and password.",
});

const worker = new lambda.Function(stack, "WorkerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
});
worker.addToRolePolicy(
  new iam.PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.valueAsString] }),
);
worker.addToRolePolicy(
  new iam.PolicyStatement({ actions: ["rds:DescribeDBClusters"], resources: [cluster.valueAsString] }),
);
// What Lambda needs to reach the cluster in its network; these actions know no narrower resource.
worker.addToRolePolicy(
  new iam.PolicyStatement({
    actions: [
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "rds:DescribeDBClusterParameters",
      "rds:DescribeDBSubnetGroups",
    ],
    resources: ["*"],
  }),
);
// There is no L2 event source for DocumentDB.
const mapping = new lambda.CfnEventSourceMapping(stack, "Orders", {
  functionName: worker.functionName,
  eventSourceArn: cluster.valueAsString,
  documentDbEventSourceConfig: { databaseName: "shop", collectionName: "orders", fullDocument: "UpdateLookup" },
  sourceAccessConfigurations: [{ type: "BASIC_AUTH", uri: secret.valueAsString }],
  startingPosition: "TRIM_HORIZON",
  batchSize: 50,
  maximumBatchingWindowInSeconds: 1,
});
mapping.node.addDependency(worker.role!);

// What the lessons say to watch.
addAlarms(stack);
