"""What sources do before Lambda has accepted an event, and what an outage does to whom."""

import itertools

import pytest

import sim
from sim.engine.source_waits import eventbridge_waits, sns_waits
from tests.support.stories import PLAIN

DOWN = {"of": "lambda", "at": 0}


def delivered(
    kind,
    outage=None,
    error_rate=0,
    queues=(),
    depends_on=(),
    seconds=10,
    **trigger,
):
    """One event at second 1, of this kind, to a function that takes one second."""
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=1),
        init=sim.Constant(seconds=0),
        error_rate=error_rate,
        depends_on=depends_on,
    )
    model = sim.triggers().set_index("kind").model[kind]
    if model != "synchronous":
        trigger = {"latency": sim.Constant(seconds=0), **trigger}
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", behaviour=behaviour)],
        triggers=[sim.trigger(kind, function="f", name="x", **trigger)],
        traffic=[sim.Traffic(into="x", arrivals=sim.Recorded(instants=(1.0,)))],
        queues=queues,
        outages=[sim.Outage(**outage)] if outage else [],
        choices=sim.Choices(**PLAIN),
        seconds=seconds,
    )
    return sim.simulate(scenario, drain_seconds=3e6)


def test_sns_makes_100_015_attempts_in_four_phases_over_23_days():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"""
    waits = list(sns_waits())
    assert len(waits) + 1 == 100_015
    assert waits[:4] == [0, 0, 1, 1]
    assert waits[4] == 1
    assert waits[13] == pytest.approx(20)
    assert all(a < b for a, b in itertools.pairwise(waits[4:14]))
    assert set(waits[14:]) == {20}
    assert 23 <= sum(waits) / 86400 < 24


def test_sns_delivers_after_an_outage_of_ten_seconds_at_its_next_attempt():
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"""
    run = delivered("sns", outage={**DOWN, "seconds": 10})
    growing = [20 ** (step / 9) for step in range(10)]
    after = next(t for t in itertools.accumulate([1 + 2, *growing]) if t >= 10)
    assert run.deliveries.accepted_s.tolist() == [pytest.approx(after)]
    assert run.deliveries.fate.tolist() == ["succeeded"]


def test_eventbridge_tries_185_times_within_24_hours():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""
    waits = list(eventbridge_waits(sim.RetryPolicy()))
    assert len(waits) == 185
    assert 23 * 3600 < sum(waits) <= 24 * 3600


@pytest.mark.parametrize(("policy", "tries"), [
    ({"maximum_retry_attempts": 0}, 0),
    ({"maximum_retry_attempts": 3}, 3),
    ({"maximum_event_age_in_seconds": 60}, 5),
])  # fmt: skip
def test_eventbridge_gives_up_by_attempts_or_age(policy, tries):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""
    assert len(list(eventbridge_waits(sim.RetryPolicy(**policy)))) == tries


def test_what_eventbridge_cannot_deliver_goes_to_the_targets_dead_letter_queue():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"""
    run = delivered(
        "eventbridge_rule",
        outage={**DOWN, "seconds": 1000},
        queues=[sim.Queue(name="undelivered")],
        dead_letter_config=sim.DeadLetterConfig(target_arn="undelivered"),
        retry_policy=sim.RetryPolicy(maximum_retry_attempts=3),
    )
    delivery = run.deliveries.iloc[0]
    assert (
        delivery.fate,
        delivery.stores,
        delivery.settled_s,
        delivery.runs,
    ) == (
        "dead-lettered",
        "undelivered",
        8,
        0,
    )


def test_a_throttled_function_is_no_failed_delivery_for_eventbridge():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""
    function = sim.Function(name="f", reserved_concurrent_executions=0)
    scenario = sim.Scenario(
        functions=[function],
        triggers=[
            sim.trigger(
                "eventbridge_rule",
                function="f",
                latency=sim.Constant(seconds=0),
            )
        ],
        traffic=[
            sim.Traffic(
                into="eventbridge_rule", arrivals=sim.Recorded(instants=(1.0,))
            )
        ],
    )
    delivery = sim.simulate(scenario).deliveries.iloc[0]
    assert (delivery.accepted_s, delivery.condition) == (
        1,
        "ZeroReservedConcurrency",
    )


def test_cloudwatch_logs_tries_for_a_day():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions.html"""
    assert delivered(
        "cw_logs", outage={**DOWN, "seconds": 80_000}
    ).deliveries.fate.tolist() == ["succeeded"]
    assert delivered(
        "cw_logs", outage={**DOWN, "seconds": 90_000}
    ).deliveries.fate.tolist() == ["dropped"]


@pytest.mark.parametrize(
    "kind", ["s3_notification", "ses_event", "codecommit", "config", "iot_rule"]
)
def test_where_aws_names_no_retries_before_acceptance_none_are_made(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    delivery = delivered(kind, outage={**DOWN, "seconds": 10}).deliveries.iloc[
        0
    ]
    assert (delivery.fate, delivery.settled_s) == ("dropped", 1)


def test_an_accepted_event_waits_in_lambdas_queue_while_lambda_is_down():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = delivered(
        "invoke_event",
        outage={"of": "lambda", "at": 1.5, "seconds": 100},
        error_rate=1,
    )
    errors = run.spans[run.spans.stage == "system error"]
    assert errors.start_s.tolist() == [62, 63, 65, 69, 77, 93]
    assert run.deliveries.throttles.tolist() == [0]


def test_a_synchronous_caller_is_told_500_while_lambda_is_down():
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    assert delivered(
        "invoke", outage={**DOWN, "seconds": 10}
    ).deliveries.told.tolist() == ["500 ServiceException"]


@pytest.mark.parametrize(
    ("slower_by", "told", "latency"),
    [(None, "200 FunctionError", 1), (1.5, "200", 2.5)],
)
def test_a_dependency_that_is_down_fails_its_functions_and_a_slow_one_slows_them(
    slower_by, told, latency
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    outage = {"of": "database", "at": 0, "seconds": 10, "slower_by": slower_by}
    delivery = delivered(
        "invoke", outage=outage, depends_on=("database",)
    ).deliveries.iloc[0]
    assert (delivery.told, delivery.latency_s) == (told, latency)


def test_an_outage_of_something_unknown_is_refused():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    with pytest.raises(
        sim.ScenarioError, match="outage is of dependency or mapping 'databse'"
    ):
        delivered(
            "invoke",
            outage={"of": "databse", "at": 0},
            depends_on=("database",),
        )
