import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "StripeWebhook");

// Put the endpoint's signing secret (whsec_...) here once Stripe has shown it.
const secret = new Secret(stack, "SigningSecret", {
  description: "The signing secret of the Stripe webhook endpoint",
});
const seen = new dynamodb.Table(stack, "SeenTable", {
  partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});

const webhook = new lambda.Function(stack, "WebhookFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  layers: [
    lambda.LayerVersion.fromLayerVersionArn(
      stack,
      "Powertools",
      "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
    ),
  ],
  // A throttle is a 429, after which Stripe tries again for three days.
  reservedConcurrentExecutions: 10,
  environment: { STRIPE_SECRET: secret.secretArn, SEEN_TABLE: seen.tableName },
});
secret.grantRead(webhook);
seen.grant(webhook, "dynamodb:PutItem");
const url = webhook.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });

new CfnOutput(stack, "WebhookUrl", { description: "Tell Stripe to send events here.", value: url.url });

// What the lessons say to watch.
addAlarms(stack);
