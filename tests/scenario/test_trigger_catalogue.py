"""The trigger catalogue: every event source of Lambda, with what AWS says of it and where."""

import re
from datetime import date

import pytest

import sim
from sim import facts
from sim.scenario.subscriber import SUBSCRIBERS
from sim.scenario.trigger_catalogue import NUMBERS, catalogue, trigger_kind
from tests.support.rows import holds_for_each

KINDS = {
    "synchronous": {
        "invoke", "ses_sync", "pipes_target", "alb", "apigw_rest", "apigw_rest_stream",
        "apigw_http", "apigw_ws", "function_url", "edge_viewer", "edge_origin", "s3_batch",
        "s3_object_lambda", "cognito_trigger", "sfn_sync", "sfn_wait_token", "lex_v2", "alexa",
        "firehose", "appsync_sync", "stripe_webhook", "authorizer_rest", "authorizer_http",
        "authorizer_ws", "pipes_enrichment", "vpc_lattice", "connect", "appsync_events_sync",
        "secrets_rotation", "eventbridge_bus_sync",
    },
    "asynchronous": {
        "invoke_event", "s3_notification", "sns", "ses_event", "cw_logs", "cfn_custom_resource",
        "eventbridge_rule", "eventbridge_schedule_rule", "eventbridge_scheduler", "codecommit",
        "config", "iot_rule", "cognito_custom_sender", "sfn_event", "appsync_event", "codepipeline",
        "appsync_events_event", "eventbridge_bus_event",
    },
    "polling": {
        "sqs_standard", "sqs_fifo", "kinesis", "kinesis_efo", "ddb_streams", "msk",
        "self_managed_kafka", "mq", "documentdb",
    },
}  # fmt: skip
ROWS = catalogue()


def test_the_catalogue_has_every_source_and_the_direct_invoke():
    found = {
        model: {kind for kind, row in catalogue().items() if row.model == model}
        for model in KINDS
    }
    assert found == KINDS
    assert sum(map(len, found.values())) == len(catalogue()) == 55 + 2


@holds_for_each(ROWS)
def test_every_row_says_what_it_is_and_where_it_stands(row):
    words = {
        name: value
        for name, value in vars(row).items()
        if isinstance(value, str)
    }
    empty = {
        name
        for name, value in words.items()
        if not value.strip() and not name.startswith("told_on_")
    }
    assert not empty
    assert all(value == value.strip() for value in words.values())
    assert re.fullmatch(
        r"(AWS|Stripe)( excerpt| 2023)?(, third-party)?", row.evidence
    )
    assert (
        date(2026, 11, 23) <= date.fromisoformat(row.date) <= date(2026, 11, 30)
    )
    assert row.source in row.links.split()
    assert all(
        re.fullmatch(r"https://[^\s;]+\.[^\s;]+", link)
        for link in row.links.split()
    )


@holds_for_each(ROWS)
def test_resources_have_names_of_cloudformation(row):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html"""
    assert re.match(r"none\b|(AWS|Alexa)::\w+::\w+", row.cloudformation)
    assert re.match(r"none\b|no L2\b|aws_cdk\.\w+", row.cdk)
    assert re.match(r"none\b|[A-Z]\w+", row.sam)
    assert re.fullmatch(
        r"none|(powertools \d+\.\d+ \w+|@types/aws-lambda \d+\.\d+ \w+"
        r"|SAM CLI \d+\.\d+ sample keys)(; (?!$).+)?",
        row.event_checked_by,
    )


@holds_for_each(ROWS)
def test_numbers_are_positive_or_absent(row):
    assert all(
        getattr(row, name) is None or getattr(row, name) > 0 for name in NUMBERS
    )


@holds_for_each(ROWS)
def test_somebody_waits_and_is_told_or_nobody_is(row):
    """An Invoke of type Event is told 202; the caller's own limit is a case of its own."""
    told = [
        row.told_on_success,
        row.told_on_throttle,
        row.told_on_error,
        row.told_on_function_timeout,
    ]
    if row.kind == "invoke_event":
        assert told == ["202"] * 4
    else:
        assert (
            all(told)
            if row.who_waits != "nobody"
            else not any([*told, row.told_on_limit])
        )
    if row.wait_limit_seconds and row.model != "polling":
        assert row.told_on_limit


