"""What holds for every stream and mapping, and what mathematics says of repeated failures."""

from math import ceil, log2

import numpy as np
import pytest
from hypothesis import strategies as st

import sim
from sim import facts
from sim.results.usage import streams as stream_usage
from sim.trace import Condition
from sim.workload.draws import identities
from sim.workload.function_draws import FunctionDraws
from tests.support.laws import law
from tests.support.strategies import streams
from tests.support.streams import calls, reader, stream


def one_fate(run) -> None:
    """Each delivery is settled once, or in flight; nothing is told that is not so."""
    table = run.deliveries
    assert ((table.fate == "in flight") == table.settled_s.isna()).all()
    assert ((table.fate == "dead-lettered") == (table.stores != "")).all()
    assert (
        table.settled_s.dropna() >= table.arrived_s[table.settled_s.notna()]
    ).all()


def in_order(run, records) -> None:
    """Records of one key are handed over in the order in which they were written."""
    read = records[
        records.read_s.notna()
        & (records.fate != "filtered")
        & (records.key >= 0)
    ]
    first = (
        run.spans[(run.spans.invocation >= 0)].groupby("delivery").start_s.min()
    )
    read = read.assign(first=read.delivery.map(first)).dropna(subset=["first"])
    for _, mine in read.sort_values(
        ["written_s", "delivery"], kind="stable"
    ).groupby(["trigger", "key"]):
        assert mine["first"].is_monotonic_increasing


def one_batch_at_a_time(run, records) -> None:
    """No shard has more batches in flight than its factor."""
    mappings = stream_usage.mappings(run)
    shard = records.set_index("delivery").shard
    spans = run.spans[
        (run.spans.environment >= 0) & run.spans.delivery.isin(shard.index)
    ]
    spans = spans.assign(shard=spans.delivery.map(shard))
    for (function, _), mine in spans.groupby(["resource", "shard"]):
        factor = next(
            m.parallelization_factor
            for m in mappings.values()
            if m.function == function
        )
        batches = mine.groupby("invocation").agg(
            start=("start_s", "min"), end=("end_s", "max")
        )
        batches = batches[batches.end > batches.start]
        times = np.r_[batches.start, batches.end]
        order = np.lexsort(
            (np.r_[np.ones(len(batches)), np.zeros(len(batches))], times)
        )
        level = np.cumsum(
            np.r_[np.ones(len(batches)), -np.ones(len(batches))][order]
        )
        assert level.max(initial=0) <= factor


def never_too_old(run, records) -> None:
    """No function gets a record that is older than the mapping's limit."""
    mappings = stream_usage.mappings(run)
    written = records.set_index("delivery").written_s
    tried = run.spans[
        (run.spans.invocation >= 0) & run.spans.delivery.isin(written.index)
    ]
    begun = tried.groupby(["resource", "invocation"]).start_s.transform("min")
    age = (begun - tried.delivery.map(written)).round(6)
    for mapping in mappings.values():
        limit = mapping.maximum_record_age_in_seconds
        if limit > 0:
            assert (age[tried.resource == mapping.function] < limit).all()


def one_call_more_than_retries(run) -> None:
    """A batch that is given up for its retries has had one call more than these."""
    for discard in run.trace.discards:
        mapping = run.triggers[
            run.trace.deliveries.trigger[discard.deliveries[0]]
        ]
        if discard.condition == Condition.RetryAttemptsExhausted:
            assert discard.calls == mapping.maximum_retry_attempts + 1


@law(streams(), st.integers(0, 9999), fast=10, thorough=200)
def test_streams_keep_order_age_retries_and_parallelization_factor(
    scenario, seed
):
    run = sim.simulate(scenario, seed, drain_seconds=7200)
    records = stream_usage.records(run)
    one_fate(run)
    in_order(run, records)
    one_batch_at_a_time(run, records)
    never_too_old(run, records)
    one_call_more_than_retries(run)


@pytest.mark.parametrize(
    ("size", "place"),
    [(1, 0), (2, 1), (8, 5), (13, 12), (16, 0), (33, 20), (64, 31)],
)
def test_a_poison_record_costs_at_most_two_calls_for_each_halving(size, place):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(work=0.001, poison_share=1 / (size + 1))
    seed = next(s for s in range(10**6) if only(function, size, place, s))
    retries = 2
    run = stream(
        [0] * size,
        function=function,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=retries,
        on_failure="dead",
        seed=seed,
    )
    made = [events for _, _, events in calls(run)]
    assert made.count([place]) == retries + 1
    assert len(made) - (retries + 1) <= 2 * ceil(log2(size))
    assert run.deliveries.fate.tolist().count("dead-lettered") == 1


def only(function: sim.Function, size: int, place: int, seed: int) -> bool:
    """Whether with this seed exactly this record always fails."""
    failed = (
        FunctionDraws(function, seed).outcomes(identities("s", size), 1) != 1
    )
    return bool(failed[place]) and int(failed.sum()) == 1


def test_a_record_is_given_up_with_the_probability_that_all_its_runs_fail():
    """A binomial: p to the power of the calls."""
    p, retries, count = 0.5, 2, 1000
    run = stream(
        [n / 100 for n in range(count)],
        batch_size=1,
        function=reader(work=0.0001, error_rate=p),
        maximum_retry_attempts=retries,
        kind="kinesis_efo",
        choices=sim.Choices(
            stream_retry_start_seconds=0.001, stream_retry_cap_seconds=0.001
        ),
    )
    share = (run.deliveries.fate == "dropped").mean()
    expected = p ** (retries + 1)
    assert (
        abs(share - expected) < 4 * (expected * (1 - expected) / count) ** 0.5
    )


@pytest.mark.parametrize(
    ("kind", "within"), [("kinesis", 0.2), ("ddb_streams", 0.1)]
)
def test_polls_and_propagation_together_are_the_measured_latency(kind, within):
    """https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/"""
    scenario = sim.Scenario(
        functions=[reader(work=0.0)],
        triggers=[sim.trigger(kind, function="f", source="s")],
        traffic=[
            sim.Traffic(
                into="s", arrivals=sim.Poisson(per_second=1, events=1024)
            )
        ],
        seconds=1200,
    )
    latency = (
        sim.simulate(scenario, drain=False)
        .deliveries.latency_s.quantile([0.1, 0.5, 0.9])
        .to_numpy()
        * 1000
    )
    measured = facts.latency(kind)
    assert latency == pytest.approx(
        [measured.p10, measured.p50, measured.p90], rel=within
    )
