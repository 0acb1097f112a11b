"""Single rules of AWS that no other story tells: of SDKs, front doors, Step Functions, sources."""

import itertools

import pytest

import sim
from sim import facts
from sim.engine.clock import Clock
from sim.engine.function.concurrency import TokenBucket
from sim.engine.growing_waits import grown
from sim.engine.retry import SUCCESS, THROTTLED, FailedCall
from sim.engine.sdk_retries import AdaptiveSendRate, SdkRetries
from sim.scenario.trigger_catalogue import catalogue, trigger_kind
from tests.support.rows import holds_for_each
from tests.support.stories import (
    calls,
    delivery_of,
    function,
    one_function,
    scenario,
    starts_of,
)

OFF = {"reserved_concurrent_executions": 0}
NOW = sim.Constant(seconds=0)
OF_MODEL = {
    model: [kind for kind, row in catalogue().items() if row.model == model]
    for model in ("synchronous", "asynchronous")
}


def down(seconds, at=0.0):
    """Lambda accepts nothing for so long."""
    return sim.Outage(of="lambda", at=at, seconds=seconds)


def called_by(caller, at=(0,), kind="invoke", outages=(), **settings):
    """The finished run of one function and this caller; the trigger gets the settings it knows."""
    fields = type(sim.trigger(kind, function="f")).model_fields
    of_trigger = {name: settings.pop(name) for name in fields.keys() & settings}
    worker, trigger, traffic = calls(
        function(**settings), at, kind, **of_trigger
    )
    return sim.simulate(
        scenario((worker, trigger, traffic.replace(caller=caller))).replace(
            outages=outages
        ),
        drain=False,
    )


def waits_of(run):
    """The waits before each event's second, third, ... attempt, for instant handlers."""
    return [
        [b - a for a, b in itertools.pairwise(starts_of(run, event))]
        for event in range(len(run.deliveries))
    ]


# The SDKs' retries


def test_no_wait_of_an_sdk_is_longer_than_twenty_seconds():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    caller = sim.Caller(retry_mode="standard", max_attempts=60)
    [waits] = waits_of(called_by(caller, **OFF))
    assert len(waits) == 59
    assert 18 < max(waits) < 20


@pytest.mark.parametrize("kind", ["invoke", "function_url"])
@pytest.mark.parametrize("mode", ["standard before 2026", "legacy"])
def test_older_modes_back_off_from_one_second_whatever_the_problem(mode, kind):
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    settings = OFF if kind == "invoke" else {"error_rate": 1, "handler": 0}
    at = [n * 100 for n in range(20)]
    waits = waits_of(
        called_by(sim.Caller(retry_mode=mode), at, kind, **settings)
    )
    for number, bound in enumerate((1, 2)):
        assert bound / 2 < max(each[number] for each in waits) <= bound


def test_the_older_standard_mode_pays_5_for_any_retry_so_50_calls_send_three_requests():
    """https://github.com/aws/aws-sdk-cpp/issues/3832"""
    at = [n * 100 for n in range(53)]
    run = called_by(
        sim.Caller(retry_mode="standard before 2026"),
        at,
        "function_url",
        error_rate=1,
    )
    assert run.deliveries.runs.tolist() == [3] * 50 + [1] * 3


