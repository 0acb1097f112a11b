import { App, Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as lex from "aws-cdk-lib/aws-lex";
import { addAlarms } from "../alarms";

const app = new App();
const stack = new Stack(app, "LexV2");

const hook = new lambda.Function(stack, "HookFunction", {
  // The bot waits for 30 seconds; nobody who talks to it does.
  runtime: lambda.Runtime.PYTHON_3_13,
  architecture: lambda.Architecture.ARM_64,
  tracing: lambda.Tracing.ACTIVE,
  code: lambda.Code.fromAsset("handler"),
  handler: "app.handler",
  memorySize: 512,
  timeout: Duration.seconds(5),
});

// There are no L2 constructs for Lex.
const role = new iam.Role(stack, "BotRole", { assumedBy: new iam.ServicePrincipal("lexv2.amazonaws.com") });
const bot = new lex.CfnBot(stack, "ShopBot", {
  name: "Shop",
  roleArn: role.roleArn,
  dataPrivacy: { ChildDirected: false },
  idleSessionTtlInSeconds: 300,
  autoBuildBotLocales: true,
  botLocales: [
    {
      localeId: "en_US",
      nluConfidenceThreshold: 0.4,
      intents: [
        {
          name: "TrackOrder",
          sampleUtterances: [{ utterance: "Where is my order?" }, { utterance: "Where is order {Order}" }],
          dialogCodeHook: { enabled: true },
          fulfillmentCodeHook: { enabled: true },
          slots: [
            {
              name: "Order",
              slotTypeName: "AMAZON.AlphaNumeric",
              valueElicitationSetting: {
                slotConstraint: "Required",
                promptSpecification: {
                  maxRetries: 2,
                  messageGroupsList: [{ message: { plainTextMessage: { value: "Which order?" } } }],
                },
              },
            },
          ],
          slotPriorities: [{ slotName: "Order", priority: 1 }],
        },
        { name: "FallbackIntent", parentIntentSignature: "AMAZON.FallbackIntent" },
      ],
    },
  ],
});
const version = new lex.CfnBotVersion(stack, "ShopVersion", {
  botId: bot.attrId,
  botVersionLocaleSpecification: [
    { localeId: "en_US", botVersionLocaleDetails: { sourceBotVersion: "DRAFT" } },
  ],
});
const alias = new lex.CfnBotAlias(stack, "ShopAlias", {
  botAliasName: "live",
  botId: bot.attrId,
  botVersion: version.attrBotVersion,
  // One function for an alias and a language; the intents only switch it on.
  botAliasLocaleSettings: [
    {
      localeId: "en_US",
      botAliasLocaleSetting: {
        enabled: true,
        codeHookSpecification: {
          lambdaCodeHook: { codeHookInterfaceVersion: "1.0", lambdaArn: hook.functionArn },
        },
      },
    },
  ],
});
hook.addPermission("LexPermission", {
  principal: new iam.ServicePrincipal("lexv2.amazonaws.com"),
  sourceArn: alias.attrArn,
});

// What the lessons say to watch.
addAlarms(stack);
