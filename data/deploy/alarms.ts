// The alarms of alarms.json, for what a CDK stack has: what the lessons say to watch.
import { Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as elbv2 from "aws-cdk-lib/aws-elasticloadbalancingv2";
import * as eventsv2 from "aws-cdk-lib/aws-eventsv2";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import rules from "./alarms.json";

type Dimensions = Record<string, string>;

/** Adds to a finished stack the alarms of what it has. */
export function addAlarms(stack: Stack): void {
  const constructs = stack.node.findAll();
  const distributions = constructs.filter((one) => one instanceof cloudfront.Distribution);
  for (const distribution of distributions) {
    const dimensions = { DistributionId: distribution.distributionId, Region: "Global" };
    add(stack, "distribution with an edge function", distribution.node.id, dimensions);
  }
  // An edge function runs, and is counted, in the Regions near its viewers.
  if (distributions.length > 0) return;
  const mappings = constructs.filter((one) => one instanceof lambda.CfnEventSourceMapping);
  for (const fn of constructs.filter((one) => one instanceof lambda.Function)) {
    const dimensions = { FunctionName: fn.functionName };
    const timeout = fn.timeout ?? Duration.seconds(3);
    for (const of of kindsOfFunction(fn, mappings)) add(stack, of, fn.node.id, dimensions, timeout);
  }
  for (const construct of constructs) {
    for (const { of, dimensions } of aroundFunctions(construct)) add(stack, of, construct.node.id, dimensions);
  }
}

/** What a construct is, in the words of alarms.json, and its metrics' dimensions. */
function* aroundFunctions(construct: IConstruct): Generator<{ of: string; dimensions: Dimensions }> {
  if (construct instanceof apigateway.RestApi) {
    yield { of: "REST API", dimensions: { ApiName: construct.restApiName } };
  }
  if (construct instanceof apigatewayv2.WebSocketApi) {
    yield { of: "WebSocket API", dimensions: { ApiId: construct.apiId } };
  }
  if (construct instanceof apigatewayv2.HttpApi) {
    yield { of: "HTTP API", dimensions: { ApiId: construct.apiId } };
  }
  if (construct instanceof elbv2.ApplicationLoadBalancer) {
    yield { of: "load balancer", dimensions: { LoadBalancer: construct.loadBalancerFullName } };
  }
  if (construct instanceof sqs.Queue) {
    // A queue that is worked off has a dead-letter queue; one that keeps failures has none.
    const of = construct.deadLetterQueue ? "queue" : "queue of failures";
    yield { of, dimensions: { QueueName: construct.queueName } };
  }
  if (construct instanceof eventsv2.CfnSubscriber) {
    const bus = construct.stack.node.findChild("OrdersBus") as eventsv2.CfnEventBus;
    const dimensions = { EventBus: bus.attrEventBusArn, Subscriber: construct.attrSubscriberArn };
    yield { of: "subscriber", dimensions };
  }
}

/** What a function is, in the words of alarms.json. */
function* kindsOfFunction(fn: lambda.Function, mappings: lambda.CfnEventSourceMapping[]): Generator<string> {
  const mine = mappings.filter((one) => one.functionName === fn.functionName);
  const isAsynchronous = fn.node.tryFindChild("EventInvokeConfig") !== undefined;
  yield "function";
  if (isAsynchronous) yield "asynchronous function";
  if (isAsynchronous || mine.some((one) => one.destinationConfig)) yield "function with a destination";
  if (fn.deadLetterQueue) yield "function with a dead-letter queue";
  if (fn.node.tryFindChild("FunctionUrl")) yield "function with a URL";
  for (const mapping of mine.filter((one) => one.startingPosition)) {
    yield `function that reads a ${mapping.topics ? "Kafka topic" : "stream"}`;
  }
}

function add(
  stack: Stack,
  of: string,
  name: string,
  dimensions: Dimensions,
  timeout = Duration.millis(1),
): void {
  for (const rule of rules.filter((one) => one.of === of)) {
    const unit = rule.unit === "of the timeout" ? timeout.toMilliseconds() : 1;
    const metric = new cloudwatch.Metric({
      namespace: rule.namespace,
      metricName: rule.metric_name,
      dimensionsMap: dimensions,
      statistic: rule.statistic,
      period: Duration.minutes(1),
    });
    new cloudwatch.Alarm(stack, name + rule.metric_name, {
      alarmDescription: rule.reason,
      metric,
      threshold: rule.threshold * unit,
      evaluationPeriods: rule.evaluation_periods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
