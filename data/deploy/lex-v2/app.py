import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lex as lex

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "LexV2")

hook = lambda_.Function(
    stack,
    "HookFunction",
    # The bot waits for 30 seconds; nobody who talks to it does.
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(5),
)

# There are no L2 constructs for Lex.
role = iam.Role(stack, "BotRole", assumed_by=iam.ServicePrincipal("lexv2.amazonaws.com"))
bot = lex.CfnBot(
    stack,
    "ShopBot",
    name="Shop",
    role_arn=role.role_arn,
    data_privacy={"ChildDirected": False},
    idle_session_ttl_in_seconds=300,
    auto_build_bot_locales=True,
    bot_locales=[
        lex.CfnBot.BotLocaleProperty(
            locale_id="en_US",
            nlu_confidence_threshold=0.4,
            intents=[
                lex.CfnBot.IntentProperty(
                    name="TrackOrder",
                    sample_utterances=[
                        lex.CfnBot.SampleUtteranceProperty(utterance="Where is my order?"),
                        lex.CfnBot.SampleUtteranceProperty(utterance="Where is order {Order}"),
                    ],
                    dialog_code_hook=lex.CfnBot.DialogCodeHookSettingProperty(enabled=True),
                    fulfillment_code_hook=lex.CfnBot.FulfillmentCodeHookSettingProperty(
                        enabled=True
                    ),
                    slots=[
                        lex.CfnBot.SlotProperty(
                            name="Order",
                            slot_type_name="AMAZON.AlphaNumeric",
                            value_elicitation_setting=lex.CfnBot.SlotValueElicitationSettingProperty(
                                slot_constraint="Required",
                                prompt_specification=lex.CfnBot.PromptSpecificationProperty(
                                    max_retries=2,
                                    message_groups_list=[
                                        lex.CfnBot.MessageGroupProperty(
                                            message=lex.CfnBot.MessageProperty(
                                                plain_text_message=lex.CfnBot.PlainTextMessageProperty(
                                                    value="Which order?"
                                                )
                                            )
                                        )
                                    ],
                                ),
                            ),
                        )
                    ],
                    slot_priorities=[
                        lex.CfnBot.SlotPriorityProperty(slot_name="Order", priority=1)
                    ],
                ),
                lex.CfnBot.IntentProperty(
                    name="FallbackIntent", parent_intent_signature="AMAZON.FallbackIntent"
                ),
            ],
        )
    ],
)
version = lex.CfnBotVersion(
    stack,
    "ShopVersion",
    bot_id=bot.attr_id,
    bot_version_locale_specification=[
        lex.CfnBotVersion.BotVersionLocaleSpecificationProperty(
            locale_id="en_US",
            bot_version_locale_details=lex.CfnBotVersion.BotVersionLocaleDetailsProperty(
                source_bot_version="DRAFT"
            ),
        )
    ],
)
alias = lex.CfnBotAlias(
    stack,
    "ShopAlias",
    bot_alias_name="live",
    bot_id=bot.attr_id,
    bot_version=version.attr_bot_version,
    # One function for an alias and a language; the intents only switch it on.
    bot_alias_locale_settings=[
        lex.CfnBotAlias.BotAliasLocaleSettingsItemProperty(
            locale_id="en_US",
            bot_alias_locale_setting=lex.CfnBotAlias.BotAliasLocaleSettingsProperty(
                enabled=True,
                code_hook_specification=lex.CfnBotAlias.CodeHookSpecificationProperty(
                    lambda_code_hook=lex.CfnBotAlias.LambdaCodeHookProperty(
                        code_hook_interface_version="1.0", lambda_arn=hook.function_arn
                    )
                ),
            ),
        )
    ],
)
hook.add_permission(
    "LexPermission",
    principal=iam.ServicePrincipal("lexv2.amazonaws.com"),
    source_arn=alias.attr_arn,
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
