"""Lambda's metrics of concurrency: how many execution environments are busy.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.results.cloudwatch.datapoints import (
    LAMBDA,
    REGION,
    Gauge,
    Metric,
    open_gauge,
)
from sim.results.groups import ties
from sim.results.result import Result
from sim.results.usage.provisioned_concurrency import (
    PROVISIONED,
    provisioned_units,
)

CLAIMED = Metric(LAMBDA, "ClaimedAccountConcurrency", REGION)


def concurrency_metrics(run: Result, ran: pd.DataFrame) -> Iterator[Gauge]:
    """Of each function, of the Region, of functions without a reservation, and what is claimed.

    `ran`: the table of `usage.runs`.
    """
    ended = run.ended_s
    region = Metric(LAMBDA, "ConcurrentExecutions", REGION)
    all_busy = busy_environments(region, ran, ended)
    yield all_busy
    unreserved = ran[_is_unreserved(run, ran)]
    metric = Metric(LAMBDA, "UnreservedConcurrentExecutions", REGION)
    parts = [(metric, unreserved)]
    for name in (function.name for function in run.scenario.functions):
        metric = Metric(LAMBDA, "ConcurrentExecutions", f"FunctionName={name}")
        parts.append((metric, ran[ran.function == name]))
    for metric, part in parts:
        if len(part) == len(ran):
            yield replace(all_busy, metric=metric)
        else:
            yield busy_environments(metric, part, ended)
    set_aside = _set_aside(run)
    if len(ran) or len(set_aside):
        base, more = _reserved(run)
        set_aside = pd.concat([set_aside, more])
        on_demand = unreserved[unreserved.initialization_type != PROVISIONED]
        if len(on_demand) == len(ran) and set_aside.empty:
            yield _claimed_by_all(all_busy, base)
        else:
            yield _claimed(on_demand, set_aside, base, ended)


def _is_unreserved(run: Result, ran: pd.DataFrame) -> NDArray[np.bool_]:
    """Which of these runs began while their function had no reservation."""
    is_unreserved = np.ones(len(ran), bool)
    for at, system in ((0.0, run.scenario), *run.scenario.steps):
        reserved = {
            function.name: function.reserved_concurrent_executions is None
            for function in system.functions
        }
        names = ran.function.cat.categories
        by_place = np.array([reserved.get(name, False) for name in names], bool)
        now = by_place[ran.function.cat.codes.to_numpy()]
        is_unreserved = np.where(ran.start_s >= at, now, is_unreserved)
    return is_unreserved


def _reserved(run: Result) -> tuple[int, pd.DataFrame]:
    """The least that is reserved at any time, and each unit more: start_s, end_s."""
    systems = [run.scenario, *run.scenario.later_systems]
    total = run.scenario.account.concurrent_executions
    levels = [total - system.unreserved_concurrency for system in systems]
    base = min(levels)
    starts = np.array([0.0, *(at for at, _ in run.scenario.steps)])
    ends = np.r_[starts[1:], np.inf].clip(0, run.ended_s)
    counts = np.array(levels) - base
    units = {"start_s": np.repeat(starts, counts)}
    units["end_s"] = np.repeat(ends, counts)
    table = pd.DataFrame(units)
    return base, table[table.start_s < table.end_s]


def _claimed_by_all(busy: Gauge, reserved: int) -> Gauge:
    """What nobody else can use where nothing is set aside but what no function has for itself."""
    level = busy.low + reserved if reserved else busy.low
    return replace(busy, metric=CLAIMED, low=level, high=level)


def _set_aside(run: Result) -> pd.DataFrame:
    """Units of provisioned concurrency of functions without a reservation: start_s, end_s."""
    systems = [(0.0, run.scenario), *run.scenario.steps]
    ends = [at for at, _ in systems[1:]] + [np.inf]
    parts = []
    for (start, system), end in zip(systems, ends, strict=True):
        names = [
            function.name
            for function in system.functions
            if function.reserved_concurrent_executions is None
        ]
        units = provisioned_units(run, names, "requested")
        start_s = units.start_s.clip(lower=start)
        end_s = units.end_s.clip(upper=end)
        part = pd.DataFrame({"start_s": start_s, "end_s": end_s})
        parts.append(part[part.start_s < part.end_s])
    return pd.concat(parts)


def _claimed(
    on_demand: pd.DataFrame,
    set_aside: pd.DataFrame,
    reserved: int,
    ended: float,
) -> Gauge:
    """What nobody else can use: all that is reserved or provisioned, and what works besides."""
    start, end = _busy_times(on_demand)
    return open_gauge(
        CLAIMED,
        np.r_[start, set_aside.start_s],
        np.r_[end, set_aside.end_s],
        ended,
        base=reserved,
    )


def busy_environments(metric: Metric, ran: pd.DataFrame, ended: float) -> Gauge:
    """How many environments work on these runs, from 0 to `ended` seconds."""
    return open_gauge(metric, *_busy_times(ran), ended)


def _busy_times(ran: pd.DataFrame) -> tuple[Floats, Floats]:
    """When runs, in order of start, begin and end.

    Of those that begin at one instant in one environment, all but the last took no time.
    """
    start, end = ran.start_s.to_numpy(float), ran.end_s.to_numpy(float)
    tied = ties(start)
    at_once = ran.iloc[tied].reset_index(drop=True)
    last = at_once.sort_values("end_s", kind="stable").drop_duplicates(
        ["function", "environment", "start_s"], keep="last"
    )
    is_busy = np.ones(len(ran), bool)
    is_busy[tied] = False
    is_busy[tied[last.index]] = True
    return start[is_busy], end[is_busy]