def test_a_success_at_the_first_attempt_gives_one_token_back_and_the_quota_never_passes_500():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

    Two throttle retries of one call, 2 x 5 of 500; three further calls succeed at once: 493. Then
    the throttled call succeeds, too, and gets back what its last retry has cost: 498. Nine more
    successes do not pass 500.
    """
    sdk = SdkRetries(
        sim.Caller(retry_mode="standard"), Clock(), seed=1, name="caller"
    )
    for attempt in (1, 2):
        sdk.next_wait(FailedCall(0, 0, attempt, THROTTLED, identity=1))
    levels = []
    for delivery in (1, 2, 3, 0, *range(4, 13)):
        sdk.note_answer(0, delivery, SUCCESS)
        levels.append(sdk.quotas[0])
    assert levels[:4] == [491, 492, 493, 498]
    assert levels[4:] == [499] + [500] * 8


def test_max_attempts_wins_over_the_modes_own_number():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    for mode in ("standard", "legacy"):
        assert (
            len(
                starts_of(
                    called_by(
                        sim.Caller(retry_mode=mode, max_attempts=2), **OFF
                    )
                )
            )
            == 2
        )


def test_an_sdk_calls_again_while_lambda_answers_500():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = called_by(
        sim.Caller(retry_mode="standard"), outages=[down(seconds=60)]
    )
    assert (run.spans.stage == "system error").sum() == 3
    assert delivery_of(run, 0, "told", "fate") == (
        "500 ServiceException",
        "failed",
    )


def test_a_client_may_have_a_read_timeout_of_its_own():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = called_by(
        sim.Caller(retry_mode="standard", read_timeout=4),
        handler=10,
        timeout=20,
    )
    first, second, third = starts_of(run)
    assert first == 0
    assert 4 <= second <= 4.05
    assert 8 <= third <= 8.15
    assert delivery_of(run, 0, "told", "runs", "successes") == (
        "ReadTimeoutError",
        3,
        3,
    )


def test_a_timeout_of_the_function_is_no_read_timeout_and_not_retried():
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    run = called_by(sim.Caller(retry_mode="standard"), handler=50, timeout=3)
    assert delivery_of(run, 0, "told", "runs") == ("200 FunctionError", 1)


def test_a_wait_that_grows_without_end_is_a_hundred_years_at_most():
    longest = facts.fact("bound.seconds").value
    assert grown(2, 3, 4) == 2 * 3**4
    assert grown(2, 10, 100) == grown(2, 10.0, 1000) == longest


def test_adaptive_mode_may_hold_back_a_first_attempt():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    at = [n / 10 for n in range(100)]
    settings = {"handler": 1, "reserved_concurrent_executions": 1}
    for mode, held_back in (("standard", False), ("adaptive", True)):
        run = called_by(sim.Caller(retry_mode=mode), at, **settings)
        first = run.attempts.groupby("event").start_s.min()
        assert (
            first - run.deliveries.set_index("event").arrived_s > 0.001
        ).any() == held_back


def test_a_request_of_adaptive_mode_waits_for_a_whole_token():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    rate = AdaptiveSendRate()
    rate.learn(0, throttled=True)
    assert rate.rate == 0.5
    waits = [rate.take(now) / 1_000_000 for now in (0, 0, 4)]
    assert waits == [2, 4, 2], "what waits has taken its token already"


def test_adaptive_mode_measures_its_rate_each_half_second():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    rate = AdaptiveSendRate()
    measured = []
    for now in (0.1, 0.2, 0.3, 0.6, 1.2):
        rate.learn(now, throttled=False)
        measured.append(round(rate.measured, 6))
    four_in_half, one_in_half = 8, 2
    assert measured[:3] == [0, 0, 0]
    assert measured[3] == pytest.approx(0.8 * four_in_half)
    assert measured[4] == pytest.approx(0.8 * one_in_half + 0.2 * measured[3])


def test_the_rate_of_adaptive_mode_comes_back_by_a_cubic_and_goes_beyond():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html

    botocore's CUBIC: from 0.7 of the last maximum, flat around it, then faster and faster.
    """
    rate = AdaptiveSendRate()
    rate.last_maximum = 10
    until_maximum = (10 * 0.3 / 0.4) ** (1 / 3)
    seconds = (0, until_maximum, 2 * until_maximum, 3 * until_maximum)
    rates = [rate.faster(second) for second in seconds]
    assert rates == pytest.approx([7, 10, 13, 34])


