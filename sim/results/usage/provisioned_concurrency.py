"""What a run used of provisioned concurrency: how much, for how long, and its inits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import facts
from sim.arrays import Floats
from sim.results.result import Result
from sim.trace import Initialization

PROVISIONED = Initialization.PROVISIONED_CONCURRENCY.label


def provisioned_units(
    run: Result,
    functions: Sequence[str],
    which: Literal["requested", "allocated"],
) -> pd.DataFrame:
    """One row a unit of these functions' provisioned concurrency: start_s, end_s."""
    table = run.provisioned_concurrency
    table = table[table.function.isin(functions)]
    next_change = table.groupby(["function", "version"]).at_s.shift(-1)
    stretches = pd.DataFrame(
        {"start_s": table.at_s, "end_s": next_change.fillna(run.ended_s)}
    )
    stretches = stretches[stretches.end_s > stretches.start_s]
    counts = table[which][stretches.index].to_numpy(np.int64)
    return stretches.loc[stretches.index.repeat(counts)]


def billed_seconds(run: Result, function: str, version: int) -> float:
    """Seconds times environments of a version for which provisioned concurrency is paid.

    Each period is rounded up to five minutes. What is still there at the end goes on, and is not
    rounded.
    https://aws.amazon.com/lambda/pricing/
    """
    step = facts.fact("lambda.provisioned_step").value * 60
    changes = _of_version(run.provisioned_concurrency, function, version)
    allocated = changes.allocated.to_numpy()
    time = np.r_[changes.at_s.to_numpy(), run.ended_s]
    total = 0.0
    for unit in range(max(allocated, default=0)):
        start, end = _periods(time, allocated > unit)
        length = (end - start).round(6)
        rounded = np.ceil(length / step) * step
        billed = np.where(end < run.ended_s, rounded, length)
        total += float(billed.sum())
    return total


def _of_version(
    table: pd.DataFrame, function: str, version: int
) -> pd.DataFrame:
    """The rows of one version of a function."""
    is_mine = (table.function == function) & (table.version == version)
    return table[is_mine]


def _periods(
    time: Floats, is_there: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """When a unit comes and when it goes, where `is_there` says it for each step of `time`."""
    padded = np.r_[False, is_there, False]
    before = padded[:-1]
    after = padded[1:]
    comes = np.flatnonzero(~before & after)
    goes = np.flatnonzero(before & ~after)
    return time[comes], time[goes]


def inits(run: Result, function: str, version: int) -> pd.Series[float]:
    """How long each init of a version's provisioned environments took during the run, in seconds.

    What was allocated at the start had been initialised before.
    """
    table = _of_version(run.provisioned_concurrency, function, version)
    at_start = table[table.at_s == 0]
    there_first = at_start[at_start.allocated > 0]
    started = _of_version(run.environments, function, version)
    mine = started[started.initialization_type == PROVISIONED]
    return mine.init_s[(mine.started_s > 0) | there_first.empty]
