"""Who calls again, and when: the SDKs' retry modes, and services with a rule of their own."""

import pytest

import sim
from sim.engine.sdk_retries import AdaptiveSendRate

SDK = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"


def calls(
    kind="invoke",
    count=1,
    every=200,
    caller=None,
    handler=0.01,
    timeout=900,
    trigger=None,
    **settings,
):
    """Calls at fixed distances to a function that always does the same."""
    behaviour = {
        name: settings.pop(name) for name in ("error_rate",) if name in settings
    }
    function = sim.Function(
        name="f",
        timeout=timeout,
        behaviour=sim.Behaviour(
            handler=sim.Constant(seconds=handler),
            init=sim.Constant(seconds=0),
            **behaviour,
        ),
        **settings,
    )
    arrivals = sim.Recorded(
        instants=tuple(every * number for number in range(count))
    )
    scenario = sim.Scenario(
        functions=[function],
        triggers=[
            sim.trigger(kind, function="f", name="call", **(trigger or {}))
        ],
        traffic=[
            sim.Traffic(
                into="call", arrivals=arrivals, caller=caller or sim.Caller()
            )
        ],
        seconds=every * count,
    )
    return sim.simulate(scenario, drain_seconds=4 * 86400)


OFF = {"reserved_concurrent_executions": 0}


def test_a_throttle_retry_costs_5_of_500_so_50_calls_send_three_requests_and_then_one():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = calls(count=53, caller=sim.Caller(retry_mode="standard"), **OFF)
    assert run.deliveries.throttles.tolist() == [3] * 50 + [1] * 3


def test_a_transient_retry_costs_14_so_17_calls_send_three_requests_and_the_18th_two():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = calls(
        "function_url",
        count=20,
        caller=sim.Caller(retry_mode="standard"),
        error_rate=1,
    )
    assert run.deliveries.runs.tolist() == [3] * 17 + [2] + [1] * 2


def test_each_client_has_a_quota_of_its_own():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = calls(
        count=103, caller=sim.Caller(retry_mode="standard", clients=2), **OFF
    )
    assert run.deliveries.throttles.tolist() == [3] * 100 + [1] * 3


@pytest.mark.parametrize(
    ("mode", "attempts"),
    [
        ("standard", 3),
        ("standard before 2026", 3),
        ("legacy", 5),
        ("adaptive", 3),
    ],
)
def test_each_mode_has_its_number_of_attempts(mode, attempts):
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = calls(caller=sim.Caller(retry_mode=mode), **OFF)
    assert run.deliveries.throttles.tolist() == [attempts]


def test_legacy_mode_has_no_quota():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = calls(count=150, caller=sim.Caller(retry_mode="legacy"), **OFF)
    assert set(run.deliveries.throttles) == {5}


def test_a_functions_error_has_status_200_and_is_never_retried():
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    run = calls(caller=sim.Caller(retry_mode="standard"), error_rate=1)
    assert run.deliveries.runs.tolist() == [1]


@pytest.mark.parametrize(("kind", "settings", "bases"), [
    ("invoke", OFF, (1, 2)),
    ("function_url", {"error_rate": 1}, (0.05, 0.1)),
])  # fmt: skip
def test_back_off_is_drawn_below_a_bound_that_doubles(kind, settings, bases):
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = calls(
        kind,
        count=15,
        caller=sim.Caller(retry_mode="standard"),
        handler=0,
        **settings,
    )
    starts = run.attempts.groupby("delivery").start_s.apply(
        lambda times: times.diff().dropna().tolist()
    )
    for number, bound in enumerate(bases):
        waits = [times[number] for times in starts]
        assert 0 < min(waits) < bound / 3
        assert bound * 2 / 3 < max(waits) <= bound


def test_a_slow_function_is_called_again_after_each_read_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = calls(caller=sim.Caller(retry_mode="standard"), handler=100)
    delivery = run.deliveries.iloc[0]
    assert (
        delivery.runs,
        delivery.successes,
        delivery.fate,
        delivery.told,
    ) == (
        3,
        3,
        "failed",
        "ReadTimeoutError",
    )
    assert run.attempts.start_s.round(0).tolist() == [0, 60, 120]