def test_adaptive_mode_keeps_between_half_a_request_a_second_and_twice_the_measured_rate():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    slow = AdaptiveSendRate()
    for _ in range(20):
        slow.learn(0.1, throttled=True)
    assert slow.rate == 0.5
    rate = AdaptiveSendRate()
    rate.learn(1, throttled=True)
    for second in range(2, 200):
        rate.learn(second, throttled=False)
    assert rate.measured == pytest.approx(1)
    assert rate.rate == pytest.approx(2 * rate.measured)


# Front doors


ANSWERS = {
    "told_on_success": ({}, 2),
    "told_on_throttle": (OFF, 0),
    "told_on_error": ({"error_rate": 1}, 2),
    "told_on_function_timeout": ({"timeout": 1}, 1),
}
# Nobody is told by Firehose or a pipe, and Stripe hears what the front door says that it calls;
# a subscriber of a Custom Event Bus, Secrets Manager and Amazon Connect make several calls.
DOORS = sorted(
    set(OF_MODEL["synchronous"])
    - {"firehose", "pipes_target", "stripe_webhook", "eventbridge_bus_sync"}
    - {"secrets_rotation", "connect"}
)


@holds_for_each(
    {f"{kind} {case}": (kind, case) for kind in DOORS for case in ANSWERS}
)
def test_every_front_door_answers_in_the_words_of_its_row(asked):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    kind, case = asked
    settings, told_s = ANSWERS[case]
    run = one_function(kind=kind, handler=2, **settings)
    assert delivery_of(run, 0, "told", "told_s") == (
        getattr(trigger_kind(kind), case),
        told_s,
    )
    assert delivery_of(run, 0, "runs") == (0 if settings is OFF else 1,)


LIMITED = [
    kind
    for kind in DOORS
    if (trigger_kind(kind).wait_limit_seconds or 900) < 900
]


