import { App, CfnOutput, Duration, Size, Stack } from "aws-cdk-lib";
import * as firehose from "aws-cdk-lib/aws-kinesisfirehose";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as s3 from "aws-cdk-lib/aws-s3";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "Firehose");

const transform = new lambda.Function(stack, "TransformFunction", {
  // Five minutes are the most that the stream waits.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(60),
});
const bucket = new s3.Bucket(stack, "OrdersBucket");

const orders = new firehose.DeliveryStream(stack, "OrdersStream", {
  destination: new firehose.S3Bucket(bucket, {
    dataOutputPrefix: "orders/",
    errorOutputPrefix: "failed/",
    bufferingInterval: Duration.seconds(60),
    bufferingSize: Size.mebibytes(5),
    loggingConfig: new firehose.DisableLogging(),
    processors: [
      new firehose.LambdaFunctionProcessor(transform, {
        bufferInterval: Duration.seconds(60),
        bufferSize: Size.mebibytes(1),
        // Also after a run that fails or times out; an answer of ProcessingFailed is not.
        retries: 3,
      }),
    ],
  }),
});

new CfnOutput(stack, "StreamName", { description: "Put orders here.", value: orders.deliveryStreamName });

// What the lessons say to watch.
addAlarms(stack);