def test_a_success_after_a_retry_gives_its_cost_back():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    function = sim.Function(name="f", reserved_concurrent_executions=1, behaviour=sim.Behaviour(
        handler=sim.Constant(seconds=0.001), init=sim.Constant(seconds=0)))  # fmt: skip
    pairs = tuple(sorted([*range(0, 60000, 60), *range(0, 60000, 60)]))
    scenario = sim.Scenario(
        functions=[function], triggers=[sim.trigger("invoke", function="f")], seconds=60000,
        traffic=[sim.Traffic(into="invoke", arrivals=sim.Recorded(instants=pairs),
                             caller=sim.Caller(retry_mode="standard"))],
    )  # fmt: skip
    summary = sim.simulate(scenario, drain=False).summary()
    assert summary.delivered == 2000
    # each pair's second call; 100 retries would have used up the quota
    assert summary.throttles >= 1000


def test_a_task_without_retry_is_not_repeated():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    assert calls("sfn_sync", **OFF).deliveries.throttles.tolist() == [1]


def test_a_retrier_waits_1_2_4_seconds_by_default():
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    run = calls("sfn_sync", trigger={"retry": [sim.Retrier()]}, **OFF)
    assert run.attempts.start_s.tolist() == [0, 1, 3, 7]


def test_the_recommended_retrier_leaves_throttles_and_the_functions_errors_out():
    """https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html"""
    retry = {"retry": [sim.Retrier.recommended()]}
    assert calls(
        "sfn_sync", trigger=retry, **OFF
    ).deliveries.throttles.tolist() == [1]
    assert calls(
        "sfn_sync", trigger=retry, error_rate=1
    ).deliveries.runs.tolist() == [1]


def test_firehose_repeats_a_throttled_batch_three_times_and_then_keeps_it_in_the_bucket():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
    delivery = calls("firehose", **OFF).deliveries.iloc[0]
    assert (delivery.throttles, delivery.fate, delivery.stores) == (
        4,
        "dead-lettered",
        "processing-failed/",
    )


@pytest.mark.parametrize(("kind", "seconds", "told"), [
    ("alexa", 8, "error prompt"),
    ("apigw_rest", 29, "504 Gateway Timeout"),
    ("apigw_http", 30, "503 Service Unavailable"),
    ("appsync_sync", 30, "errors[]"),
    ("s3_object_lambda", 60, "500"),
])  # fmt: skip
def test_each_front_door_has_a_limit_of_its_own_and_the_function_works_on(
    kind, seconds, told
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    delivery = calls(kind, handler=100).deliveries.iloc[0]
    assert (
        delivery.told_s,
        delivery.told,
        delivery.fate,
        delivery.successes,
    ) == (
        seconds,
        told,
        "failed",
        1,
    )


def signing_in(handler, init=0.0, caller=None, **behaviour):
    """One event to a Cognito trigger whose function may work for 15 s."""
    function = sim.Function(
        name="f",
        timeout=15,
        behaviour=sim.Behaviour(handler=handler, init=init, **behaviour),
    )
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=[sim.trigger("cognito_trigger", function="f", name="c")],
            traffic=[
                sim.Traffic(
                    into="c",
                    arrivals=sim.Recorded(instants=(0,)),
                    caller=caller or sim.Caller(),
                )
            ],
            seconds=60,
        )
    )


def test_a_cold_start_longer_than_cognito_waits_succeeds_at_its_third_call():
    """Measured: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"""
    run = signing_in(handler=0.4, init=5.6)
    assert run.attempts.start_s.tolist() == [0, 5, 10]
    delivery = run.deliveries.iloc[0]
    assert (delivery.fate, delivery.told) == ("succeeded", "flow goes on")
    assert delivery.told_s == pytest.approx(10.4)
    # the first two calls have done their work, too
    assert (delivery.runs, delivery.successes) == (3, 3)


def test_cognito_calls_three_times_and_waits_five_seconds_each_time():
    """A choice, as measured: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"""
    run = signing_in(handler=7)
    assert run.attempts.start_s.tolist() == [0, 5, 10]
    delivery = run.deliveries.iloc[0]
    assert (delivery.fate, delivery.told, delivery.told_s) == (
        "failed",
        "flow fails",
        15,
    )
    assert delivery.successes == 3


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_a_caller_may_say_how_often_cognito_calls(attempts):
    """AWS names no number: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"""
    run = signing_in(handler=7, caller=sim.Caller(max_attempts=attempts))
    assert run.attempts.start_s.tolist() == [5 * n for n in range(attempts)]


