import { App, ArnFormat, CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import * as tasks from "aws-cdk-lib/aws-stepfunctions-tasks";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "SfnWaitToken");

const orders = new lambda.Function(stack, "OrdersFunction", {
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(10),
});

const place = new tasks.LambdaInvoke(stack, "PlaceOrder", {
  lambdaFunction: orders,
  integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
  payload: sfn.TaskInput.fromObject({ TaskToken: sfn.JsonPath.taskToken, input: sfn.JsonPath.entirePayload }),
  // The clock of a heartbeat would start when the function has returned; this one starts with the task.
  taskTimeout: sfn.Timeout.duration(Duration.days(1)),
});
// Throttles are in no default; for Lambda itself not reachable or busy the task has retries already.
place.addRetry({
  errors: ["Lambda.TooManyRequestsException"],
  interval: Duration.seconds(1),
  maxAttempts: 8,
  backoffRate: 2,
  jitterStrategy: sfn.JitterType.FULL,
});
const shop = new sfn.StateMachine(stack, "Shop", {
  stateMachineName: "shop",
  stateMachineType: sfn.StateMachineType.STANDARD,
  definitionBody: sfn.DefinitionBody.fromChainable(place),
});
orders.addToRolePolicy(
  new iam.PolicyStatement({
    actions: ["states:SendTaskSuccess", "states:SendTaskFailure"],
    // By name, not by reference: the workflow waits for the function, so the function cannot wait for the workflow.
    resources: [stack.formatArn({ service: "states", resource: "stateMachine", resourceName: "shop", arnFormat: ArnFormat.COLON_RESOURCE_NAME })],
  }),
);

new CfnOutput(stack, "StateMachineArn", { value: shop.stateMachineArn });

// What the lessons say to watch.
addAlarms(stack);
