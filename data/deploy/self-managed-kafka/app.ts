import { App, CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { AuthenticationMethod, SelfManagedKafkaEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SelfManagedKafka");

const server = new CfnParameter(stack, "BootstrapServer", {
  description: "One broker's name and port, such as kafka.example.com:9096.",
});
const secret = new CfnParameter(stack, "CredentialsArn", {
  description: "The Secrets Manager secret with username and password (SASL/SCRAM-SHA-512).",
});
const failed = new sqs.Queue(stack, "FailedOrders", { retentionPeriod: Duration.days(14) });

const worker = new lambda.Function(stack, "WorkerFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
  layers: [
    lambda.LayerVersion.fromLayerVersionArn(
      stack,
      "Powertools",
      "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
    ),
  ],
});
worker.addEventSource(
  new SelfManagedKafkaEventSource({
    bootstrapServers: [server.valueAsString],
    authenticationMethod: AuthenticationMethod.SASL_SCRAM_512_AUTH,
    secret: Secret.fromSecretCompleteArn(stack, "Secret", secret.valueAsString),
    topic: "orders",
    consumerGroupId: "order-worker",
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    maxBatchingWindow: Duration.seconds(1),
    // Provisioned pollers are what makes retries, splitting and reports by record possible.
    provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 4 },
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    retryAttempts: 5,
    maxRecordAge: Duration.hours(2),
    onFailure: new SqsDlq(failed),
  }),
);

// What the lessons say to watch.
addAlarms(stack);
