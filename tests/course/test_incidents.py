"""The ten incidents: what each loses, delays and tells, as it can be derived from the rules."""

from functools import cache

import pytest

import sim
from sim.course.incident_catalogue import AT, DAY, INCIDENTS, LASTS

NOTHING = {"lost": 0, "parked": 0, "told": 0, "unfinished": 0}


@cache
def happened(name, per_second=1.0, seconds=1200.0):
    """The incident, the run with it and the healthy one, drained."""
    one = sim.course.incident(name, per_second, seconds)
    return one, sim.simulate(one.scenario), sim.simulate(one.healthy)


def cost(name, **settings):
    one, run, healthy = happened(name, **settings)
    return sim.course.impact(run, healthy, one.until).to_dict()


def has(costs, **expected):
    return {name: costs[name] for name in expected} == expected


def test_the_reference_system_loses_nothing_when_nothing_goes_wrong():
    """Every order takes three hops, to the worker and to the notifier."""
    run = sim.simulate(sim.course.reference_system(per_second=1, seconds=300))
    assert set(run.deliveries.fate) == {"succeeded"}
    orders = run.journeys[run.journeys.traffic == "customers"]
    assert set(orders.hops) == {3}
    assert set(orders.deliveries) == {4}
    assert run.summary().end_to_end_p50_s < 1
    story = run.story(int(orders.event.iloc[0]))
    for name in (
        "orders-http",
        "orders-table",
        "order-events",
        "fulfilment-worker",
        "order-notifier",
    ):
        assert name in story


def test_there_are_ten_incidents_each_with_one_sentence():
    table = sim.course.incidents()
    assert len(table) == 10
    assert table.sentence.str.fullmatch(r"[A-Z][^.]*\.").all()
    with pytest.raises(
        sim.ScenarioError,
        match="no incident 'fire'; there are 'dependency down'",
    ):
        sim.course.incident("fire")


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_incident_is_a_scenario_that_can_be_saved_and_read_again(name):
    one = sim.course.incident(name)
    assert (
        sim.Scenario.model_validate_json(one.scenario.model_dump_json())
        == one.scenario
    )
    assert one.at <= one.until
    assert one.scenario != one.healthy


def test_a_database_that_is_down_for_ten_minutes_parks_what_is_received_five_times():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html

    A message is received every 120 s, five times: those of the first two minutes never meet the
    database again. The last failed receive is just before the end, so the last late message is
    handled two minutes after it.
    """
    costs = cost("dependency down")
    assert has(costs, lost=0, told=0, unfinished=0)
    _, run, _ = happened("dependency down")
    letters = run.deliveries[run.deliveries.stores == "fulfilment-dlq"]
    assert costs["parked"] == len(letters)
    assert letters.arrived_s.between(AT - 1, AT + LASTS - 4 * 120).all()
    others = run.deliveries[
        (run.deliveries.trigger == "fulfilment")
        & (run.deliveries.fate == "succeeded")
    ]
    assert not others.arrived_s.between(AT + 1, AT + LASTS - 4 * 120 - 5).any()
    assert 100 < costs["recovery_seconds"] < 125


def test_a_deploy_that_fails_one_call_in_five_is_told_to_those_callers_and_to_nobody_else():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    costs = cost("bad deploy")
    assert has(
        costs, lost=0, parked=0, late=0, unfinished=0, recovery_seconds=0
    )
    _, run, _ = happened("bad deploy")
    told = run.deliveries[run.deliveries.fate == "failed"]
    assert costs["told"] == len(told)
    assert told.arrived_s.between(AT, AT + LASTS).all()
    orders = run.deliveries[
        (run.deliveries.trigger == "orders-http")
        & run.deliveries.arrived_s.between(AT, AT + LASTS)
    ]
    assert abs(len(told) / len(orders) - 0.2) < 3 * sim.theory.standard_error(
        0.2, len(orders)
    )


@pytest.mark.slow
def test_a_hot_key_delays_its_own_shard_alone():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html

    One of four shards has the backlog; the orders of the others are as quick as ever.
    """
    costs = cost("hot key")
    assert has(costs, **NOTHING)
    one, run, _ = happened("hot key")
    read = run.deliveries[
        (run.deliveries.trigger == "orders-stream") & (run.deliveries.key > 0)
    ]
    read = read[read.arrived_s.between(one.at + 30, one.until)]
    assert 0.05 < (read.latency_s > 10).mean() < 0.6
    assert (read.latency_s[read.latency_s <= 10] < 2).all()
    assert 30 < costs["recovery_seconds"] < 300


