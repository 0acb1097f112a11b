import { App, CfnOutput, Duration, RemovalPolicy, Stack, TimeZone } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { DynamoEventSource, SnsEventSource, SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as logs from "aws-cdk-lib/aws-logs";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const LOG_RETENTION = {
  local: logs.RetentionDays.ONE_DAY,
  development: logs.RetentionDays.ONE_WEEK,
  production: logs.RetentionDays.THREE_MONTHS,
};

const app = new App();
const stage: keyof typeof LOG_RETENTION = app.node.tryGetContext("stage") ?? "development";
const inProduction = stage === "production";
const stack = new Stack(app, "ReferenceSystem");

// All functions write into one log group.
const logGroup = new logs.LogGroup(stack, "Logs", {
  retention: LOG_RETENTION[stage],
  removalPolicy: RemovalPolicy.DESTROY,
});
const powertools = lambda.LayerVersion.fromLayerVersionArn(
  stack,
  "Powertools",
  "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
);

type Settings = Partial<lambda.FunctionProps> & { handler: string; memorySize: number; timeout: Duration };

const makeFunction = (name: string, { environment, ...settings }: Settings) =>
  new lambda.Function(stack, name, {
    runtime: lambda.Runtime.PYTHON_3_13,
    architecture: lambda.Architecture.ARM_64,
    tracing: lambda.Tracing.ACTIVE,
    code: lambda.Code.fromAsset("handler"),
    layers: [powertools],
    logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    environment: {
      // Where AWS's SDKs find a stand-in for AWS's services, seen from the container of `sam local`.
      ...(stage === "local" ? { AWS_ENDPOINT_URL: "http://host.docker.internal:5000" } : {}),
      ...environment,
    },
    ...settings,
  });

const makeTable = (name: string, settings: Partial<dynamodb.TableProps>) =>
  new dynamodb.Table(stack, name, {
    partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    ...settings,
  });

const makeKeptTable = (name: string, settings: Partial<dynamodb.TableProps> = {}) =>
  makeTable(name, {
    deletionProtection: inProduction,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: inProduction },
    removalPolicy: inProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    ...settings,
  });

const makeQueueOfFailures = (name: string) => new sqs.Queue(stack, name, { retentionPeriod: Duration.days(14) });

// What EventBridge, SNS or the scheduler could not hand over.
const undelivered = makeQueueOfFailures("Undelivered");

// Synchronous: the customer waits.
const ordersTable = makeKeptTable("OrdersTable", { stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES });
const ordersApi = makeFunction("OrdersApi", {
  handler: "orders_api.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
  environment: { ORDERS_TABLE: ordersTable.tableName },
  // Kept for customers, whatever the rest of the account does.
  reservedConcurrentExecutions: inProduction ? 200 : undefined,
});
ordersTable.grant(ordersApi, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem");
const ordersHttp = new apigateway.RestApi(stack, "OrdersHttp", {
  restApiName: "orders-http",
  endpointTypes: [apigateway.EndpointType.REGIONAL],
  cloudWatchRole: false,
  deployOptions: { stageName: "live" },
});
ordersHttp.root.addProxy({ defaultIntegration: new apigateway.LambdaIntegration(ordersApi) });

// Synchronous: Stripe waits, and sends again what was not answered with 2xx.
// Put the endpoint's signing secret (whsec_...) here once Stripe has shown it.
const secret = new Secret(stack, "SigningSecret", {
  description: "The signing secret of the Stripe webhook endpoint",
});
const paymentsWebhook = makeFunction("PaymentsWebhook", {
  handler: "payments_webhook.handler",
  memorySize: 256,
  timeout: Duration.seconds(10),
  environment: { ORDERS_TABLE: ordersTable.tableName, STRIPE_SECRET: secret.secretArn },
});
secret.grantRead(paymentsWebhook);
ordersTable.grant(paymentsWebhook, "dynamodb:UpdateItem");
// Anybody may call it: the handler checks the signature.
const webhookUrl = paymentsWebhook.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });

