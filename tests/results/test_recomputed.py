"""Metrics, bill and summary agree with a slow, plain count over the spans of random systems."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings

import sim
from tests.support.strategies import scenarios

MINUTE = 60.0


class PlainRun:
    """A run of a function, from its spans."""

    def __init__(self, spans: list[object]) -> None:
        first = min(spans, key=lambda span: span.start_s)
        self.function = first.resource
        self.start = first.start_s
        self.end = max(span.end_s for span in spans)
        self.is_over = all(span.outcome != "in flight" for span in spans)
        self.is_answered = any(
            span.stage == "handler"
            and span.outcome in ("succeeded", "failed", "timeout", "crashed")
            for span in spans
        )


def plain_runs(run: sim.Run) -> list[PlainRun]:
    """The runs of functions, span by span; an event that is there twice is not told apart."""
    by_run: dict[tuple[object, ...], list[object]] = {}
    for span in run.spans.itertuples():
        if span.environment < 0:
            continue
        own = (span.delivery, span.attempt)
        batch = own if span.invocation < 0 else (span.invocation,)
        key = (span.resource, span.environment, *batch)
        by_run.setdefault(key, []).append(span)
    return [PlainRun(spans) for spans in by_run.values()]


def done(run: sim.Run) -> list[PlainRun]:
    return [one for one in plain_runs(run) if one.is_over and one.is_answered]


def invocations(run: sim.Run) -> dict[tuple[str, float], int]:
    """By function and start of a minute, as `run.metrics` says."""
    table = run.metrics("1min")
    mine = table[(table.metric == "Invocations") & (table.dimensions != "")]
    names = mine.dimensions.str.removeprefix("FunctionName=")
    keys = zip(names, mine.timestamp_s, strict=True)
    return dict(zip(keys, mine.Sum.astype(int), strict=True))


@settings(max_examples=15, deadline=None)
@given(scenarios(published=True))
def test_metrics_bill_and_summary_agree_with_a_plain_count_over_the_spans(
    scenario,
):
    run = sim.simulate(scenario.replace(choices=sim.Choices()), seed=1)
    ended = done(run)
    minutes = Counter(
        (one.function, one.start // MINUTE * MINUTE) for one in ended
    )
    assert invocations(run) == dict(minutes)
    bill = run.cost()
    requests = bill[bill["item"].str.match(r"Lambda requests(,|$| \(free)")]
    assert requests.quantity.sum() == len(ended)
    summary = run.summary()
    assert summary.deliveries == len(run.deliveries)
    assert summary.throttles == (run.spans.stage == "throttle").sum()


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