@holds_for_each({kind: kind for kind in LIMITED})
def test_every_front_door_waits_as_long_as_its_row_says_and_nobody_calls_again(
    kind,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    row = trigger_kind(kind)
    run = one_function(kind=kind, handler=800, timeout=900)
    assert delivery_of(run, 0, "told", "told_s") == (
        row.told_on_limit,
        row.wait_limit_seconds,
    )
    assert delivery_of(run, 0, "runs", "successes") == (1, 1)


@pytest.mark.parametrize("kind", ["alb", "function_url", "s3_batch"])
def test_some_front_doors_wait_as_long_as_the_function_may_work(kind):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html"""
    run = one_function(kind=kind, handler=899, timeout=900)
    assert delivery_of(run, 0, "told_s", "fate") == (899, "succeeded")


@pytest.mark.parametrize(
    "kind", ["apigw_rest", "apigw_rest_stream", "apigw_http", "apigw_ws"]
)
def test_api_gateway_lets_ten_thousand_requests_a_second_through(kind):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"""
    door = sim.trigger(kind, function="f")
    assert (door.throttle_rate_limit, door.throttle_burst_limit) == (
        10_000,
        5_000,
    )


def test_what_api_gateway_refuses_does_not_reach_lambda():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"""
    limits = {"throttle_rate_limit": 1, "throttle_burst_limit": 1}
    run = called_by(sim.Caller(), (0, 0), "apigw_rest", **limits)
    assert delivery_of(run, 1, "told", "runs", "throttles") == (
        "429 Too Many Requests",
        0,
        0,
    )


@pytest.mark.parametrize("burst", [1, 10])
@pytest.mark.parametrize("rate", [0.001, 0.4, 0.5, 1, 1.4, 2.5, 3.5, 1000 / 3])
def test_api_gateway_lets_through_its_rate_exactly_whatever_fraction_it_has(
    rate, burst
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"""
    bucket = TokenBucket(burst, rate)
    second = 1_000_000
    let_through = sum(
        bucket.allows_one(now) for now in range(0, 60 * second + 1, 500)
    )
    # With every look at it a token may have been full for a moment.
    longest = 1 / rate + 0.0005
    assert burst + int(60 / longest) <= let_through <= burst + int(60 * rate)


@pytest.mark.parametrize(
    ("rate", "let_through"),
    [(0.4, 24), (0.5, 30), (1.4, 84), (2.5, 150), (3.5, 210)],
)
def test_what_is_called_all_the_time_gets_through_at_its_rate(
    rate, let_through
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"""
    door = {"throttle_rate_limit": rate, "throttle_burst_limit": 1}
    calls_a_second = 1000
    worker = function(handler=0.001)
    api = sim.trigger("apigw_rest", function="f", **door)
    traffic = sim.Traffic(
        into=api.name, arrivals=sim.ConstantRate(per_second=calls_a_second)
    )
    run = sim.simulate(scenario((worker, api, traffic), seconds=60))
    assert (run.deliveries.fate == "succeeded").sum() == let_through


def test_a_function_url_answers_429_above_ten_requests_a_second_for_each_unit_of_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html"""
    run = one_function(
        at=(0,) * 11,
        kind="function_url",
        handler=0,
        reserved_concurrent_executions=1,
    )
    assert run.deliveries.told.tolist() == ["200"] * 10 + [
        "429 Too Many Requests"
    ]


def test_behind_an_api_a_functions_error_is_a_5xx_and_so_called_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html"""
    run = called_by(
        sim.Caller(retry_mode="standard"), kind="apigw_rest", error_rate=1
    )
    assert delivery_of(run, 0, "told", "runs") == ("502 Bad Gateway", 3)


# Services that call

AT_ONCE = {"buffer_interval_in_seconds": 0}
"""Data Firehose gathers nothing: each record is a batch."""


def test_s3_batch_operations_redrive_a_throttled_task_three_times_and_a_failed_one_never():
    """Three is a choice: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html"""
    assert delivery_of(
        one_function(kind="s3_batch", **OFF), 0, "throttles", "fate"
    ) == (4, "rejected")
    assert delivery_of(
        one_function(kind="s3_batch", error_rate=1), 0, "runs", "told"
    ) == (1, "task failed")


@pytest.mark.parametrize(
    ("settings", "ends", "told"),
    [
        ({"error_rate": 1}, [1, 2, 3, 4], "Lambda.FunctionError"),
        (
            {"handler": 10, "timeout": 3},
            [3, 6, 9, 12],
            "Lambda.FunctionTimedOut",
        ),
    ],
)
def test_firehose_repeats_failed_runs_and_timeouts_three_times_and_then_keeps_the_batch(
    settings, ends, told
):
    """Recorded on AWS: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
    run = one_function(kind="firehose", **settings, **AT_ONCE)
    assert run.attempts.end_s.tolist() == ends
    assert delivery_of(run, 0, "runs", "fate", "stores") == (
        4,
        "dead-lettered",
        "processing-failed/",
    )
    assert delivery_of(run, 0, "told", "told_s") == (told, ends[-1])


def test_a_record_that_is_answered_processing_failed_has_one_attempt():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    run = one_function(
        kind="firehose", error_rate=1, batch_response="failed items", **AT_ONCE
    )
    assert delivery_of(run, 0, "runs", "fate", "stores") == (
        1,
        "dead-lettered",
        "processing-failed/",
    )
    assert delivery_of(run, 0, "told", "told_s") == (
        "Lambda.ProcessingFailedStatus",
        1,
    )
    # the run has returned normally
    metrics = run.metrics("60min")
    assert metrics.Sum[metrics.metric == "Errors"].sum() == 0
    assert "answers ProcessingFailed, after 1 s" in run.story(0)


def test_a_timeout_is_repeated_though_the_handler_answers_for_each_record():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
    run = one_function(
        kind="firehose", handler=9, timeout=3, batch_response="failed items"
    )
    assert delivery_of(run, 0, "runs", "told") == (4, "Lambda.FunctionTimedOut")


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_number_of_retries_says_how_often_firehose_repeats(retries):
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
    run = one_function(kind="firehose", error_rate=1, number_of_retries=retries)
    assert len(run.attempts) == 1 + retries


def test_firehose_goes_on_after_a_retry_that_succeeds():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
    down = sim.Outage(of="x", at=0, seconds=1.5)
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=1),
        init=sim.Constant(seconds=0),
        depends_on=("x",),
    )
    run = sim.simulate(
        sim.Scenario(
            functions=[sim.Function(name="f", behaviour=behaviour)],
            triggers=[
                sim.trigger("firehose", function="f", name="h", **AT_ONCE)
            ],
            traffic=[
                sim.Traffic(into="h", arrivals=sim.Recorded(instants=(0,)))
            ],
            outages=[down],
        )
    )
    assert delivery_of(run, 0, "fate", "told", "runs", "stores") == (
        "succeeded",
        "Ok",
        3,
        "",
    )


