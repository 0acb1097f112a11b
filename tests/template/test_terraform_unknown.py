"""Plans of Terraform: what is unknown as a whole, and what the provider fills in or leaves out."""

import json

import pytest

import sim
from tests.support.plans import (
    FUNCTION,
    WORKER,
    Reference,
    mapping,
    plan,
    sources,
)
from tests.support.template_texts import refused


def test_what_the_provider_computes_is_not_asked_for():
    """A `null` becomes unknown where the provider fills in what is left out."""
    text = plan(
        {
            "aws_lambda_function.worker": FUNCTION
            | {"architectures": Reference("var.architectures")},
            "aws_sqs_queue.orders": {
                "name": Reference("random_pet.p.id"),
                "redrive_policy": Reference("var.redrive_policy"),
                "deduplication_scope": Reference("var.scope"),
            },
            "aws_lambda_event_source_mapping.m": mapping(
                "aws_sqs_queue.orders.arn",
                maximum_retry_attempts=Reference("var.attempts"),
                parallelization_factor=Reference("aws_sqs_queue.orders"),
            ),
        }
    )
    assert sources(sim.read_template(text)) == {"m": ("orders", "worker")}


PATHS = {
    "REST": ("aws_api_gateway_rest_api.api", {"name": "api"}, "apigw_rest"),
    "HTTP": (
        "aws_apigatewayv2_api.api",
        {"name": "api", "protocol_type": "HTTP"},
        "apigw_http",
    ),
}


@pytest.mark.parametrize("kind", PATHS)
def test_an_openapi_text_that_is_unknown_sends_to_the_functions_it_names(kind):
    address, api, trigger_kind = PATHS[kind]
    body = Reference("aws_lambda_function.worker.invoke_arn")
    text = plan(WORKER | {address: api | {"body": body}})
    (trigger,) = sim.read_template(text).scenario.triggers
    assert (trigger.kind, trigger.function) == (trigger_kind, "worker")


def test_a_pattern_that_is_unknown_takes_the_events_of_the_bucket_it_names():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"""
    known = {"source": ["aws.s3"], "detail": {"bucket": {"name": ["files"]}}}
    triggers = []
    for bucket, pattern in (
        (
            "files",
            Reference("aws_s3_bucket.b.bucket", value=json.dumps(known)),
        ),
        (Reference("random_id.r.hex"), Reference("aws_s3_bucket.b.id")),
    ):
        text = plan(
            WORKER
            | {
                "aws_s3_bucket.b": {"bucket": bucket},
                "aws_s3_bucket_notification.b": {
                    "bucket": Reference("aws_s3_bucket.b.id"),
                    "eventbridge": True,
                },
                "aws_cloudwatch_event_rule.r": {
                    "name": "r",
                    "event_pattern": pattern,
                },
                "aws_cloudwatch_event_target.t": {
                    "rule": Reference(
                        "aws_cloudwatch_event_rule.r.name", value="r"
                    ),
                    "arn": Reference("aws_lambda_function.worker.arn"),
                },
            }
        )
        (trigger,) = sim.read_template(text).scenario.triggers
        triggers.append((trigger.kind, trigger.source))
    assert triggers[0] == triggers[1] == ("eventbridge_rule", "default-b")


def test_a_pattern_of_a_filter_that_is_unknown_is_a_parameter():
    filters = [{"filter": [{"pattern": Reference("aws_s3_bucket.b.id")}]}]
    text = plan(
        WORKER
        | {
            "aws_s3_bucket.b": {"bucket": Reference("random_id.r.hex")},
            "aws_sqs_queue.q": {"name": "q"},
            "aws_lambda_event_source_mapping.m": mapping(
                "aws_sqs_queue.q.arn", filter_criteria=filters
            ),
        }
    )
    name = "aws_lambda_event_source_mapping.m.filter_criteria.filter.pattern"
    assert f"needs a value for '{name}'" in refused(text)


def test_an_api_with_a_role_needs_no_permission():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html"""
    api = Reference("aws_api_gateway_rest_api.api.id")
    method = {"rest_api_id": api, "http_method": "ANY"}
    integration = method | {
        "type": "AWS_PROXY",
        "uri": Reference("aws_lambda_function.worker.invoke_arn"),
        "http_method": Reference(
            "aws_api_gateway_method.m.http_method", value="ANY"
        ),
    }
    role = {"credentials": Reference("aws_iam_role.r.arn")}
    rules = []
    for more in ({}, role):
        resources = {
            "aws_iam_role.r": {"name": "r"},
            "aws_api_gateway_rest_api.api": {"name": "api"},
            "aws_api_gateway_method.m": method,
            "aws_api_gateway_integration.i": integration | more,
        }
        advice = sim.read_template(plan(WORKER | resources)).advise()
        rules.append("no permission" in {one.rule.name for one in advice})
    assert rules == [True, False]


def test_a_block_that_the_configuration_does_not_show_has_its_planned_values():
    """It leaves out `dynamic` blocks: https://github.com/hashicorp/terraform/issues/28346"""
    text = plan(
        WORKER
        | {
            "aws_sqs_queue.q": {"name": "q"},
            "aws_lambda_event_source_mapping.m": mapping(
                "aws_sqs_queue.q.arn",
                scaling_config=[{"maximum_concurrency": 7}],
            ),
        }
    )
    document = json.loads(text)
    for resource in document["configuration"]["root_module"]["resources"]:
        resource["expressions"].pop("scaling_config", None)
    (trigger,) = sim.read_template(json.dumps(document)).scenario.triggers
    assert trigger.scaling_config.maximum_concurrency == 7


