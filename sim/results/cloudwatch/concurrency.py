"""Lambda's metrics of concurrency: how many execution environments are busy.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results.cloudwatch.datapoints import (
    LAMBDA,
    REGION,
    Gauge,
    Metric,
    open_gauge,
)
from sim.results.result import Result
from sim.results.usage.provisioned_concurrency import (
    PROVISIONED,
    provisioned_units,
)


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
        yield _claimed(unreserved, pd.concat([set_aside, more]), base, ended)


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
    unreserved: pd.DataFrame,
    set_aside: pd.DataFrame,
    reserved: int,
    ended: float,
) -> Gauge:
    """What nobody else can use: all that is reserved or provisioned, and what works besides."""
    on_demand = unreserved[unreserved.initialization_type != PROVISIONED]
    last = _last_at_once(on_demand)
    return open_gauge(
        Metric(LAMBDA, "ClaimedAccountConcurrency", REGION),
        np.r_[last.start_s, set_aside.start_s],
        np.r_[last.end_s, set_aside.end_s],
        ended,
        base=reserved,
    )


def busy_environments(metric: Metric, ran: pd.DataFrame, ended: float) -> Gauge:
    """How many environments work on these runs, from 0 to `ended` seconds."""
    last = _last_at_once(ran)
    return open_gauge(metric, last.start_s, last.end_s, ended)


def _last_at_once(ran: pd.DataFrame) -> pd.DataFrame:
    """Of runs that begin at one instant in one environment, all but the last took no time."""
    is_at_once = ran.start_s.duplicated(keep=False)
    if not is_at_once.any():
        return ran
    in_order = ran[is_at_once].sort_values("end_s", kind="stable")
    last = in_order.drop_duplicates(
        ["function", "environment", "start_s"], keep="last"
    )
    return pd.concat([ran[~is_at_once], last])
