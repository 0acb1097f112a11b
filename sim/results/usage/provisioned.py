"""Provisioned concurrency in CloudWatch: its own metrics, and levels of busy environments.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim import facts
from sim.results.cloudwatch.datapoints import Gauge, Samples, steps
from sim.results.result import Result
from sim.trace import MICROSECONDS

LAMBDA, PROVISIONED = "AWS/Lambda", "provisioned-concurrency"
NOTHING = pd.DataFrame({"start_s": [], "end_s": []}, dtype=float)


def of_aliases(run: Result, ran: pd.DataFrame) -> Iterator[Samples | Gauge]:
    """Each alias with provisioned concurrency: which runs it took, which spilled over, and how busy it was.

    Nothing is sent about its use while it is idle. The mean over a minute is one over time (a
    choice).
    """
    for function in run.scenario.functions:
        if function.provisioned_concurrency_config is None:
            continue
        alias = f"FunctionName={function.name},Resource={function.name}:{function.auto_publish_alias}"
        mine = ran[ran.function == function.name]
        kept = (mine.initialization_type == PROVISIONED).to_numpy()
        ended = (mine.outcome != "").to_numpy()
        for metric, which in (("Invocations", kept), ("SpilloverInvocations", ~kept)):
            at = mine.start_s.to_numpy(float)[which & ended]
            yield Samples(
                LAMBDA,
                f"ProvisionedConcurrency{metric}",
                alias,
                "Count",
                at,
                np.ones(len(at)),
            )
        level = busy("ProvisionedConcurrentExecutions", alias, mine[kept], run)
        yield level
        yield _utilization(level, units(run, [function.name], "allocated"), run)


def _utilization(level: Gauge, there: pd.DataFrame, run: Result) -> Gauge:
    """Busy environments as a share of the allocated ones; where there are none, none can be busy."""
    all_of = count(LAMBDA, "", "", there.start_s, there.end_s, run)
    time = np.unique(np.concatenate([level.start, level.end, all_of.start, all_of.end]))
    start, end = time[:-1], time[1:]
    used, size = (
        part.low[np.searchsorted(part.start, start, side="right") - 1]
        for part in (level, all_of)
    )
    share = np.divide(used, size, out=np.zeros(len(start)), where=size > 0)
    metric = "ProvisionedConcurrencyUtilization"
    return Gauge(LAMBDA, metric, level.dimensions, "None", start, end, share, share)


def set_aside(run: Result, functions: Sequence[str]) -> pd.DataFrame:
    """The provisioned concurrency of some functions that nobody else can use, as `units`."""
    return units(run, functions, "requested")


def units(run: Result, functions: Sequence[str], which: str) -> pd.DataFrame:
    """One row a unit of provisioned concurrency: start_s, end_s; `which`: requested or allocated."""
    table, ended = run.provisioned_concurrency, run.trace.ended / MICROSECONDS
    table = table[table.function.isin(functions)]
    end = table.groupby(["function", "version"]).at_s.shift(-1).fillna(ended)
    stretches = pd.DataFrame({"start_s": table.at_s, "end_s": end})
    found = stretches.loc[stretches.index.repeat(table[which].to_numpy(np.int64))]
    return pd.DataFrame(found[found.end_s > found.start_s])


def billed_seconds(run: Result, function: str) -> float:
    """Seconds times environments for which provisioned concurrency is paid: each period up to five minutes.

    What is still there at the end goes on, and is not rounded.
    https://aws.amazon.com/lambda/pricing/
    """
    step, ended = (
        facts.fact("lambda.provisioned_step").value * 60,
        run.trace.ended / MICROSECONDS,
    )
    table, total = run.provisioned_concurrency, 0.0
    for _, mine in table[table.function == function].groupby("version"):
        for unit in range(mine.allocated.max()):
            on = np.r_[False, mine.allocated.to_numpy() > unit, False]
            time = np.r_[mine.at_s.to_numpy(), ended]
            start, end = (
                time[np.flatnonzero(~on[:-1] & on[1:])],
                time[np.flatnonzero(on[:-1] & ~on[1:])],
            )
            length = (end - start).round(6)
            total += float(
                np.where(end < ended, np.ceil(length / step) * step, length).sum()
            )
    return total


def inits(run: Result, function: str) -> pd.Series[float]:
    """How long, in seconds, each init of provisioned environments took that ran while the scenario did."""
    started, table = run.environments, run.provisioned_concurrency
    there = table[
        (table.function == function) & (table.at_s == 0) & (table.allocated > 0)
    ]
    mine = started[
        (started.function == function) & (started.initialization_type == PROVISIONED)
    ]
    return mine.init_s[(mine.started_s > 0) | there.empty]


def busy(
    metric: str,
    dimensions: str,
    ran: pd.DataFrame,
    run: Result,
    more: pd.DataFrame = NOTHING,
    base: int = 0,
) -> Gauge:
    """How many environments work; `more` are levels of another kind that count too."""
    # Of runs that begin at one instant in one environment, all but the last took no time.
    last = ran.sort_values("end_s", kind="stable").drop_duplicates(
        ["function", "environment", "start_s"], keep="last"
    )
    start, end = np.r_[last.start_s, more.start_s], np.r_[last.end_s, more.end_s]
    return count(LAMBDA, metric, dimensions, start, end, run, base=base)


def count(
    namespace: str,
    metric: str,
    dimensions: str,
    start: Any,
    end: Any,
    run: Result,
    *,
    base: int = 0,
    **options: Any,
) -> Gauge:
    """How many intervals are open, over the time of a run."""
    start, end, level = steps(
        np.asarray(start, float),
        np.asarray(end, float),
        run.trace.ended / MICROSECONDS,
        base,
    )
    return Gauge(
        namespace, metric, dimensions, "Count", start, end, level, level, **options
    )
