"""Stories of synchronous invocation: what the caller is told, when, and who tries again."""

import pytest

import sim
from tests.support.stories import delivery_of, one_function, spans_of, starts_of


@pytest.mark.parametrize(
    ("settings", "told", "told_s", "fate"),
    [
        ({}, "200", 2, "succeeded"),
        ({"error_rate": 1}, "200 FunctionError", 2, "failed"),
        ({"error_rate": 1, "crash_share": 1}, "200 FunctionError", 2, "failed"),
        ({"timeout": 1}, "200 FunctionError", 1, "failed"),
        (
            {"reserved_concurrent_executions": 0},
            "429 TooManyRequestsException",
            0,
            "rejected",
        ),
    ],
)
def test_the_caller_of_invoke_is_told_how_it_ended(
    settings, told, told_s, fate
):
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    run = one_function(handler=2, **settings)
    assert delivery_of(run, 0, "told", "told_s", "settled_s", "fate") == (
        told,
        told_s,
        told_s,
        fate,
    )


def test_the_caller_waits_for_init_too():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = one_function(at=(1,), init=0.5, handler=2)
    assert delivery_of(run, 0, "arrived_s", "told_s", "latency_s") == (
        1,
        3.5,
        2.5,
    )


@pytest.mark.parametrize(
    ("settings", "spans"),
    [
        ({"error_rate": 1}, [("handler", 0, 2, "failed")]),
        ({"timeout": 1}, [("handler", 0, 1, "timeout")]),
        (
            {"reserved_concurrent_executions": 0},
            [
                (
                    "throttle",
                    0,
                    0,
                    "ReservedFunctionConcurrentInvocationLimitExceeded",
                )
            ],
        ),
    ],
)
@pytest.mark.parametrize("kind", ["invoke", "apigw_rest"])
def test_nobody_repeats_a_synchronous_call(kind, settings, spans):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    assert spans_of(one_function(kind=kind, handler=2, **settings)) == spans


def test_a_caller_may_call_again_after_a_function_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    run = one_function(error_rate=1, max_attempts=3)
    assert spans_of(run) == [
        ("handler", 0, 1, "failed"),
        ("handler", 1, 2, "failed"),
        ("handler", 2, 3, "failed"),
    ]
    assert run.attempts.attempt.tolist() == [1, 2, 3]
    assert delivery_of(run, 0, "fate", "told_s", "settled_s", "runs") == (
        "failed",
        3,
        3,
        3,
    )


def test_a_caller_may_call_again_after_a_throttle():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    run = one_function(reserved_concurrent_executions=0, max_attempts=3)
    assert starts_of(run) == [0, 0, 0]
    assert delivery_of(run, 0, "fate", "throttles", "runs") == (
        "rejected",
        3,
        0,
    )


def test_a_caller_does_not_call_again_after_success():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    run = one_function(max_attempts=3)
    assert spans_of(run) == [("handler", 0, 1, "succeeded")]
    assert delivery_of(run, 0, "fate", "told", "runs") == (
        "succeeded",
        "200",
        1,
    )


@pytest.mark.parametrize(
    ("settings", "told", "told_s", "fate"),
    [
        ({}, "200", 2, "succeeded"),
        ({"error_rate": 1}, "502 Bad Gateway", 2, "failed"),
        ({"error_rate": 1, "crash_share": 1}, "502 Bad Gateway", 2, "failed"),
        ({"timeout": 1}, "502 Bad Gateway", 1, "failed"),
        (
            {"reserved_concurrent_executions": 0},
            "500 Internal server error",
            0,
            "rejected",
        ),
    ],
)
def test_a_rest_api_tells_its_client_how_it_ended(settings, told, told_s, fate):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html"""
    run = one_function(kind="apigw_rest", handler=2, **settings)
    assert delivery_of(run, 0, "told", "told_s", "settled_s", "fate") == (
        told,
        told_s,
        told_s,
        fate,
    )


def test_a_rest_api_gives_up_after_29_seconds_while_the_function_works_on_and_succeeds():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
    run = one_function(kind="apigw_rest", handler=40, timeout=60)
    assert spans_of(run) == [("handler", 0, 40, "succeeded")]
    assert delivery_of(run, 0, "told", "told_s", "settled_s") == (
        "504 Gateway Timeout",
        29,
        29,
    )
    assert delivery_of(run, 0, "fate", "runs", "successes") == ("failed", 1, 1)


def test_the_limit_of_a_rest_api_covers_init():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
    run = one_function(
        at=(0, 100), kind="apigw_rest", init=9, handler=28, timeout=60
    )
    assert delivery_of(run, 0, "told", "told_s") == ("504 Gateway Timeout", 29)
    assert delivery_of(run, 1, "told", "told_s") == ("200", 128)


def test_an_answer_at_29_seconds_is_in_time():
    """That ends come before timers is a choice: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
    run = one_function(kind="apigw_rest", handler=29, timeout=60)
    assert delivery_of(run, 0, "told", "told_s") == ("200", 29)


def test_the_limit_of_a_rest_api_may_be_raised():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
    run = one_function(
        at=(0, 1),
        kind="apigw_rest",
        handler=40,
        timeout=60,
        timeout_in_millis=45_000,
    )
    assert delivery_of(run, 0, "told", "told_s") == ("200", 40)
    assert delivery_of(run, 1, "told", "told_s") == ("200", 41)


def test_a_client_that_calls_again_after_504_has_the_function_work_twice():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = one_function(
        kind="apigw_rest", handler=40, timeout=60, max_attempts=2
    )
    assert spans_of(run) == [
        ("handler", 0, 40, "succeeded"),
        ("handler", 29, 69, "succeeded"),
    ]
    assert delivery_of(run, 0, "told", "told_s", "settled_s") == (
        "504 Gateway Timeout",
        58,
        58,
    )
    assert delivery_of(run, 0, "fate", "runs", "successes") == ("failed", 2, 2)


def test_dead_letters_and_destinations_are_not_for_synchronous_calls():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    letters = sim.DeadLetterConfig(target_arn="store")
    run = one_function(
        error_rate=1,
        queues=("store",),
        dead_letter_config=letters,
        on_failure="store",
    )
    assert delivery_of(run, 0, "fate", "condition", "stores") == (
        "failed",
        "",
        "",
    )
