"""Of a run over time: how many environments each function holds, its limits, its throttles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.results.cloudwatch.concurrency import busy_environments
from sim.results.cloudwatch.datapoints import LAMBDA, Metric
from sim.results.intervals import Levels
from sim.results.run import Run
from sim.results.usage.runs import runs, throttles

CONCURRENCY = Metric(LAMBDA, "ConcurrentExecutions", "")


@dataclass(frozen=True)
class Limit:
    """A limit from each of some instants on; NaN where there is none."""

    since: Floats
    most: Floats

    @property
    def lowest(self) -> float:
        """The lowest that it ever is, NaN if there is none."""
        known = self.most[~np.isnan(self.most)]
        return float(known.min()) if len(known) else np.nan

    @property
    def highest(self) -> float:
        """The highest that it ever is, NaN if there is none."""
        known = self.most[~np.isnan(self.most)]
        return float(known.max()) if len(known) else np.nan


NO_LIMIT = Limit(np.zeros(1), np.full(1, np.nan))


@dataclass(frozen=True)
class Concurrency:
    """Busy environments by function and in all, throttled attempts by function, and limits.

    Functions that did nothing are left out. Times are in seconds.
    """

    levels: dict[str, Levels]
    total: Levels
    throttles: dict[str, Floats]
    account: Limit
    reserved: dict[str, Limit]

    @property
    def last(self) -> float:
        """When the last environment is done, or the last attempt throttled."""
        busy = self.total.end[self.total.level > 0]
        times = [busy, *self.throttles.values()]
        return float(np.concatenate(times).max(initial=1.0))

    @property
    def most(self) -> int:
        """How many environments work at once at most."""
        return int(self.total.level.max(initial=0))

    def peak(self, function: str) -> int:
        """How many environments a function holds at most."""
        if function not in self.levels:
            return 0
        return int(self.levels[function].level.max(initial=0))

    def count_throttles(self) -> int:
        """How many attempts are throttled in all."""
        return sum(map(len, self.throttles.values()))

    def throttled(self, functions: Sequence[str]) -> Floats:
        """When attempts at these functions are throttled."""
        none = np.empty(0)
        times = [self.throttles.get(name, none) for name in functions]
        return np.concatenate([none, *times])

    def held(self, functions: Sequence[str], at: Floats) -> Floats:
        """How many environments these functions hold together at each instant."""
        held = np.zeros(len(at))
        for name in functions:
            if name in self.levels:
                held += level_at(self.levels[name], at)
        return held

    def peaks(self, until: float, parts: int) -> tuple[Floats, Floats]:
        """The beginnings of equal parts of the time, and when in each of them the level is highest.

        So what is shorter than a part is seen, too.
        """
        edges = np.linspace(0.0, until, parts + 1)[:-1]
        at = np.sort(np.r_[edges, self.total.start[self.total.start < until]])
        part = np.searchsorted(edges, at, side="right")
        by_level = np.lexsort((level_at(self.total, at), part))
        last_of_part = np.flatnonzero(np.diff(part, append=np.inf))
        return edges, at[by_level[last_of_part]]


def concurrency_of(run: Run) -> Concurrency:
    """Count the environments that work on runs, with their inits."""
    ran = runs(run)
    refused = throttles(run)
    names = [function.name for function in run.scenario.functions]
    tables = {name: ran[(ran.function == name).to_numpy()] for name in names}
    levels = {
        name: _levels(run, table)
        for name, table in tables.items()
        if len(table)
    }
    instants = {
        name: refused.at_s.to_numpy(float)[
            (refused.function == name).to_numpy()
        ]
        for name in names
    }
    systems = [(0.0, run.scenario), *run.scenario.steps]
    since = np.array([at for at, _ in systems])
    account = [system.account.concurrent_executions for _, system in systems]
    reserved: dict[str, list[float]] = {name: [] for name in names}
    for _, system in systems:
        for function in system.functions:
            units = function.reserved_concurrent_executions
            reserved[function.name].append(np.nan if units is None else units)
    return Concurrency(
        levels,
        total=_levels(run, ran),
        throttles={name: at for name, at in instants.items() if len(at)},
        account=Limit(since, np.array(account, float)),
        reserved={
            name: Limit(since, np.array(units))
            for name, units in reserved.items()
        },
    )


def _levels(run: Run, ran: pd.DataFrame) -> Levels:
    busy = busy_environments(CONCURRENCY, ran, run.ended_s)
    return Levels(busy.start, busy.end, busy.low)


def level_at(levels: Levels, at: Floats) -> Floats:
    """The level at each instant, 0 before the first and after the last one."""
    if not len(levels.start):
        return np.zeros(len(at))
    place = np.searchsorted(levels.start, at, side="right") - 1
    level: Floats = np.where(place >= 0, levels.level[place], 0.0)
    return level
