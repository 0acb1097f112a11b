import { App, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { CfnTopicRule } from "aws-cdk-lib/aws-iot";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "IotRule");

// What the rule could not hand over to Lambda.
const undelivered = new sqs.Queue(stack, "Undelivered", { retentionPeriod: Duration.days(14) });
const errorRole = new iam.Role(stack, "ErrorRole", { assumedBy: new iam.ServicePrincipal("iot.amazonaws.com") });
undelivered.grantSendMessages(errorRole);

// What Lambda accepted and the function failed at three times.
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

// The L2 construct for rules is not in the stable library.
const readings = new CfnTopicRule(stack, "Readings", {
  topicRulePayload: {
    awsIotSqlVersion: "2016-03-23",
    sql: "SELECT newuuid() AS id, timestamp() AS timestamp, topic(2) AS device, * AS reading FROM 'devices/+/readings'",
    actions: [{ lambda: { functionArn: listener.functionArn } }],
    errorAction: { sqs: { queueUrl: undelivered.queueUrl, roleArn: errorRole.roleArn, useBase64: false } },
  },
});
listener.addPermission("IotPermission", {
  principal: new iam.ServicePrincipal("iot.amazonaws.com"),
  sourceArn: readings.attrArn,
});

// What the lessons say to watch.
addAlarms(stack);
