import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as s3 from "aws-cdk-lib/aws-s3";
import { CfnAccessPoint } from "aws-cdk-lib/aws-s3objectlambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "S3ObjectLambda");

const view = new lambda.Function(stack, "ViewFunction", {
  // The answer must be complete within 60 seconds.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(55),
});
view.addToRolePolicy(
  new iam.PolicyStatement({
    actions: ["s3-object-lambda:WriteGetObjectResponse"],
    // The action knows no narrower resource.
    resources: ["*"],
  }),
);

const orders = new s3.Bucket(stack, "Orders");
const access = new s3.CfnAccessPoint(stack, "OrdersAccess", { bucket: orders.bucketName });
// There is no L2 construct for Object Lambda.
const ordersView = new CfnAccessPoint(stack, "OrdersView", {
  objectLambdaConfiguration: {
    supportingAccessPoint: access.attrArn,
    transformationConfigurations: [
      { actions: ["GetObject"], contentTransformation: { AwsLambda: { FunctionArn: view.functionArn } } },
    ],
  },
});

new CfnOutput(stack, "ViewArn", { description: "Read objects through this.", value: ordersView.attrArn });

// What the lessons say to watch.
addAlarms(stack);
