"""Lambda's metrics of provisioned concurrency.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.results.cloudwatch.concurrency import busy_environments
from sim.results.cloudwatch.datapoints import (
    LAMBDA,
    Gauge,
    Metric,
    Samples,
    occurrences,
    open_gauge,
    ratio,
)
from sim.results.result import Result
from sim.results.usage.provisioned_concurrency import (
    PROVISIONED,
    provisioned_units,
)


def alias_metrics(run: Result, ran: pd.DataFrame) -> Iterator[Samples | Gauge]:
    """Of each alias: which runs it took, which spilled over, and how busy it was.

    `ran`: the table of `usage.runs`. Nothing is sent about its use while it is idle. The mean over
    a minute is one over time (a choice).
    """
    for function in run.scenario.functions:
        if not run.scenario.is_ever_provisioned(function.name):
            continue
        name = function.name
        alias = (
            f"FunctionName={name},Resource={name}:{function.auto_publish_alias}"
        )
        mine = ran[(ran.function == name) & (ran.version >= 0)]
        kept = mine[mine.initialization_type == PROVISIONED]
        spilled = mine[mine.initialization_type != PROVISIONED]
        for metric, table in (
            ("ProvisionedConcurrencyInvocations", kept),
            ("ProvisionedConcurrencySpilloverInvocations", spilled),
        ):
            done = table[table.outcome != ""]
            yield occurrences(Metric(LAMBDA, metric, alias), done.start_s)
        metric_of_level = Metric(
            LAMBDA, "ProvisionedConcurrentExecutions", alias
        )
        busy = busy_environments(metric_of_level, kept, run.ended_s)
        yield busy
        yield _utilization(
            busy, provisioned_units(run, [name], "allocated"), run.ended_s
        )


def _utilization(busy: Gauge, allocated: pd.DataFrame, ended: float) -> Gauge:
    """Busy environments as a share of the allocated ones; 0 where none are allocated."""
    alias = busy.metric.dimensions
    metric = Metric(LAMBDA, "ProvisionedConcurrencyUtilization", alias, "None")
    there = open_gauge(metric, allocated.start_s, allocated.end_s, ended)
    edges = [busy.start, busy.end, there.start, there.end]
    time = np.unique(np.concatenate(edges))
    start = time[:-1]
    size = _level_at(there, start)
    used = _level_at(busy, start)
    share = ratio(used, size)
    return Gauge(metric, start, time[1:], share, share)


def _level_at(gauge: Gauge, at: Floats) -> Floats:
    stretch = np.searchsorted(gauge.start, at, side="right") - 1
    return gauge.low[stretch]
