// What the environment says, and one stack made of it.
import { App } from "aws-cdk-lib";
import { join } from "node:path";
import { FirstStack } from "../lib/first-stack";

const { STAGE = "development", IS_LOCAL = "true", ACCOUNT, CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION } = process.env;

const folder = join(__dirname, "..");
const app = new App();
new FirstStack(app, "FirstStack", {
  stage: STAGE,
  // Locally the handlers as they are; a pipeline builds one zip and deploys it to each stage.
  codePath: join(folder, IS_LOCAL === "true" ? "handler" : "handler.zip"),
  env: { account: ACCOUNT ?? CDK_DEFAULT_ACCOUNT, region: CDK_DEFAULT_REGION },
});
