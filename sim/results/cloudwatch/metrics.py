"""CloudWatch's metrics of a run as one table, by its names, dimensions, units and rules.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple

import numpy as np
import pandas as pd

from sim import facts
from sim.progress import followed
from sim.results.cloudwatch.asynchronous import event_metrics
from sim.results.cloudwatch.concurrency import concurrency_metrics
from sim.results.cloudwatch.datapoints import (
    NO_DATAPOINTS,
    STATISTICS,
    Datapoints,
    Gauge,
    Metric,
    Samples,
)
from sim.results.cloudwatch.front_doors import front_door_metrics
from sim.results.cloudwatch.functions import function_metrics
from sim.results.cloudwatch.pipes import pipe_metrics
from sim.results.cloudwatch.provisioned_concurrency import alias_metrics
from sim.results.cloudwatch.queues import queue_mapping_metrics, queue_metrics
from sim.results.cloudwatch.streams import stream_metrics
from sim.results.cloudwatch.subscribers import subscriber_metrics
from sim.results.result import Result
from sim.results.usage.queues import waits
from sim.results.usage.runs import runs, throttles
from sim.scenario.errors import ScenarioError

NAMES = ["namespace", "metric", "dimensions", "unit"]
COLUMNS = ["timestamp_s", *NAMES, *STATISTICS]
ORDER = ["namespace", "dimensions", "metric", "timestamp_s"]


def metrics(run: Result, period: str = "1min") -> pd.DataFrame:
    """What CloudWatch would show of the run: one row a period, metric and dimensions.

    There is a row only where anything was sent. Columns: timestamp_s (the start of the period),
    namespace, metric, dimensions (empty: all functions of the Region), unit, Sum, Average, Minimum,
    Maximum, SampleCount, p50, p95, p99. A run counts when it was invoked, not when it ended, and
    only once it has ended. `period` is a whole number of minutes, such as "5min"; for another one
    `ScenarioError` is raised. Nothing can fail on its way to a dead-letter queue or destination
    here, so DeadLetterErrors and DestinationDeliveryFailures are never sent.
    """
    return metrics_each(run, _seconds(period)).copy()


def metrics_each(run: Result, seconds: float) -> pd.DataFrame:
    """The same with a period of any length, for charts that look closer than CloudWatch does.

    Every picture of a run gets the same table: it is counted once, and must not be changed.
    """
    known = run.metric_tables
    if seconds not in known:
        known[seconds] = _counted(run, seconds)
    return known[seconds]


def _counted(run: Result, seconds: float) -> pd.DataFrame:
    found = [
        (metric, points)
        for metric, points in _datapoints(run, seconds)
        if len(points.timestamp)
    ]
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    return _table(found).sort_values(ORDER, ignore_index=True)


def _seconds(period: str) -> float:
    resolution = facts.fact("cloudwatch.resolution").value
    try:
        seconds = pd.Timedelta(period).total_seconds()
    except ValueError:
        raise ScenarioError(
            f"The period {period!r} is no time; write '1min', '5min' or '1h'."
        ) from None
    if seconds < resolution or seconds % resolution:
        raise ScenarioError(
            f"The period is {period!r}, but Lambda, SQS and API Gateway send their metrics "
            "once a minute: choose whole minutes, such as '1min'."
        )
    return seconds


def _sources(run: Result) -> Iterator[Samples | Gauge]:
    ran = runs(run)
    refused = throttles(run)
    yield from function_metrics(ran, refused)
    yield from event_metrics(run, ran, refused)
    yield from concurrency_metrics(run, ran)
    yield from alias_metrics(run, ran)
    waited = waits(run)
    yield from queue_metrics(run, waited)
    yield from queue_mapping_metrics(run, waited)
    yield from front_door_metrics(run)
    yield from stream_metrics(run)
    yield from subscriber_metrics(run)
    yield from pipe_metrics(run)


def _datapoints(
    run: Result, seconds: float
) -> Iterator[tuple[Metric, Datapoints]]:
    """Those of each metric; the same values under another name are not counted again."""
    last: Samples | Gauge | None = None
    points = NO_DATAPOINTS
    for source in followed(_sources(run), _said):
        if last is None or not source.is_same(last):
            points = source.by_period(seconds)
        yield source.metric, points
        last = source


def _said(source: Samples | Gauge) -> str:
    metric = source.metric
    return f"Counting metrics: {metric.name} {metric.dimensions}".rstrip()


def _table(found: list[tuple[Metric, Datapoints]]) -> pd.DataFrame:
    """The datapoints of all metrics; a statistic that is not known is NaN."""
    counts = [len(points.timestamp) for _, points in found]
    place = np.repeat(np.arange(len(found)), counts)
    names = np.array([astuple(metric) for metric, _ in found], dtype=object)
    unknown = [np.full(count, np.nan) for count in counts]
    numbers = {"timestamp_s": [points.timestamp for _, points in found]}
    for name in STATISTICS:
        numbers[name] = [
            points.statistics.get(name, blank)
            for (_, points), blank in zip(found, unknown, strict=True)
        ]
    table = pd.DataFrame(
        {name: np.concatenate(parts) for name, parts in numbers.items()}
    )
    for number, name in enumerate(NAMES):
        table[name] = names[place, number]
    return table[COLUMNS]