def test_cognito_does_not_repeat_what_was_answered():
    """A choice: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"""
    failed = signing_in(handler=1, error_rate=1).deliveries.iloc[0]
    assert (failed.runs, failed.told_s) == (1, 1)
    throttled = calls("cognito_trigger", **OFF).deliveries.iloc[0]
    assert (throttled.throttles, throttled.fate) == (1, "rejected")
    stopped = calls("cognito_trigger", handler=9, timeout=3).deliveries.iloc[0]
    assert (stopped.runs, stopped.told_s) == (1, 3)


def test_api_gateway_answers_429_itself_when_its_own_bucket_is_empty():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"""
    limits = {"throttle_rate_limit": 1, "throttle_burst_limit": 2}
    run = calls("apigw_rest", count=6, every=0.25, trigger=limits)
    assert run.deliveries.told.tolist() == [
        "200",
        "200",
        *["429 Too Many Requests"] * 2,
        "200",
        "429 Too Many Requests",
    ]
    assert run.deliveries.runs.sum() == 3


def test_adaptive_mode_sends_no_faster_than_the_rate_that_was_throttled():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    rate = AdaptiveSendRate()
    assert rate.take(0) == 0
    for answer in range(1, 21):
        rate.learn(answer / 10, throttled=False)
    measured = rate.measured
    rate.learn(2.0, throttled=True)
    assert rate.rate == pytest.approx(0.7 * measured)
    waits = [rate.take(2.0) for _ in range(int(rate.capacity) + 3)]
    assert waits[-1] - waits[-2] == pytest.approx(1e6 / rate.rate, abs=1)


def test_a_retry_storm_dies_with_quota_and_back_off():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""

    def attempts(caller):
        run = calls(
            count=600,
            every=0.05,
            handler=1,
            caller=caller,
            reserved_concurrent_executions=5,
        )
        return run.deliveries.throttles.sum() + run.deliveries.runs.sum()

    assert attempts(sim.Caller(retry_mode="standard")) < attempts(
        sim.Caller(retry_mode="legacy")
    )
    assert attempts(sim.Caller(retry_mode="legacy")) < attempts(
        sim.Caller(max_attempts=10)
    )


def test_stripe_sends_an_event_again_for_three_days_with_waits_that_double():
    """https://docs.stripe.com/webhooks/process-undelivered-events"""
    run = calls("stripe_webhook", error_rate=1)
    waits = run.attempts.start_s.diff().dropna().round().tolist()
    assert waits[:4] == [60, 120, 240, 480]
    assert run.deliveries.settled_s.iloc[0] <= 3 * 86400 + 1
    assert run.deliveries.told.iloc[0] == "502 Internal Server Error"


def test_a_webhook_calls_the_front_door_of_ones_choice():
    """https://docs.stripe.com/webhooks"""
    run = calls(
        "stripe_webhook", trigger={"front_door": "apigw_http"}, handler=40
    )
    assert (
        run.trace.answers[run.trace.earlier_answers[0].told]
        == "503 Service Unavailable"
    )


def test_a_pipe_tries_again_while_the_record_lives():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html"""
    run = calls("pipes_target", error_rate=1)
    assert run.deliveries.settled_s.iloc[0] == pytest.approx(86400, abs=120)
    kept = calls(
        "pipes_target",
        error_rate=1,
        trigger={"failure_store": "pipe dead-letter queue"},
    )
    assert kept.deliveries.stores.iloc[0] == "pipe dead-letter queue"


def test_a_pipe_may_fire_and_forget_then_lambdas_queue_retries():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-targets-specifics.html"""
    run = calls(
        "pipes_target",
        error_rate=1,
        trigger={"invocation_type": "FIRE_AND_FORGET"},
    )
    delivery = run.deliveries.iloc[0]
    assert (delivery.runs, delivery.condition, delivery.told) == (
        3,
        "RetriesExhausted",
        "nothing",
    )