def test_the_recommended_retrier_waits_126_seconds_in_six_retries():
    """https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html"""
    retry = [sim.Retrier.recommended()]
    run = called_by(
        sim.Caller(), kind="sfn_sync", outages=[down(seconds=1000)], retry=retry
    )
    assert run.spans.start_s[run.spans.stage == "system error"].tolist() == [
        0,
        2,
        6,
        14,
        30,
        62,
        126,
    ]


def test_a_retrier_may_have_a_longest_delay():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    retry = [
        sim.Retrier(interval_seconds=3, max_attempts=4, max_delay_seconds=10)
    ]
    assert starts_of(
        called_by(sim.Caller(), kind="sfn_sync", retry=retry, **OFF)
    ) == [
        0,
        3,
        9,
        19,
        29,
    ]


def test_a_retrier_with_full_jitter_waits_less_than_its_interval():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    retry = [
        sim.Retrier(interval_seconds=10, max_attempts=1, jitter_strategy="FULL")
    ]
    at = [n * 100 for n in range(30)]
    waits = [
        wait
        for [wait] in waits_of(
            called_by(sim.Caller(), at, "sfn_sync", retry=retry, **OFF)
        )
    ]
    assert 0 < min(waits) < 3
    assert 7 < max(waits) < 10


def test_the_first_retrier_that_names_the_error_decides_and_each_counts_its_own_tries():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    throttles = sim.Retrier(
        error_equals=("Lambda.TooManyRequestsException",),
        interval_seconds=5,
        max_attempts=1,
    )
    run = called_by(
        sim.Caller(),
        kind="sfn_sync",
        retry=[throttles, sim.Retrier(max_attempts=2)],
        **OFF,
    )
    assert starts_of(run) == [0, 5]
    run = called_by(
        sim.Caller(),
        kind="sfn_sync",
        retry=[throttles, sim.Retrier(max_attempts=2)],
        error_rate=1,
    )
    assert starts_of(run) == [0, 2, 5]


def test_a_task_that_outlasts_its_timeout_ends_in_states_timeout():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    run = one_function(
        kind="sfn_sync", handler=60, timeout=90, timeout_in_millis=5000
    )
    assert delivery_of(run, 0, "told", "told_s", "successes") == (
        "States.Timeout",
        5,
        1,
    )


# Sources of asynchronous events