# What the caller is told when the function is throttled, fails, times out, and when the caller's
# own limit passes.
SERVER_ERROR = "500 Internal Server Error"
REST_ERROR = "500 Internal server error"
FRAME = "error frame: Internal server error"
SILENT = "not documented"
TOLD = {
    "invoke": ("429 TooManyRequestsException", "200 FunctionError", "200 FunctionError", ""),
    "ses_sync": (SILENT, SILENT, SILENT, SILENT),
    "pipes_target": ("nothing", "nothing", "nothing", "nothing"),
    "alb": ("502 Bad Gateway", "502 Bad Gateway", "502 Bad Gateway", "504 Gateway Timeout"),
    "apigw_rest": (REST_ERROR, "502 Bad Gateway", "502 Bad Gateway", "504 Gateway Timeout"),
    "apigw_rest_stream": (REST_ERROR, "502 Bad Gateway", "connection closed", "connection closed"),
    "apigw_http": (SERVER_ERROR, SERVER_ERROR, SERVER_ERROR, "503 Service Unavailable"),
    "apigw_ws": (FRAME, FRAME, FRAME, FRAME),
    "function_url": (
        "429 Too Many Requests", "502 Internal Server Error", "502 Internal Server Error", "",
    ),
    "edge_viewer": ("503 Lambda limit exceeded", "503 function execution error", "503", "503"),
    "edge_origin": ("503 Lambda limit exceeded", "503 function execution error", "503", "503"),
    "s3_batch": (SILENT, "task failed", "task failed", ""),
    "s3_object_lambda": (SILENT, "500", "500", "500"),
    "cognito_trigger": (
        "API error, flow fails", "[trigger] failed with error [text]", "flow fails", "flow fails",
    ),
    "sfn_sync": (
        "Lambda.TooManyRequestsException", "the exception's type, or Lambda.Unknown",
        "Sandbox.Timedout or Lambda.Unknown", "States.Timeout",
    ),
    "sfn_wait_token": (
        "Lambda.TooManyRequestsException", "task fails", "task fails",
        "States.HeartbeatTimeout or States.Timeout",
    ),
    "lex_v2": (
        "failed message or dependency error", "failure message", "timeout message",
        "timeout message",
    ),
    "alexa": ("error prompt", "error prompt", "error prompt", "error prompt"),
    "firehose": (
        "Lambda.InvokeLimitExceeded",
        "Lambda.FunctionError",
        "Lambda.FunctionTimedOut",
        "Lambda.FunctionRequestTimedOut",
    ),
    "appsync_sync": ("errors[]", "errors[]", "errors[]", "errors[]"),
    "stripe_webhook": ("429 Too Many Requests", "5xx", "5xx", ""),
    "authorizer_rest": (SERVER_ERROR, SERVER_ERROR, SERVER_ERROR, ""),
    "authorizer_http": (SERVER_ERROR, SERVER_ERROR, SERVER_ERROR, SERVER_ERROR),
    "authorizer_ws": (SERVER_ERROR, SERVER_ERROR, SERVER_ERROR, ""),
    "pipes_enrichment": (SILENT, SILENT, SILENT, SILENT),
    "vpc_lattice": (SILENT, SILENT, SILENT, "connection closed"),
    "connect": ("Error branch", "Error branch", "Error branch", "Error branch"),
    "appsync_events_sync": (SILENT, SILENT, SILENT, SILENT),
    "secrets_rotation": ("RotationFailed", "RotationFailed", "RotationFailed", ""),
    "eventbridge_bus_sync": (
        "THROTTLING", "COMPUTE_EXECUTION_ERROR", "COMPUTE_EXECUTION_ERROR", "EXECUTION_TIMEOUT",
    ),
}  # fmt: skip


