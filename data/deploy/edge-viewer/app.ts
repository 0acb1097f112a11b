import { App, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "EdgeViewer", { env: { region: "us-east-1" } });

const edge = new lambda.Function(stack, "EdgeFunction", {
  // In us-east-1, without environment variables; CloudFront takes numbered versions only.
  // Lambda@Edge knows neither arm64 nor X-Ray, so this function differs from all others here.
  runtime: lambda.Runtime.PYTHON_3_13,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 128,
  timeout: Duration.seconds(5),
  role: new iam.Role(stack, "EdgeRole", {
    assumedBy: new iam.CompositePrincipal(
      new iam.ServicePrincipal("lambda.amazonaws.com"),
      new iam.ServicePrincipal("edgelambda.amazonaws.com"),
    ),
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSLambdaBasicExecutionRole")],
  }),
});

const shop = new cloudfront.Distribution(stack, "Shop", {
  defaultBehavior: {
    origin: new HttpOrigin("origin.example.com", { originId: "shop" }),
    allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    edgeLambdas: [
      {
        eventType: cloudfront.LambdaEdgeEventType.VIEWER_REQUEST,
        functionVersion: edge.currentVersion,
        includeBody: true,
      },
    ],
  },
});

new CfnOutput(stack, "ShopUrl", { value: `https://${shop.distributionDomainName}` });

// What the lessons say to watch.
addAlarms(stack);
