"""Plans of the modules that the community writes, and their twins in SAM.

https://github.com/terraform-aws-modules
"""

import pytest

import sim
from tests.support.module_plans import (
    apigateway_v2_module,
    eventbridge_module,
    lambda_module,
    sns_module,
    sqs_module,
)
from tests.support.plans import Reference, plan, sources
from tests.support.template_texts import (
    SAM,
    refused,
    resource,
    sam_function,
)
from tests.support.twins import assert_twins


def sam(*resources):
    return f"{SAM}Resources:\n{''.join(resources)}"


TWINS = {
    "a queue, its dead-letter queue and a function with another one": (
        plan(
            {},
            {
                "Orders": sqs_module(
                    "orders",
                    has_dlq=True,
                    timeout=60,
                    redrive_policy={"maxReceiveCount": 4},
                ),
                "Lost": sqs_module("lost"),
                "F": lambda_module(
                    "worker",
                    {
                        "orders": {
                            "batch_size": 5,
                            "scaling_config": [{"maximum_concurrency": 7}],
                        }
                    },
                    dead_letters=Reference("module.Lost.queue_arn"),
                    event_source_mapping=Reference("module.Orders.queue_arn"),
                ),
            },
        ),
        sam(
            resource("dlq", "SQS::Queue", "VisibilityTimeout: 60"),
            resource("Lost", "SQS::Queue"),
            resource(
                "Orders",
                "SQS::Queue",
                "VisibilityTimeout: 60, RedrivePolicy: "
                "{deadLetterTargetArn: !GetAtt dlq.Arn, maxReceiveCount: 4}",
            ),
            sam_function(
                "F",
                "DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Lost.Arn}, Events: {orders: "
                "{Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 5, "
                "ScalingConfig: {MaximumConcurrency: 7}}}}",
            ),
        ),
    ),
    "a bus with a rule, and the queue of what fails": (
        plan(
            {
                "aws_sqs_queue.Lost": {"name": "lost"},
                "aws_lambda_function_event_invoke_config.f": {
                    "function_name": Reference(
                        "module.F.lambda_function_name", value="worker"
                    ),
                    "maximum_retry_attempts": 1,
                    "destination_config": [
                        {
                            "on_failure": [
                                {"destination": Reference("local.lost")}
                            ]
                        }
                    ],
                },
            },
            {
                "Shop": eventbridge_module(
                    "shop",
                    {"orders": {"source": ["shop"]}},
                    has_dead_letters=True,
                    targets=Reference(
                        "module.F.lambda_function_arn", "aws_sqs_queue.Lost.arn"
                    ),
                ),
                "F": lambda_module(
                    "worker",
                    triggers={"orders": "events.amazonaws.com"},
                    allowed_triggers=Reference("module.Shop.rule_arns"),
                ),
            },
        ),
        sam(
            resource("Shop", "Events::EventBus", "Name: shop"),
            resource("Lost", "SQS::Queue"),
            resource(
                "Shop-orders",
                "Events::Rule",
                "EventBusName: !Ref Shop, EventPattern: {source: [shop]}, State: ENABLED, "
                "Targets: [{Id: a, Arn: !GetAtt F.Arn, "
                "DeadLetterConfig: {Arn: !GetAtt Lost.Arn}}]",
            ),
            sam_function(
                "F",
                "EventInvokeConfig: {MaximumRetryAttempts: 1, DestinationConfig: "
                "{OnFailure: {Type: SQS, Destination: !GetAtt Lost.Arn}}}",
            ),
        ),
    ),
    "a topic, a stream and an HTTP API": (
        plan(
            {
                "aws_kinesis_stream.Clicks": {
                    "name": "clicks",
                    "shard_count": 2,
                }
            },
            {
                "Orders": sns_module(
                    "orders",
                    {"f": "lambda", "copies": "sqs"},
                    subscriptions=Reference(
                        "module.F.lambda_function_arn",
                        "module.Copies.queue_arn",
                    ),
                ),
                "Copies": sqs_module("copies"),
                "Api": apigateway_v2_module(
                    "api",
                    ["POST /orders"],
                    routes=Reference("module.F.lambda_function_invoke_arn"),
                ),
                "F": lambda_module(
                    "worker",
                    {
                        "clicks": {
                            "starting_position": "LATEST",
                            "destination_config": [
                                {
                                    "on_failure": [
                                        {"destination_arn": Reference()}
                                    ]
                                }
                            ],
                        }
                    },
                    {
                        "sns": "sns.amazonaws.com",
                        "api": "apigateway.amazonaws.com",
                    },
                    event_source_mapping=Reference(
                        "aws_kinesis_stream.Clicks.arn",
                        "module.Copies.queue_arn",
                    ),
                    allowed_triggers=Reference(
                        "module.Orders.topic_arn",
                        "module.Api.api_execution_arn",
                    ),
                ),
            },
        ),
        sam(
            resource("Clicks", "Kinesis::Stream", "ShardCount: 2"),
            resource("Copies", "SQS::Queue"),
            resource("Orders", "SNS::Topic"),
            resource(
                "copies",
                "SNS::Subscription",
                "TopicArn: !Ref Orders, Protocol: sqs, Endpoint: !GetAtt Copies.Arn",
            ),
            resource(
                "Orders-f",
                "SNS::Subscription",
                "TopicArn: !Ref Orders, Protocol: lambda, Endpoint: !GetAtt F.Arn",
            ),
            resource(
                "Api",
                "ApiGatewayV2::Api",
                "Name: api, ProtocolType: HTTP",
            ),
            resource(
                "I",
                "ApiGatewayV2::Integration",
                "ApiId: !Ref Api, IntegrationType: AWS_PROXY, "
                "IntegrationUri: !GetAtt F.Arn",
            ),
            resource(
                "R",
                "ApiGatewayV2::Route",
                "ApiId: !Ref Api, RouteKey: POST /orders, "
                "Target: !Sub 'integrations/${I}'",
            ),
            resource(
                "S",
                "ApiGatewayV2::Stage",
                "ApiId: !Ref Api, StageName: $default, DefaultRouteSettings: "
                "{ThrottlingRateLimit: 50, ThrottlingBurstLimit: 80}",
            ),
            sam_function(
                "F",
                "Events: {clicks: {Type: Kinesis, Properties: {Stream: !GetAtt Clicks.Arn, "
                "StartingPosition: LATEST, DestinationConfig: "
                "{OnFailure: {Type: SQS, Destination: !GetAtt Copies.Arn}}}}}",
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", TWINS)
def test_a_plan_of_community_modules_reads_as_its_twin_in_sam(name):
    """https://github.com/terraform-aws-modules"""
    assert_twins(*TWINS[name])


SOURCES = {
    "queue": ("aws_sqs_queue.q", {"name": "q"}, {}),
    "stream": (
        "aws_kinesis_stream.s",
        {"name": "s", "shard_count": 1},
        {"starting_position": "LATEST"},
    ),
    "broker": (
        "aws_mq_broker.b",
        {"broker_name": "b", "engine_type": "ActiveMQ"},
        {"queues": ["orders"]},
    ),
}


def test_of_several_sources_in_one_variable_the_settings_tell_which_is_meant():
    """Only streams have a starting position, only brokers a queue's name.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """
    sources = [f"{address}.arn" for address, _, _ in SOURCES.values()]
    text = plan(
        {address: settings for address, settings, _ in SOURCES.values()},
        {
            "F": lambda_module(
                "worker",
                {key: settings for key, (_, _, settings) in SOURCES.items()},
                event_source_mapping=Reference(*sources),
            )
        },
    )
    triggers = sim.read_template(text).scenario.triggers
    assert {(one.name, one.source) for one in triggers} == {
        ("F-queue", "q"),
        ("F-stream", "s"),
        ("F-broker", "b"),
    }


def test_of_two_streams_in_one_variable_none_is_guessed():
    streams = {
        f"aws_kinesis_stream.{name}": {"name": name, "shard_count": 1}
        for name in ("a", "b")
    }
    text = plan(
        streams,
        {
            "F": lambda_module(
                "worker",
                {"a": {"starting_position": "LATEST"}},
                event_source_mapping=Reference(
                    *(f"{address}.arn" for address in streams)
                ),
            )
        },
    )
    name = 'module.F.aws_lambda_event_source_mapping.this["a"].event_source_arn'
    assert f"needs a value for '{name}'" in refused(text)


def test_of_what_one_variable_has_the_first_is_not_taken_for_what_is_meant():
    """A map of targets has a function for one key and a queue for another."""
    target = {
        "rule": Reference("aws_cloudwatch_event_rule.r.name", value="r"),
        "arn": Reference("each.value.arn"),
        "for_each": Reference("var.targets"),
    }
    rule = {"name": "r", "schedule_expression": "rate(1 minute)"}
    events = {
        "given": {
            "targets": Reference(
                "module.F.lambda_function_arn", "module.Q.queue_arn"
            )
        },
        "resources": {
            "aws_cloudwatch_event_rule.r": rule,
            'aws_cloudwatch_event_target.t["q"]': target,
        },
    }
    modules = {"F": lambda_module("f"), "Q": sqs_module("q"), "E": events}
    name = 'module.E.aws_cloudwatch_event_target.t["q"].arn'
    assert f"needs a value for '{name}'" in refused(plan({}, modules))


def test_of_two_variables_with_the_words_of_a_block_neither_is_guessed():
    """`dead_letter_target_arn` is the words of `dead_letter_config.target_arn`, and so is more."""
    queues = {name: sqs_module(name) for name in ("A", "B")}
    function = lambda_module(
        "f",
        dead_letters=Reference("module.A.queue_arn"),
        dead_letter_arn=Reference("module.B.queue_arn"),
    )
    name = "module.F.aws_lambda_function.this[0].dead_letter_config.target_arn"
    text = plan({}, queues | {"F": function})
    assert f"needs a value for '{name}'" in refused(text)
    del function["given"]["dead_letter_arn"]
    text = plan({}, queues | {"F": function})
    (read,) = sim.read_template(text).scenario.functions
    assert read.dead_letter_config.target_arn == "A"


def test_the_number_of_receives_is_asked_for_where_the_module_writes_it():
    text = plan(
        {},
        {
            "Orders": sqs_module("orders", has_dlq=True),
            "F": lambda_module(
                "worker",
                {"orders": {}},
                event_source_mapping=Reference("module.Orders.queue_arn"),
            ),
        },
    )
    address = "module.Orders.aws_sqs_queue_redrive_policy.dlq[0]"
    name = f"{address}.redrive_policy.maxReceiveCount"
    assert f"needs a value for '{name}'" in refused(text)
    scenario = sim.read_template(text, parameters={name: 5}).scenario
    assert scenario.queue("Orders").redrive_policy.max_receive_count == 5


def test_an_alias_that_a_local_names_is_meant_before_what_is_given():
    """The submodule `alias` joins its mappings by a local."""
    alias = {
        "name": Reference("var.name", value="live"),
        "function_name": Reference("var.function_name", value="worker"),
        "function_version": Reference("var.function_version"),
    }
    text = plan(
        {"aws_sqs_queue.q": {"name": "q"}},
        {
            "F": lambda_module("worker"),
            "Live": {
                "given": {
                    "function_name": Reference("module.F.lambda_function_arn"),
                    "event_source_mapping": Reference("aws_sqs_queue.q.arn"),
                },
                "resources": {
                    "aws_lambda_alias.with_refresh[0]": alias,
                    'aws_lambda_event_source_mapping.this["q"]': {
                        "event_source_arn": Reference(
                            "each.value.event_source_arn"
                        ),
                        "function_name": Reference("local.alias_arn"),
                        "for_each": Reference("var.event_source_mapping"),
                    },
                },
            },
        },
    )
    (trigger,) = sim.read_template(text).scenario.triggers
    assert (trigger.name, trigger.function, trigger.source) == (
        "Live-q",
        "F",
        "q",
    )


def test_what_a_local_stands_for_is_asked_for_where_two_may_be_meant():
    queues = {f"aws_sqs_queue.{name}": {"name": name} for name in ("a", "b")}
    worker = {
        "aws_lambda_function.worker": {
            "function_name": "worker",
            "runtime": "python3.13",
        },
        "aws_lambda_event_source_mapping.m": {
            "event_source_arn": Reference("local.queue"),
            "function_name": Reference("aws_lambda_function.worker.arn"),
        },
    }
    address = "aws_lambda_event_source_mapping.m.event_source_arn"
    assert f"needs a value for '{address}'" in refused(plan(worker | queues))
    del queues["aws_sqs_queue.b"]
    (trigger,) = sim.read_template(plan(worker | queues)).scenario.triggers
    assert trigger.source == "a"


def test_resources_called_this_go_by_the_name_of_their_module():
    """https://www.terraform-best-practices.com/naming"""
    modules = {"orders": lambda_module("o"), "billing": lambda_module("b")}
    scenario = sim.read_template(plan({}, modules)).scenario
    assert {one.name for one in scenario.functions} == {"orders", "billing"}


@pytest.mark.parametrize(
    ("index", "is_known"), [("each.key", True), ("each.value.function", False)]
)
def test_an_instance_is_of_the_same_key_only_where_the_key_is_the_index(
    index, is_known
):
    """Of `f[each.value.function].arn` a plan says `f` and `each.value.function`, not which."""
    functions = {
        f"aws_lambda_function.f[{key}]": {
            "function_name": name,
            "runtime": "python3.13",
        }
        for key, name in (('"a"', "one"), ('"b"', "two"))
    }
    target = Reference("aws_lambda_function.f", index)
    target.references = ["aws_lambda_function.f", index]
    mappings = {
        'aws_lambda_event_source_mapping.m["a"]': {
            "event_source_arn": Reference("aws_sqs_queue.q.arn"),
            "function_name": target,
            "for_each": Reference("local.mappings"),
        }
    }
    text = plan(functions | mappings | {"aws_sqs_queue.q": {"name": "q"}})
    if is_known:
        assert sources(sim.read_template(text))["m-a"] == ("q", "f-a")
    else:
        address = 'aws_lambda_event_source_mapping.m["a"].function_name'
        assert f"needs a value for '{address}'" in refused(text)