@pytest.mark.slow
def test_a_poison_record_blocks_its_shard_for_a_day_unless_it_is_given_up():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html"""
    costs = cost("poison record")
    assert costs["lost"] > 0
    assert costs["recovery_seconds"] > DAY / 2
    one, _, healthy = happened("poison record")
    gives_up = one.scenario.with_setting(
        "triggers.orders-stream.maximum_retry_attempts", 2
    )
    gives_up = gives_up.with_setting(
        "triggers.orders-stream.bisect_batch_on_function_error", True
    )
    gives_up = gives_up.with_setting(
        "triggers.orders-stream.on_failure", "notifier-failures"
    )
    run = sim.simulate(gives_up)
    kept = sim.course.impact(run, healthy, one.until)
    assert kept.lost == 0
    assert (
        kept.parked
        == (
            run.deliveries.query("trigger == 'orders-stream'").successes == 0
        ).sum()
        > 0
    )


def test_ten_times_the_traffic_is_taken_by_what_scales():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    costs = cost("ten times the traffic")
    assert has(costs, **NOTHING)
    assert costs["recovery_seconds"] < 120


def test_a_noisy_neighbour_refuses_callers_and_delays_everybody_else():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    costs = cost("noisy neighbour")
    assert has(costs, lost=0, parked=0, unfinished=0)
    assert costs["told"] > 0
    one, run, _ = happened("noisy neighbour")
    refused = run.deliveries[run.deliveries.fate == "rejected"]
    assert refused.arrived_s.between(one.at, one.until + 2).all()
    kept = one.scenario.with_setting(
        "functions.batch-import.reserved_concurrent_executions", 100
    )
    run = sim.simulate(kept)
    assert run.summary().told == 0


@pytest.mark.slow
def test_yesterdays_dead_letters_come_back_at_once_and_none_is_lost():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
    one, run, healthy = happened("full dead-letter queue")
    costs = cost("full dead-letter queue")
    assert has(costs, **NOTHING)
    parked = int((healthy.journeys.parked > 0).sum())
    back = run.deliveries[run.deliveries.edge.str.endswith("message move task")]
    assert len(back) == parked > 500
    assert back.arrived_s.max() - one.at == pytest.approx(
        (parked - 1) / 500, abs=1e-6
    )
    assert set(back.fate) == {"succeeded"}
    assert costs["late"] > 0
    slow = sim.Redrive(
        queue="fulfilment-dlq", at=one.at, max_number_of_messages_per_second=5
    )
    run = sim.simulate(one.scenario.replace(redrives=[slow]))
    assert sim.course.impact(run, healthy, one.until).late < costs["late"]


@pytest.mark.slow
def test_aligned_schedules_take_the_concurrency_of_callers():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    costs = cost("aligned schedules")
    assert has(costs, lost=0, parked=0, unfinished=0)
    assert costs["told"] > 0


def test_slow_cold_starts_delay_as_long_as_they_take():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    costs = cost("slow cold starts")
    assert has(costs, **NOTHING)
    assert 7 < costs["worst_delay_s"] < 8.5
    _, run, _ = happened("slow cold starts")
    cold = run.deliveries[
        (run.deliveries.trigger == "orders-http")
        & run.deliveries.cold
        & (run.deliveries.arrived_s > AT)
    ]
    assert costs["late"] == len(cold) > 0


@pytest.mark.slow
@pytest.mark.parametrize("hours", [24, 25])
def test_a_pause_of_a_day_loses_nothing_and_one_of_25_hours_the_first_hour(
    hours,
):
    """Records stay for 24 hours.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    """
    one, run, healthy = happened("paused consumer", per_second=0.02)
    if hours > 24:
        pause = sim.Outage(of="orders-stream", at=AT, seconds=hours * 3600)
        longer = one.healthy.replace(seconds=one.healthy.seconds + 3600)
        run = sim.simulate(longer.replace(outages=[pause]))
        healthy = sim.simulate(longer)
    costs = sim.course.impact(run, healthy, AT + hours * 3600)
    lost = run.deliveries[run.deliveries.fate == "expired"]
    assert costs["lost"] == len(lost)
    assert (len(lost) > 0) == (hours > 24)
    assert lost.arrived_s.between(AT - 1, AT + (hours - 24) * 3600).all()
    assert costs["late"] > 1000
    assert costs["recovery_seconds"] < 600
