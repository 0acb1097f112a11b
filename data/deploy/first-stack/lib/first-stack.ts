import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sns from "aws-cdk-lib/aws-sns";
import { LambdaSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { addAlarms } from "../../alarms";

export interface FirstStackProps extends StackProps {
  /** Lower-case letters, digits and hyphens; it ends the names of the stack and of its functions. */
  readonly stage: string;
  /** The folder with the handlers, or a zip of it. */
  readonly codePath: string;
}

/** Orders come in through an API and go on, by a topic, to a listener. */
export class FirstStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codePath, ...props }: FirstStackProps) {
    if (!/^[a-z][a-z0-9-]*$/.test(stage)) {
      throw new Error(`The stage is "${stage}", but takes lower-case letters, digits and hyphens, a letter first.`);
    }
    super(scope, id, {
      stackName: `first-stack-${stage}`,
      description: "Orders come in through an API and go on to a listener; the system of the course's first page.",
      terminationProtection: false,
      ...props,
    });
    Tags.of(this).add("domain", "orders");
    Tags.of(this).add("service", "first-stack");

    const table = new dynamodb.Table(this, "OrdersTable", {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const topic = new sns.Topic(this, "OrdersTopic");
    const settings = (name: string) => ({
      functionName: `${name}-${stage}`,
      runtime: lambda.Runtime.PYTHON_3_13,
      architecture: lambda.Architecture.ARM_64,
      tracing: lambda.Tracing.ACTIVE,
      code: lambda.Code.fromAsset(codePath),
      memorySize: 512,
      timeout: Duration.seconds(10),
    });
    const logGroup = (name: string) =>
      new logs.LogGroup(this, name, { retention: logs.RetentionDays.FIVE_DAYS, removalPolicy: RemovalPolicy.DESTROY });

    // Synchronous: the HTTP client waits for the function's answer.
    const orders = new lambda.Function(this, "OrdersFunction", {
      ...settings("orders"),
      handler: "orders.handler",
      logGroup: logGroup("OrdersLogs"),
      environment: { STAGE: stage, TABLE_NAME: table.tableName, TOPIC_ARN: topic.topicArn },
    });
    table.grant(orders, "dynamodb:PutItem");
    topic.grantPublish(orders);
    const api = new apigateway.LambdaRestApi(this, "OrdersApi", {
      handler: orders,
      proxy: true,
      // Every body reaches the function in Base64, so that pictures can be sent, too.
      binaryMediaTypes: ["*/*"],
      restApiName: `orders-${stage}`,
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      deploy: true,
      deployOptions: { stageName: stage },
    });

    // Asynchronous: Lambda keeps the event, retries twice, and sends what it gives up to a queue.
    const failed = new sqs.Queue(this, "FailedOrders", { retentionPeriod: Duration.days(14) });
    const listener = new lambda.Function(this, "ListenerFunction", {
      ...settings("listener"),
      handler: "listener.handler",
      logGroup: logGroup("ListenerLogs"),
      environment: { STAGE: stage, TABLE_NAME: table.tableName },
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: new SqsDestination(failed),
    });
    table.grant(listener, "dynamodb:UpdateItem");
    topic.addSubscription(new LambdaSubscription(listener));

    new CfnOutput(this, "OrdersUrl", { description: "POST orders here.", value: api.urlForPath("/orders") });

    // What the lessons say to watch.
    addAlarms(this);
  }
}
