"""Several runs side by side, and how sure many of them make us."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from numbers import Real
from typing import Annotated

import numpy as np
import pandas as pd

from sim.results.run import Run
from sim.scenario.arguments import CHECKED_INSIDE, Seconds, checked
from sim.scenario.errors import ScenarioError
from sim.theory import student_t


@checked
def compare(runs: Mapping[str, Run], after: Seconds = 0.0) -> pd.DataFrame:
    """The summaries of several runs side by side: one column a run, one row a number."""
    return pd.DataFrame(
        {name: run.summary(after) for name, run in runs.items()}
    )


@checked
def confidence(
    table: pd.DataFrame, level: Annotated[float, CHECKED_INSIDE] = 0.95
) -> pd.DataFrame:
    """How sure a sweep's seeds make us: each number's mean with Student's t interval.

    The interval holds the mean over all possible seeds with probability `level`, for numbers that
    are roughly normal over the seeds: mean -/+ t(level, count - 1) x standard deviation /
    sqrt(count). It may reach below 0, and there is none for a single run (NaN). Index: the
    parameters. Columns: two levels, the number and mean, low, high and count (runs with such a
    number), so `confidence(table)["p99_s"]` is a table of its own. Raises `ScenarioError` for a
    level outside 0 to 1. https://www.itl.nist.gov/div898/handbook/prc/section2/prc221.htm
    """
    if not isinstance(level, Real) or not 0 < level < 1:
        raise ScenarioError(
            f"level is {level!r}, but it must be between 0 and 1, such as 0.95."
        )
    keys = parameters(table)
    numbers = list(
        table.drop(columns=[*keys, "seed"]).select_dtypes("number").columns
    )
    # Without parameters all rows are one group.
    by = keys or np.zeros(len(table), int)
    groups = table.groupby(by, sort=False, dropna=False)[numbers]
    mean = groups.mean()
    count = groups.count()
    margin = groups.std() / np.sqrt(count) * _student(level, count)
    statistics = {
        "mean": mean,
        "low": mean - margin,
        "high": mean + margin,
        "count": count,
    }
    by_number = pd.concat(statistics, axis=1).swaplevel(axis=1)
    return by_number[list(product(numbers, statistics))]


def _student(level: float, count: pd.DataFrame) -> pd.DataFrame:
    """Student's t for each number of runs; none for a single one."""
    t: dict[int, float] = {}
    for runs in np.unique(count).tolist():
        t[runs] = student_t(level, runs - 1) if runs > 1 else np.nan
    return count.replace(t)


def parameters(table: pd.DataFrame) -> list[str]:
    """What a sweep varied: the columns before its seeds.

    Raises `ScenarioError` if this is no sweep's table.
    """
    if "seed" not in table:
        raise ScenarioError(
            "This table has no column 'seed': "
            "give the table that sim.sweep returned, or rows of it."
        )
    return list(table.columns[: table.columns.get_loc("seed")])
