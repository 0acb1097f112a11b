"""Modules as the community writes them, in the shape in which a plan shows them.

The names, keys, references, locals and `dynamic` blocks are those of
https://github.com/terraform-aws-modules: lambda 8, sqs 5, sns 7, eventbridge 4, apigateway-v2 6.
"""

import json

from tests.support.plans import Dynamic, Reference

RUNTIME = {"runtime": "python3.13", "handler": "a.b", "package_type": "Zip"}
SETTINGS = ("batch_size", "starting_position", "queues")
COMPUTED = (
    "maximum_retry_attempts",
    "maximum_record_age_in_seconds",
    "parallelization_factor",
)
"""What the provider fills in: a plan that leaves it out does not know it."""


def each(name, value=None, *, is_null=False):
    """What `for_each` has under a name."""
    return Reference(f"each.value.{name}", value=value, is_null=is_null)


def variable(name, value=None, *, is_null=False):
    """What the caller gives for a variable, or its default."""
    return Reference(f"var.{name}", value=value, is_null=is_null)


def unless_null(make, name, values):
    """An argument that is null where no value is given."""
    return make(name, values.get(name), is_null=name not in values)


def lambda_module(name, mappings=(), triggers=(), dead_letters=None, **given):
    """A function; `mappings` and `triggers` have settings by key, `given` the call's arguments."""
    function = {
        "function_name": variable("function_name", name),
        "memory_size": variable("memory_size", 128),
        "timeout": variable("timeout", 3),
        "reserved_concurrent_executions": variable(
            "reserved_concurrent_executions", -1
        ),
        "publish": Reference("var.snap_start", "var.publish", value=False),
        "architectures": variable("architectures"),
        "role": Reference("aws_iam_role.lambda[0].arn", "var.lambda_role"),
        **{key: variable(key, value) for key, value in RUNTIME.items()},
        "ephemeral_storage": Dynamic([{"size": 512}]),
    }
    if dead_letters:
        function["dead_letter_config"] = Dynamic([{"target_arn": Reference()}])
        given["dead_letter_target_arn"] = dead_letters
    resources = {
        "aws_iam_role.lambda[0]": {"name": variable("role_name", name)},
        "aws_lambda_function.this[0]": function,
    }
    for key, settings in dict(mappings).items():
        address = f"aws_lambda_event_source_mapping.this[{json.dumps(key)}]"
        resources[address] = _mapping(settings)
    for key, principal in dict(triggers).items():
        address = f"aws_lambda_permission.unqualified_alias_triggers[{json.dumps(key)}]"
        resources[address] = _permission(name, principal)
    return {
        "given": given,
        "resources": resources,
        "outputs": {
            "lambda_function_arn": Reference("aws_lambda_function.this[0].arn"),
            "lambda_function_invoke_arn": Reference(
                "aws_lambda_function.this[0].invoke_arn"
            ),
        },
    }


def _mapping(settings):
    """A mapping: blocks are `dynamic`, and everything is in one variable."""
    blocks = {
        name: Dynamic(value)
        for name, value in settings.items()
        if name not in SETTINGS
    }
    return {
        "event_source_arn": each("event_source_arn"),
        "function_name": Reference("aws_lambda_function.this[0].arn"),
        "enabled": each("enabled", value=True),
        **{name: unless_null(each, name, settings) for name in SETTINGS},
        **{name: each(name) for name in COMPUTED},
        **blocks,
        "for_each": Reference("var.event_source_mapping", "local.create"),
    }


def _permission(name, principal):
    return {
        "action": each("action", "lambda:InvokeFunction"),
        "function_name": Reference(
            "aws_lambda_function.this[0].function_name", value=name
        ),
        "principal": Reference(
            "each.value.principal", "each.value.service", value=principal
        ),
        "source_arn": each("source_arn"),
        "for_each": Reference("var.allowed_triggers", "local.create"),
    }


def sqs_module(name, *, has_dlq=False, timeout=30, **given):
    """A queue, and its dead-letter queue."""
    queue = {
        "name": Reference("var.use_name_prefix", "local.name", value=name),
        "visibility_timeout_seconds": variable(
            "visibility_timeout_seconds", timeout
        ),
        "fifo_queue": variable("fifo_queue", value=False),
        "deduplication_scope": variable("deduplication_scope"),
        "fifo_throughput_limit": variable("fifo_throughput_limit"),
    }
    resources = {"aws_sqs_queue.this[0]": queue}
    if has_dlq:
        resources["aws_sqs_queue.dlq[0]"] = queue | {
            "name": Reference("local.dlq_name", value=f"{name}-dlq")
        }
        resources["aws_sqs_queue_redrive_policy.dlq[0]"] = {
            "queue_url": Reference("aws_sqs_queue.this[0].url"),
            "redrive_policy": Reference(
                "aws_sqs_queue.dlq[0].arn", "var.redrive_policy"
            ),
        }
    return {
        "given": given,
        "resources": resources,
        "outputs": {"queue_arn": Reference("aws_sqs_queue.this[0].arn")},
    }