@pytest.mark.parametrize(("heartbeat", "told", "told_s", "fate"), [
    (None, "TaskSucceeded", 62, "succeeded"),
    (90, "TaskSucceeded", 62, "succeeded"),
    (30, "States.HeartbeatTimeout or States.Timeout", 32, "failed"),
])  # fmt: skip
def test_a_task_that_waits_for_its_token_goes_on_when_it_comes_back(
    heartbeat, told, told_s, fate
):
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html"""
    task = {"callback_seconds": 60, "heartbeat_seconds": heartbeat}
    delivery = calls("sfn_wait_token", handler=2, trigger=task).deliveries.iloc[
        0
    ]
    assert (delivery.told, delivery.told_s, delivery.fate) == (
        told,
        told_s,
        fate,
    )


def test_a_rotation_calls_its_function_four_times_one_step_after_the_other():
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html"""
    run = calls("secrets_rotation", handler=2)
    assert run.attempts.start_s.tolist() == [0, 2, 4, 6]
    delivery = run.deliveries.iloc[0]
    assert (delivery.told, delivery.told_s, delivery.successes) == (
        "RotationSucceeded",
        8,
        4,
    )


def test_a_failed_step_begins_the_entire_rotation_again_three_times_in_all():
    """Three is a choice: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html"""
    failed = calls("secrets_rotation", handler=1, error_rate=1)
    assert failed.attempts.start_s.tolist() == [0, 61, 122]
    assert failed.deliveries.told.tolist() == ["RotationFailed"]
    many = calls("secrets_rotation", count=20, handler=1, error_rate=0.3)
    repaired = many.deliveries[
        (many.deliveries.fate == "succeeded") & (many.deliveries.runs > 4)
    ]
    assert len(repaired)
    # four steps in a row, whatever came before
    assert (repaired.successes >= 4).all()


def test_amazon_connect_repeats_a_throttled_call_three_times_within_its_block():
    """https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html"""
    run = calls("connect", **OFF)
    assert run.attempts.start_s.tolist() == [0, 1, 3, 7]
    assert run.deliveries.told.tolist() == ["Error branch"]
    assert calls("connect", error_rate=1).deliveries.runs.tolist() == [1]


@pytest.mark.parametrize("seconds", [2, 8])
def test_amazon_connects_limit_counts_through_all_its_calls(seconds):
    """https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html"""
    limit = {"timeout_in_millis": seconds * 1000}
    slow = calls("connect", handler=60, trigger=limit).deliveries.iloc[0]
    assert (slow.told, slow.told_s, slow.fate) == (
        "Error branch",
        seconds,
        "failed",
    )
    throttled = calls("connect", trigger=limit, **OFF).deliveries.iloc[0]
    assert throttled.told_s == min(seconds, 7)


def test_a_pipelines_action_waits_twenty_minutes_for_a_report():
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html"""
    done = calls("codepipeline", handler=2).deliveries.iloc[0]
    assert (done.told, round(done.told_s)) == ("PutJobSuccessResult", 2)
    failed = calls("codepipeline", error_rate=1)
    assert (failed.deliveries.told[0], failed.deliveries.told_s[0]) == (
        "action times out",
        1200,
    )
    assert "No report has come within 20 min" in failed.story(0)


@pytest.mark.parametrize("target", ["kept", "repair"])
def test_an_iot_rules_error_action_gets_what_lambda_did_not_accept(target):
    """https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html"""
    rule = sim.trigger("iot_rule", "f", name="rule", error_action=target)
    scenario = sim.Scenario(
        functions=[sim.Function("f"), sim.Function("repair")],
        triggers=[rule],
        queues=[sim.Queue("kept")],
        outages=[sim.Outage(of="lambda", at=0, seconds=10)],
        traffic=[
            sim.Traffic(into="rule", arrivals=sim.Recorded(instants=(0, 20)))
        ],
        seconds=60,
    )
    first, second = sim.simulate(scenario).deliveries.iloc[:2].itertuples()
    assert (first.fate, first.stores) == ("dead-lettered", target)
    assert second.fate == "succeeded"


def test_only_iot_rules_have_error_actions_and_to_what_is_there():
    """https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html"""
    with pytest.raises(sim.ScenarioError, match="sns takes no error_action"):
        sim.trigger("sns", "f", error_action="kept")
    with pytest.raises(sim.ScenarioError, match="error action"):
        sim.Scenario(
            functions=[sim.Function("f")],
            triggers=[sim.trigger("iot_rule", "f", error_action="nowhere")],
        )
