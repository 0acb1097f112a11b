"""Stories of limits: account's and reserved concurrency, request and scaling rate, `Reason`s."""

from collections import Counter

import pytest

import sim
from tests.support.stories import (
    calls,
    delivery_of,
    function,
    one_function,
    outcomes_of,
    scenario,
    spans_of,
)

ACCOUNT = "ConcurrentInvocationLimitExceeded"
RESERVED = "ReservedFunctionConcurrentInvocationLimitExceeded"
RATE = "FunctionInvocationRateLimitExceeded"
RESERVED_RATE = "ReservedFunctionInvocationRateLimitExceeded"


def test_all_functions_share_the_accounts_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    busy, late = (
        calls(function("busy"), at=(0,)),
        calls(function("late"), at=(0.5, 1)),
    )
    run = sim.simulate(
        scenario(busy, late, concurrent_executions=1), drain=False
    )
    assert spans_of(run, 1) == [("throttle", 0.5, 0.5, ACCOUNT)]
    assert spans_of(run, 2) == [("handler", 1, 2, "succeeded")]


def test_an_environment_counts_while_it_initialises():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(at=(0, 1), init=2, concurrent_executions=1)
    assert spans_of(run, 1) == [("throttle", 1, 1, ACCOUNT)]


def test_reserved_concurrency_is_a_cap():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    run = one_function(at=(0, 0, 0.5, 1), reserved_concurrent_executions=2)
    assert outcomes_of(run) == ["succeeded", "succeeded", RESERVED, "succeeded"]
    assert spans_of(run, 2) == [("throttle", 0.5, 0.5, RESERVED)]


def test_reserved_concurrency_is_a_guarantee_that_no_neighbour_can_take():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    greedy = calls(function("greedy"), at=(0,) * 103)
    kept = calls(
        function("kept", reserved_concurrent_executions=2), at=(0.5, 0.5)
    )
    run = sim.simulate(
        scenario(greedy, kept, concurrent_executions=102), drain=False
    )
    outcomes = run.deliveries.groupby("function").fate.value_counts()
    assert (
        outcomes["greedy", "succeeded"],
        outcomes["greedy", "rejected"],
    ) == (100, 3)
    assert outcomes["kept", "succeeded"] == 2


def test_what_a_reserved_function_uses_is_not_taken_from_the_others():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    kept = calls(function("kept", reserved_concurrent_executions=2), at=(0, 0))
    others = calls(function("others"), at=(0.5,) * 101)
    run = sim.simulate(
        scenario(kept, others, concurrent_executions=102), drain=False
    )
    assert Counter(outcomes_of(run)) == {"succeeded": 102, ACCOUNT: 1}


def test_reserved_concurrency_zero_switches_the_function_off():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    run = one_function(reserved_concurrent_executions=0)
    assert spans_of(run) == [("throttle", 0, 0, RESERVED)]
    assert delivery_of(run, 0, "fate", "runs", "throttles") == (
        "rejected",
        0,
        1,
    )


def test_a_burst_may_start_a_thousand_environments_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"""
    run = one_function(at=(50,) * 1200, concurrent_executions=3000)
    assert outcomes_of(run) == ["succeeded"] * 1000 + [ACCOUNT] * 200


def test_a_hundred_more_environments_may_start_each_second():
    """https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"""
    at = (0,) * 1000 + (1,) * 150 + (1.5,) * 60 + (4,) * 260
    run = one_function(
        at=at, handler=10, timeout=10, concurrent_executions=3000
    )
    started = run.attempts[
        run.attempts.outcome == "succeeded"
    ].start_s.value_counts()
    assert started.to_dict() == {0: 1000, 1: 100, 1.5: 50, 4: 250}


def test_each_function_has_a_scaling_rate_of_its_own():
    """https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"""
    parts = [calls(function(name), at=(0,) * 1000) for name in ("one", "other")]
    run = sim.simulate(
        scenario(*parts, concurrent_executions=3000), drain=False
    )
    assert Counter(outcomes_of(run)) == {"succeeded": 2000}


def test_the_scaling_rate_limits_new_environments_not_warm_ones():
    """https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"""
    run = one_function(
        at=(0,) * 1000 + (1,) * 1150, handler=0.5, concurrent_executions=3000
    )
    assert outcomes_of(run) == ["succeeded"] * 2100 + [ACCOUNT] * 50


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"concurrent_executions": 2}, RATE),
        ({"reserved_concurrent_executions": 2}, RESERVED_RATE),
    ],
)
def test_ten_requests_a_second_are_allowed_for_each_unit_of_concurrency(
    settings, reason
):
    """The sliding second is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    at = [n * 40_000 / 1e6 for n in range(20)] + [0.9, 0.999999, 1, 1.01]
    run = one_function(at=at, handler=0.01, **settings)
    assert outcomes_of(run) == ["succeeded"] * 20 + [
        reason,
        reason,
        "succeeded",
        reason,
    ]


def test_functions_without_a_reservation_share_the_accounts_request_rate():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    one = calls(function("one", handler=0), at=(0,) * 6)
    other = calls(function("other", handler=0), at=(0.5,) * 6)
    run = sim.simulate(
        scenario(one, other, concurrent_executions=1), drain=False
    )
    assert outcomes_of(run) == ["succeeded"] * 10 + [RATE] * 2


@pytest.mark.parametrize("kind", ["invoke_event", "sns", "s3_notification"])
def test_asynchronous_requests_have_no_request_rate_quota(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    run = one_function(
        at=(0,) * 30, kind=kind, handler=0, concurrent_executions=1
    )
    assert outcomes_of(run) == ["succeeded"] * 30


def test_concurrency_is_checked_before_request_rate():
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    at = [n * 50_000 / 1e6 for n in range(10)] + [0.47, 0.5]
    run = one_function(at=at, handler=0.05, reserved_concurrent_executions=1)
    assert outcomes_of(run) == ["succeeded"] * 10 + [RESERVED, RESERVED_RATE]


def test_request_rate_is_checked_before_scaling_rate():
    """AWS is silent, so this is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    bursts = [n * 50_000 / 1e6 for n in range(11) for _ in range(1000)]
    settings = {
        "at": [*bursts, *[0.5] * 51],
        "handler": 0.05,
        "concurrent_executions": 3000,
    }
    both = one_function(reserved_concurrent_executions=1105, **settings)
    assert outcomes_of(both) == ["succeeded"] * 11_050 + [RESERVED_RATE]
    only_scaling = one_function(reserved_concurrent_executions=1106, **settings)
    assert outcomes_of(only_scaling) == ["succeeded"] * 11_050 + [ACCOUNT]