def sns_module(name, protocols, **given):
    """A topic with subscriptions, of which `protocols` has those by key."""
    resources = {
        "aws_sns_topic.this[0]": {
            "name": Reference("var.use_name_prefix", "local.name", value=name)
        }
    }
    for key, protocol in protocols.items():
        address = f"aws_sns_topic_subscription.this[{json.dumps(key)}]"
        resources[address] = {
            "topic_arn": Reference("aws_sns_topic.this[0].arn"),
            "protocol": each("protocol", protocol),
            "endpoint": each("endpoint"),
            "filter_policy_scope": each("filter_policy_scope"),
            "redrive_policy": each("redrive_policy", is_null=True),
            "for_each": Reference("var.subscriptions", "var.create"),
        }
    return {
        "given": given,
        "resources": resources,
        "outputs": {"topic_arn": Reference("aws_sns_topic.this[0].arn")},
    }


def eventbridge_module(name, patterns, *, has_dead_letters=False, **given):
    """A bus with rules, of which each has one target; what they are is in locals."""
    resources = {
        "aws_cloudwatch_event_bus.this[0]": {"name": variable("bus_name", name)}
    }
    bus = Reference(
        "var.create_bus", "aws_cloudwatch_event_bus.this[0].name", value=name
    )
    for key, pattern in patterns.items():
        index = f"this[{json.dumps(key)}]"
        target = {
            "event_bus_name": bus,
            "rule": each("Name", f"{key}-rule"),
            "arn": Reference(
                "each.value.destination",
                "aws_cloudwatch_event_api_destination.this",
                "each.value.arn",
            ),
            "target_id": each("target_id"),
            "for_each": Reference(
                "local.eventbridge_targets", "var.create_targets"
            ),
        }
        if has_dead_letters:
            blocks = [{"arn": Reference()}]
            target["dead_letter_config"] = Dynamic(blocks)
        resources[f"aws_cloudwatch_event_rule.{index}"] = {
            "name": each("Name", f"{key}-rule"),
            "event_bus_name": bus,
            "event_pattern": each("event_pattern", json.dumps(pattern)),
            "state": each("enabled", "ENABLED"),
            "for_each": Reference(
                "local.eventbridge_rules", "var.create_rules"
            ),
        }
        resources[f"aws_cloudwatch_event_target.{index}"] = target
    return {"given": given, "resources": resources}


def apigateway_v2_module(name, route_keys, **given):
    """An HTTP API; its routes are in one variable."""
    api = Reference("aws_apigatewayv2_api.this[0].id")
    resources = {
        "aws_apigatewayv2_api.this[0]": {
            "name": variable("name", name),
            "protocol_type": variable("protocol_type", "HTTP"),
        },
        "aws_apigatewayv2_stage.this[0]": {
            "api_id": api,
            "name": variable("stage_name", "$default"),
            "default_route_settings": Dynamic(
                [{"throttling_rate_limit": 50, "throttling_burst_limit": 80}]
            ),
        },
    }
    for route in route_keys:
        index = f"this[{json.dumps(route)}]"
        resources[f"aws_apigatewayv2_integration.{index}"] = {
            "api_id": api,
            "integration_type": each("type", "AWS_PROXY"),
            "integration_uri": each("uri"),
            "timeout_milliseconds": each("timeout_milliseconds"),
            "for_each": Reference("var.routes", "local.create_routes"),
        }
        resources[f"aws_apigatewayv2_route.{index}"] = {
            "api_id": api,
            "route_key": Reference("each.key", value=route),
            "target": Reference(
                "aws_apigatewayv2_integration.this", "each.key"
            ),
            "authorizer_id": Reference(
                "aws_apigatewayv2_authorizer.this",
                "each.value.authorizer_key",
                "each.value.authorizer_id",
                is_null=True,
            ),
            "for_each": Reference("var.routes", "local.create_routes"),
        }
    return {
        "given": given,
        "resources": resources,
        "outputs": {
            "api_execution_arn": Reference(
                "aws_apigatewayv2_api.this[0].execution_arn"
            )
        },
    }