def test_what_only_the_provider_fills_in_is_left_to_aws():
    """A plan has the provider's defaults, such as no retries of a queue, which has none."""
    provider = {"maximum_retry_attempts": 0, "parallelization_factor": 0}
    text = plan(
        WORKER
        | {
            "aws_sqs_queue.q": {"name": "q"},
            "aws_lambda_event_source_mapping.m": mapping(
                "aws_sqs_queue.q.arn", provider=provider
            ),
        }
    )
    reading = sim.read_template(text)
    assert not {"maximum_retry_attempts", "parallelization_factor"} & set(
        reading.report[reading.report.resource == "m"].property
    )


@pytest.mark.parametrize(("written", "read"), [(-1, None), (0, 0), (5, 5)])
def test_minus_one_reserves_nothing(written, read):
    """https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/lambda_function.html.markdown"""
    function = FUNCTION | {"reserved_concurrent_executions": written}
    reading = sim.read_template(plan({"aws_lambda_function.worker": function}))
    assert (
        reading.scenario.function("worker").reserved_concurrent_executions
        == read
    )


STAGES = {
    "no block": ({}, (10_000, 5_000)),
    "a block that the provider has filled in": (
        {
            "provider": {
                "default_route_settings": [
                    {"throttling_burst_limit": 0, "throttling_rate_limit": 0}
                ]
            }
        },
        (10_000, 5_000),
    ),
    "a block without limits": (
        {"default_route_settings": [{"detailed_metrics_enabled": True}]},
        (0, 0),
    ),
    "a block with one limit": (
        {"default_route_settings": [{"throttling_burst_limit": 10}]},
        (0, 10),
    ),
}


@pytest.mark.parametrize("stage", STAGES)
def test_limits_that_a_block_leaves_out_are_sent_as_zero(stage):
    """https://github.com/hashicorp/terraform-provider-aws/issues/27674"""
    settings, limits = STAGES[stage]
    api = Reference("aws_apigatewayv2_api.a.id")
    text = plan(
        WORKER
        | {
            "aws_apigatewayv2_api.a": {
                "name": "a",
                "protocol_type": "HTTP",
                "target": Reference("aws_lambda_function.worker.arn"),
            },
            "aws_apigatewayv2_stage.s": {"api_id": api, "name": "s"} | settings,
        }
    )
    (trigger,) = sim.read_template(text).scenario.triggers
    assert (trigger.throttle_rate_limit, trigger.throttle_burst_limit) == limits


def _retries(policy):
    return plan(
        WORKER
        | {
            "aws_cloudwatch_event_rule.r": {
                "name": "r",
                "schedule_expression": "rate(1 minute)",
            },
            "aws_cloudwatch_event_target.t": {
                "rule": Reference(
                    "aws_cloudwatch_event_rule.r.name", value="r"
                ),
                "arn": Reference("aws_lambda_function.worker.arn"),
                "retry_policy": [policy],
            },
        }
    )


def test_retries_that_a_policy_leaves_out_are_sent_as_zero():
    """https://github.com/hashicorp/terraform-provider-aws/issues/38265"""
    text = _retries({"maximum_event_age_in_seconds": 60})
    (trigger,) = sim.read_template(text).scenario.triggers
    assert trigger.retry_policy.maximum_retry_attempts == 0
    said = refused(_retries({"maximum_retry_attempts": 3}))
    assert "maximum_event_age_in_seconds is 0, but 60 to 86,400" in said


APPLIED = {
    "arn": "arn:aws:sqs:us-east-1:1:q",
    "maximum_retry_attempts": 0,
    "maximum_record_age_in_seconds": 0,
    "parallelization_factor": 0,
    "bisect_batch_on_function_error": False,
    "tumbling_window_in_seconds": 0,
    "starting_position": "",
    "topics": [],
    "queues": [],
}
"""What the provider has of an applied mapping of a queue where a module gives null."""


@pytest.mark.parametrize(
    ("source", "settings", "retries"),
    [
        ("aws_sqs_queue.q", APPLIED, -1),
        (
            "aws_kinesis_stream.s",
            {"maximum_retry_attempts": 0, "starting_position": "LATEST"},
            0,
        ),
    ],
)
def test_zeros_of_an_applied_mapping_are_what_is_not_given(
    source, settings, retries
):
    """Only streams have retries: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    service = source.split("_")[1]
    arn = f"arn:aws:{service}:us-east-1:1:x"
    given = {
        name: Reference(f"each.value.{name}", value=value)
        for name, value in settings.items()
    }
    text = plan(
        WORKER
        | {
            source: {"name": "x", "shard_count": 1, "provider": {"arn": arn}},
            "aws_lambda_event_source_mapping.m": mapping(source, **given)
            | {
                "event_source_arn": Reference(f"{source}.arn", value=arn),
                "provider": {"uuid": "1"},
            },
        }
    )
    (trigger,) = sim.read_template(text).scenario.triggers
    assert trigger.source == source.partition(".")[2]
    assert trigger.maximum_retry_attempts == retries
