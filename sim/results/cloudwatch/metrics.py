"""CloudWatch's metrics of a run as one table, by its names, dimensions, units and rules.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim import facts
from sim.results.cloudwatch.asynchronous import event_metrics
from sim.results.cloudwatch.concurrency import concurrency_metrics
from sim.results.cloudwatch.datapoints import STATISTICS, Gauge, Samples
from sim.results.cloudwatch.functions import function_metrics
from sim.results.cloudwatch.gateways import gateway_metrics
from sim.results.cloudwatch.provisioned_concurrency import alias_metrics
from sim.results.cloudwatch.queues import queue_metrics
from sim.results.cloudwatch.streams import stream_metrics
from sim.results.result import Result
from sim.results.usage.runs import runs, throttles
from sim.scenario.errors import ScenarioError

COLUMNS = [
    "timestamp_s",
    "namespace",
    "metric",
    "dimensions",
    "unit",
    *STATISTICS,
]
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
    seconds = _seconds(period)
    tables = list(_tables(run, seconds))
    filled = [table for table in tables if len(table)]
    if not filled:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(filled, ignore_index=True)
    return table.sort_values(ORDER, ignore_index=True)


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
    yield from queue_metrics(run)
    yield from gateway_metrics(run)
    yield from stream_metrics(run)


def _tables(run: Result, seconds: float) -> Iterator[pd.DataFrame]:
    """The rows of each metric; the same values under another name are not counted again."""
    last: Samples | Gauge | None = None
    table = pd.DataFrame()
    for source in _sources(run):
        if last is None or not source.is_same(last):
            table = source.by_period(seconds)
        yield _named(source, table)
        last = source


def _named(source: Samples | Gauge, table: pd.DataFrame) -> pd.DataFrame:
    table = table.rename_axis("timestamp_s").reset_index()
    named = table.assign(
        namespace=source.metric.namespace,
        metric=source.metric.name,
        dimensions=source.metric.dimensions,
        unit=source.metric.unit,
    )
    return named[COLUMNS]