@holds_for_each({kind: kind for kind in OF_MODEL["asynchronous"]})
def test_whatever_the_source_lambdas_queue_retries_a_failed_event_twice(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(kind=kind, handler=0, error_rate=1, latency=NOW)
    assert starts_of(run) == [0, 60, 180]
    assert delivery_of(run, 0, "condition", "fate") == (
        "RetriesExhausted",
        "dropped",
    )


@holds_for_each({kind: kind for kind in OF_MODEL["asynchronous"]})
def test_whatever_the_source_a_throttled_function_is_no_reason_not_to_accept(
    kind,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    one_by_one = {"batch_configuration": sim.BatchConfiguration(1)}
    run = one_function(
        **(one_by_one if kind == "eventbridge_bus_event" else {}),
        at=(0, 0),
        kind=kind,
        handler=2,
        reserved_concurrent_executions=1,
        latency=NOW,
    )
    assert delivery_of(run, 1, "accepted_s", "throttles", "fate") == (
        0,
        2,
        "succeeded",
    )


NOBODY = [
    kind
    for kind in OF_MODEL["asynchronous"]
    if trigger_kind(kind).who_waits == "nobody"
]


@holds_for_each({kind: kind for kind in NOBODY if kind != "invoke_event"})
def test_an_asynchronous_source_is_told_nothing_of_errors(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html"""
    run = one_function(kind=kind, error_rate=1, latency=NOW)
    assert delivery_of(run, 0, "told") == ("",)


def test_an_appsync_event_resolver_answers_null_at_once():
    """https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html"""
    run = one_function(
        kind="appsync_event", handler=2, error_rate=1, latency=NOW
    )
    assert delivery_of(run, 0, "told", "told_s") == ("null", 0)


def test_what_sns_cannot_deliver_in_23_days_goes_to_the_subscriptions_dead_letter_queue():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"""
    letters = sim.DeadLetterConfig(target_arn="undelivered")
    parts = calls(function(), (0,), "sns", dead_letter_config=letters)
    outage = {"outages": [down(seconds=3e6)], "seconds": 2.1e6}
    run = sim.simulate(
        scenario(parts, queues=("undelivered",)).replace(**outage), drain=False
    )
    assert delivery_of(run, 0, "fate", "stores", "runs") == (
        "dead-lettered",
        "undelivered",
        0,
    )
    assert 23 <= delivery_of(run, 0, "settled_s")[0] / 86_400 < 24


@pytest.mark.parametrize(
    ("name", "most", "least"),
    [
        ("RetryPolicy.maximum_retry_attempts", 185, 0),
        ("RetryPolicy.maximum_event_age_in_seconds", 86_400, 60),
    ],
)
def test_eventbridges_retry_policy_has_awss_range_and_the_most_as_default(
    name, most, least
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""
    row = facts.fact(name)
    assert (row.value, row.minimum, row.maximum) == (most, least, most)


@pytest.mark.parametrize(
    ("kind", "day"),
    [("codecommit", "2025-11-25"), ("s3_object_lambda", "2025-11-07")],
)
def test_who_may_still_use_a_service_is_said_in_its_row(kind, day):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    assert day in trigger_kind(kind).note


# Stores and records


@pytest.mark.parametrize("store", ["buckets", "event_buses"])
def test_a_dead_letter_queue_is_a_queue_or_a_topic(store):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    named = {"buckets": sim.Bucket, "event_buses": sim.EventBus}[store](
        name="store"
    )
    worker, trigger, traffic = calls(function(), (0,), "invoke_event")
    parts = {"triggers": [trigger], "traffic": [traffic], store: [named]}
    letters = sim.DeadLetterConfig(target_arn="store")
    with pytest.raises(sim.ScenarioError, match="queue or topic 'store'"):
        sim.Scenario(
            functions=[worker.replace(dead_letter_config=letters)], **parts
        )
    failures = sim.EventInvokeConfig(
        destination_config=sim.DestinationConfig(on_failure="store")
    )
    assert sim.Scenario(
        functions=[worker.replace(event_invoke_config=failures)], **parts
    )


def test_each_rule_of_a_bus_gets_the_events_that_meet_its_pattern():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    rules = [
        sim.trigger(
            "eventbridge_rule",
            name=name,
            function=name,
            source="bus",
            matching_share=share,
        )
        for name, share in (("all", 1), ("none", 0))
    ]
    traffic = sim.Traffic(into="bus", arrivals=sim.Recorded(instants=(0, 1)))
    functions = [function("all"), function("none")]
    run = sim.simulate(
        sim.Scenario(functions=functions, triggers=rules, traffic=[traffic]),
        drain=False,
    )
    assert run.deliveries.groupby("function").fate.agg(list).to_dict() == {
        "all": ["succeeded"] * 2,
        "none": ["filtered"] * 2,
    }