@holds_for_each({kind: kind for kind in KINDS["synchronous"]})
def test_a_waiting_caller_is_told_in_awss_words(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html"""
    row = trigger_kind(kind)
    told = (
        row.told_on_throttle,
        row.told_on_error,
        row.told_on_function_timeout,
        row.told_on_limit,
    )
    assert told == TOLD[kind]


@pytest.mark.parametrize("kind", ["apigw_http", "function_url"])
def test_an_answer_from_field_reports_is_not_passed_off_as_awss(kind):
    row = trigger_kind(kind)
    assert "third-party" in row.evidence
    assert "from field reports" in row.note


WAITS = {
    "apigw_rest": 29,
    "apigw_http": 30,
    "apigw_ws": 29,
    "apigw_rest_stream": 15 * 60,
    "edge_viewer": 30,
    "edge_origin": 30,
    "ses_sync": 30,
    "cognito_trigger": 5,
    "s3_object_lambda": 60,
    "lex_v2": 30,
    "alexa": 8,
    "firehose": 5 * 60,
    "appsync_sync": 30,
    "pipes_target": 5 * 60,
    "pipes_enrichment": 5 * 60,
    "authorizer_rest": None,
    "authorizer_http": 10,
    "authorizer_ws": None,
    "connect": 8,
    "vpc_lattice": 10 * 60,
    "appsync_events_sync": 30,
    "codepipeline": 20 * 60,
    "eventbridge_bus_sync": 30,
    "cfn_custom_resource": 3600,
    "sfn_sync": 99_999_999,
    "sfn_wait_token": 365 * 86400,
    "mq": 14 * 60,
    "msk": 14 * 60,
    "self_managed_kafka": 14 * 60,
    "documentdb": 14 * 60,
    "alb": None,
    "function_url": None,
    "invoke": None,
}


def test_callers_wait_as_long_as_their_service_allows():
    assert {
        kind: trigger_kind(kind).wait_limit_seconds for kind in WAITS
    } == WAITS


def test_the_rest_apis_limit_is_that_of_the_quotas():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
    assert (
        trigger_kind("apigw_rest").wait_limit_seconds * 1000
        == facts.fact("ApiGateway.timeout_in_millis").value
    )


def test_sns_tries_a_hundred_thousand_and_fifteen_times_in_23_days():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"""
    row = trigger_kind("sns")
    assert row.upstream_attempts == 3 + 2 + 10 + 100_000
    assert row.upstream_window_seconds == 23 * 86400


@pytest.mark.parametrize(
    "kind",
    ["eventbridge_rule", "eventbridge_schedule_rule", "eventbridge_scheduler"],
)
def test_eventbridge_tries_185_times_in_a_day(kind):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""
    row = trigger_kind(kind)
    assert (row.upstream_attempts, row.upstream_window_seconds) == (185, 86400)


TRIES = {
    "cw_logs": (None, 86400),
    "stripe_webhook": (None, 3 * 86400),
    "firehose": (1 + 3, None),
    "alb": (1, None),
    "apigw_rest": (1, None),
    "function_url": (1, None),
    "s3_notification": (None, None),
    "invoke": (3, None),
}


def test_other_sources_try_as_often_as_they_say():
    rows = {kind: trigger_kind(kind) for kind in TRIES}
    found = {
        kind: (row.upstream_attempts, row.upstream_window_seconds)
        for kind, row in rows.items()
    }
    assert found == TRIES


def test_a_measured_latency_stands_in_the_row():
    """https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/"""
    assert trigger_kind("sns").latency_p50_ms == facts.latency("sns").p50 == 73
    assert trigger_kind("mq").latency_p50_ms is None


def test_the_catalogue_is_shown_as_a_table():
    table = sim.triggers().set_index("kind")
    assert len(table) == 57
    assert table.loc["alb", "told_on_throttle"] == "502 Bad Gateway"
    assert table.loc["mq", "wait_limit_seconds"] == 840


@holds_for_each(ROWS)
def test_each_kind_simulates_with_one_line(row):
    trigger = sim.trigger(row.kind, function="worker", name="here")
    run = sim.simulate(
        sim.Scenario(
            # time enough for the minute's records that a delivery stream gathers
            functions=[sim.Function(name="worker", timeout=10)],
            triggers=[trigger],
            traffic=[
                sim.Traffic(
                    into=trigger.entry, arrivals=sim.ConstantRate(per_second=1)
                )
            ],
            seconds=120,
        ),
        seed=1,
        drain=False,
    )
    assert trigger.model == row.model
    assert (run.deliveries.fate == "succeeded").sum() > 30


def one_event(kind: str, payload_kb: float, **settings) -> sim.Scenario:
    trigger = sim.trigger(kind, function="worker", **settings)
    traffic = sim.Traffic(
        into=trigger.entry,
        arrivals=sim.Recorded(instants=(0,)),
        payload_kb=payload_kb,
        caller=sim.Caller(),
    )
    return sim.Scenario(
        functions=[sim.Function(name="worker")],
        triggers=[trigger],
        traffic=[traffic],
        seconds=60,
    )


LIMITED = {
    kind: row for kind, row in ROWS.items() if row.request_limit_kb is not None
}


@holds_for_each(LIMITED)
def test_an_event_above_the_limit_of_its_entry_is_refused(row):
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    assert one_event(row.kind, row.request_limit_kb)
    with pytest.raises(
        sim.ScenarioError, match=f"takes {row.request_limit_kb} KB at most"
    ):
        one_event(row.kind, row.request_limit_kb + 1)


PATIENT = {
    kind: row
    for kind, row in ROWS.items()
    if row.model == "synchronous"
    and row.wait_limit_seconds is not None
    and kind not in SUBSCRIBERS  # whose own setting has this limit
}


@holds_for_each(PATIENT)
def test_only_a_rest_apis_limit_can_be_raised(row):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""
    longer = row.wait_limit_seconds * 1000 + 1
    if row.kind == "apigw_rest":
        assert one_event(row.kind, 1, timeout_in_millis=longer)
    else:
        with pytest.raises(
            sim.ScenarioError,
            match=f"waits {longer - 1} ms at most, and no quota raises that",
        ):
            one_event(row.kind, 1, timeout_in_millis=longer)


def test_a_webhook_has_the_limits_of_the_front_door_it_calls():
    with pytest.raises(
        sim.ScenarioError, match=r"HTTP API .* takes 6144 KB at most"
    ):
        one_event("stripe_webhook", 7000, front_door="apigw_http")


ASKED = {
    "kinesys": ["kinesis", "kinesis_efo"],
    "s3": ["s3_notification", "s3_batch", "s3_object_lambda"],
    "S3": ["s3_notification", "s3_batch", "s3_object_lambda"],
    "sqs": ["sqs_standard", "sqs_fifo"],
    "sqs_queue": ["sqs_standard", "sqs_fifo"],
    "sns_topic": ["sns"],
    "rest_api": ["apigw_rest", "apigw_rest_stream", "authorizer_rest"],
    "websocket": ["apigw_ws", "authorizer_ws"],
    "eventbridge": [
        "eventbridge_rule",
        "eventbridge_schedule_rule",
        "eventbridge_scheduler",
        "eventbridge_bus_event",
        "eventbridge_bus_sync",
    ],
    "custom_event_bus": ["eventbridge_bus_event", "eventbridge_bus_sync"],
    "cron": ["eventbridge_schedule_rule"],
    "dynamodb": ["ddb_streams"],
    "kafka": ["msk", "self_managed_kafka"],
    "rabbitmq": ["mq"],
    "docdb": ["documentdb"],
    "step_functions": ["sfn_sync", "sfn_wait_token", "sfn_event"],
    "cloudwatch_logs": ["cw_logs"],
    "load_balancer": ["alb"],
    "cloudfront": ["edge_viewer", "edge_origin"],
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_name_that_people_try_is_answered_with_the_kinds(asked):
    with pytest.raises(sim.ScenarioError) as refusal:
        sim.trigger(asked, function="worker")
    kinds = " or ".join(map(repr, ASKED[asked]))
    sentence = f"There is no trigger kind {asked!r}; did you mean {kinds}?"
    assert str(refusal.value) == sentence


def test_api_gateway_is_answered_with_all_its_apis():
    with pytest.raises(sim.ScenarioError) as refusal:
        sim.trigger("api_gateway", function="worker")
    for kind in ("apigw_rest", "apigw_http", "apigw_ws"):
        assert repr(kind) in str(refusal.value)


@pytest.mark.parametrize("asked", ["", "xyz", "?"])
def test_a_name_like_no_other_is_answered_with_all_kinds(asked):
    with pytest.raises(sim.ScenarioError) as refusal:
        sim.trigger(asked, function="worker")
    assert [
        kind for kind in catalogue() if repr(kind) not in str(refusal.value)
    ] == []
