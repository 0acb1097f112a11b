// The alarms of alarms.json, for what a CDK stack has: what the lessons say to watch.
import { Duration, Stack } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as eventsv2 from "aws-cdk-lib/aws-eventsv2";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import rules from "./alarms.json";

/** Adds to a finished stack the alarms of its functions, queues and subscribers. */
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
  for (const construct of constructs) {
    const name = construct.node.id;
    if (construct instanceof lambda.Function) {
      const dimensions = { FunctionName: construct.functionName };
      for (const of of kindsOfFunction(construct, mappings)) add(stack, of, name, dimensions);
    }
    if (construct instanceof sqs.Queue) {
      // A queue that is worked off has a dead-letter queue; one that keeps failures has none.
      const of = construct.deadLetterQueue ? "queue" : "queue of failures";
      add(stack, of, name, { QueueName: construct.queueName });
    }
    if (construct instanceof eventsv2.CfnSubscriber) {
      const bus = stack.node.findChild("OrdersBus") as eventsv2.CfnEventBus;
      add(stack, "subscriber", name, { EventBus: bus.name, Subscriber: construct.name });
    }
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
  for (const mapping of mine.filter((one) => one.startingPosition)) {
    yield `function that reads a ${mapping.topics ? "Kafka topic" : "stream"}`;
  }
}

function add(stack: Stack, of: string, name: string, dimensions: Record<string, string>): void {
  for (const rule of rules.filter((one) => one.of === of)) {
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
      threshold: rule.threshold,
      evaluationPeriods: rule.evaluation_periods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
