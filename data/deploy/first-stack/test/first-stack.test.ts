// What the synthesised template must hold: npm test in the folder above.
import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { FirstStack } from "../lib/first-stack";

const codePath = process.env.CODE_PATH ?? join(__dirname, "..", "handler");
const stackOf = (stage: string, account?: string) =>
  new FirstStack(new App(), "FirstStack", { stage, codePath, env: { account, region: "us-east-1" } });
const stack = stackOf("test", "123456789012");
const template = Template.fromStack(stack);

test("the stage ends the names of the stack and of its functions", () => {
  assert.equal(stack.stackName, "first-stack-test");
  for (const name of ["orders-test", "listener-test"]) {
    template.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: name,
      Environment: { Variables: Match.objectLike({ STAGE: "test" }) },
    });
  }
});

test("a stage that no name can end with is refused in a sentence", () => {
  assert.throws(() => stackOf("Not one"), /The stage is "Not one"/);
});

test("the account is the one that is given", () => {
  assert.equal(stack.account, "123456789012");
});

test("the stack says what it is, and can be deleted", () => {
  assert.match(template.toJSON().Description, /^Orders come in/);
  assert.equal(stack.terminationProtection, false);
});

test("every function has 512 MB, 10 s, Arm and X-Ray", () => {
  template.resourceCountIs("AWS::Lambda::Function", 2);
  template.allResourcesProperties("AWS::Lambda::Function", {
    MemorySize: 512,
    Timeout: 10,
    Architectures: ["arm64"],
    TracingConfig: { Mode: "Active" },
  });
});

test("logs are kept for five days", () => {
  template.resourceCountIs("AWS::Logs::LogGroup", 2);
  template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 5 });
});

test("the API hands every path and method to the function, bodies as binary", () => {
  template.hasResourceProperties("AWS::ApiGateway::RestApi", { BinaryMediaTypes: ["*/*"] });
  template.hasResourceProperties("AWS::ApiGateway::Resource", { PathPart: "{proxy+}" });
  template.resourceCountIs("AWS::ApiGateway::Method", 2);
  template.allResourcesProperties("AWS::ApiGateway::Method", {
    HttpMethod: "ANY",
    Integration: Match.objectLike({ Type: "AWS_PROXY" }),
  });
  template.hasResourceProperties("AWS::ApiGateway::Stage", { StageName: "test" });
});

test("the topic has the listener as its one subscriber", () => {
  template.resourceCountIs("AWS::SNS::Subscription", 1);
  template.hasResourceProperties("AWS::SNS::Subscription", {
    Protocol: "lambda",
    Endpoint: { "Fn::GetAtt": [Match.stringLikeRegexp("^ListenerFunction"), "Arn"] },
  });
});

test("no function may do more to the table than it does", () => {
  const granted = Object.values(template.findResources("AWS::IAM::Policy"))
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
    .flatMap((statement) => statement.Action)
    .filter((action) => action.startsWith("dynamodb:"));
  assert.deepEqual(granted.sort(), ["dynamodb:PutItem", "dynamodb:UpdateItem"]);
});

test("what can have tags has those of the stack", () => {
  for (const type of ["AWS::Lambda::Function", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::DynamoDB::Table"]) {
    template.allResourcesProperties(type, {
      Tags: Match.arrayWith([
        { Key: "domain", Value: "orders" },
        { Key: "service", Value: "first-stack" },
      ]),
    });
  }
});
