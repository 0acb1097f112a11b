"""Metrics, bill and summary agree with a slow, plain count over the spans of random systems."""

from itertools import islice

import pandas as pd
import pytest

import sim
from tests.proof import examples, main
from tests.support.recomputed import differences
from tests.support.system_laws import ended

MINUTE = 60.0
OTHER_SEED = 2


def test_metrics_bill_summary_and_counts_agree_with_a_plain_count_over_the_spans():
    found = []
    for place, system, _ in islice(examples(OTHER_SEED), 6):
        run = ended(system)
        if not isinstance(run, str):
            found += [f"system {place}: {one}" for one in differences(run)]
    assert found == []


@pytest.mark.slow
def test_a_hundred_and_fifty_random_systems_keep_all_laws():
    """The other half of these is in `tests/engine/test_random_systems.py`: for another worker."""
    assert main(150, OTHER_SEED) == 0


def test_the_statistics_of_a_minute_are_those_of_its_samples():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html"""
    function = sim.Function(
        name="f",
        timeout=30,
        behaviour=sim.Behaviour(handler=sim.Exponential(mean=1)),
    )
    scenario = sim.Scenario(
        functions=[function],
        triggers=[sim.trigger("invoke", function="f")],
        traffic=[
            sim.Traffic(
                into="invoke",
                arrivals=sim.Poisson(per_second=2, events=400),
            )
        ],
        seconds=300,
    )
    run = sim.simulate(scenario, seed=2)
    table = run.metrics("1min")
    table = table[(table.metric == "Duration") & (table.dimensions == "")]
    attempts = run.attempts[run.attempts.outcome != "in flight"]
    minute = attempts.start_s // MINUTE * MINUTE
    milliseconds = (attempts.handler_s * 1000).groupby(minute)
    for name, found in (
        ("Sum", milliseconds.sum()),
        ("Average", milliseconds.mean()),
        ("Minimum", milliseconds.min()),
        ("Maximum", milliseconds.max()),
        ("p50", milliseconds.quantile(0.5)),
        ("p95", milliseconds.quantile(0.95)),
        ("p99", milliseconds.quantile(0.99)),
    ):
        pd.testing.assert_series_equal(
            table.set_index("timestamp_s")[name],
            found,
            check_names=False,
            check_index_type=False,
        )
    assert table.SampleCount.sum() == pytest.approx(len(attempts))