// Polling: what was written to the table becomes an event for everybody.
const orderEvents = new events.EventBus(stack, "OrderEvents", { eventBusName: `order-events-${stage}` });
const orderPublisher = makeFunction("OrderPublisher", {
  handler: "order_publisher.handler",
  memorySize: 256,
  timeout: Duration.seconds(30),
  environment: { ORDER_EVENTS: orderEvents.eventBusName },
});
orderEvents.grantPutEventsTo(orderPublisher);
orderPublisher.addEventSource(
  new DynamoEventSource(ordersTable, {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    // A record that cannot be published holds its shard for an hour at most, not for a day.
    maxRecordAge: Duration.hours(1),
    onFailure: new SqsDlq(makeQueueOfFailures("PublisherFailures")),
  }),
);

const fulfilmentQueue = new sqs.Queue(stack, "FulfilmentQueue", {
  // Six times the function's timeout, as AWS advises.
  visibilityTimeout: Duration.seconds(120),
  deadLetterQueue: { queue: makeQueueOfFailures("FulfilmentDlq"), maxReceiveCount: 5 },
});
const orderNotifications = new sns.Topic(stack, "OrderNotifications");
const allOrders = { source: ["shop.orders"] };
new events.Rule(stack, "ToFulfilment", {
  eventBus: orderEvents,
  eventPattern: allOrders,
  targets: [new targets.SqsQueue(fulfilmentQueue, { deadLetterQueue: undelivered })],
});
new events.Rule(stack, "ToNotifications", {
  eventBus: orderEvents,
  eventPattern: allOrders,
  targets: [new targets.SnsTopic(orderNotifications, { deadLetterQueue: undelivered })],
});

// Polling: the warehouse works off its queue.
const warehouseTable = makeKeptTable("WarehouseTable");
const fulfilmentWorker = makeFunction("FulfilmentWorker", {
  handler: "fulfilment_worker.handler",
  memorySize: 1024,
  timeout: Duration.seconds(20),
  environment: { WAREHOUSE_TABLE: warehouseTable.tableName },
});
warehouseTable.grant(fulfilmentWorker, "dynamodb:UpdateItem");
fulfilmentWorker.addEventSource(
  new SqsEventSource(fulfilmentQueue, {
    batchSize: 10,
    reportBatchItemFailures: true,
    // What the warehouse can stand; the other messages wait in the queue, unthrottled.
    maxConcurrency: inProduction ? 20 : undefined,
  }),
);

// Asynchronous: Lambda keeps the event, tries three times, and sends what it gives up to a queue.
// Which customers were told of what: the same message may come twice.
const notifiedTable = makeTable("NotifiedTable", {
  timeToLiveAttribute: "expiration",
  removalPolicy: RemovalPolicy.DESTROY,
});
const orderNotifier = makeFunction("OrderNotifier", {
  handler: "order_notifier.handler",
  memorySize: 256,
  timeout: Duration.seconds(10),
  environment: { NOTIFIED_TABLE: notifiedTable.tableName },
  onFailure: new SqsDestination(makeQueueOfFailures("NotifierFailures")),
});
notifiedTable.grant(
  orderNotifier,
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
);
orderNotifier.addEventSource(new SnsEventSource(orderNotifications, { deadLetterQueue: undelivered }));

// Asynchronous: the clock waits for nobody.
const reports = new s3.Bucket(stack, "Reports");
const reportBuilder = makeFunction("ReportBuilder", {
  handler: "report_builder.handler",
  memorySize: 2048,
  timeout: Duration.seconds(300),
  environment: { WAREHOUSE_TABLE: warehouseTable.tableName, REPORTS: reports.bucketName },
  onFailure: new SqsDestination(makeQueueOfFailures("ReportFailures")),
});
warehouseTable.grant(reportBuilder, "dynamodb:Scan");
reportBuilder.addToRolePolicy(
  new iam.PolicyStatement({ actions: ["s3:PutObject"], resources: [reports.arnForObjects("reports/*")] }),
);
new scheduler.Schedule(stack, "NightlyReport", {
  schedule: inProduction
    ? scheduler.ScheduleExpression.cron({ minute: "0", hour: "3", timeZone: TimeZone.ETC_UTC })
    : scheduler.ScheduleExpression.rate(Duration.minutes(15)),
  target: new LambdaInvoke(reportBuilder, { deadLetterQueue: undelivered }),
});

new CfnOutput(stack, "OrdersUrl", { description: "POST orders here.", value: ordersHttp.urlForPath("/orders") });
new CfnOutput(stack, "WebhookUrl", { description: "Tell Stripe to send events here.", value: webhookUrl.url });

// What the lessons say to watch.
addAlarms(stack);
