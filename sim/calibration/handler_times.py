"""The handler's time out of a function's runs, for each memory size and for all together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
import pandas as pd

from sim import facts
from sim.arrays import Floats
from sim.calibration.environments import cut_before
from sim.calibration.fits import TimeFit, as_observed, fit_times
from sim.calibration.reports import Row, of_times
from sim.scenario.durations import Constant, Duration

LEAST_RUNS = 30
"""Of a memory size, before it counts for what part of the time computes (a choice)."""
ALL_CUT = (
    "Every run was cut at its timeout: the handler takes longer than that."
)
BEYOND = 1.001
"""As observed, a run that was cut would have taken a little longer than its timeout."""


@dataclass(frozen=True)
class HandlerTimes:
    """Runs that came to their end, and those that the timeout cut."""

    whole: pd.DataFrame
    cut: pd.DataFrame

    @classmethod
    def of(cls, runs: pd.DataFrame) -> HandlerTimes:
        """Those of all runs but the ones in which init ran again: after a cut, or a failed init."""
        is_clean = ~cut_before(runs) & (runs.failed_init == "succeeded")
        own = runs.loc[is_clean, ["duration_s", "memory_size", "status"]]
        is_cut = own.status == "timeout"
        return cls(own[~is_cut], own[is_cut])

    @cached_property
    def sizes(self) -> dict[float, TimeFit]:
        """The fit of each memory size, in MB."""
        sizes = self.whole.memory_size.dropna().unique().tolist()
        return {
            size: fit_times(
                _seconds(self.whole, size), _seconds(self.cut, size)
            )
            for size in sorted(sizes)
        }

    @cached_property
    def cpu_bound_share(self) -> float:
        """The part that stretches with less CPU: a straight line through the sizes' medians."""
        known = [
            size for size, fit in self.sizes.items() if fit.count >= LEAST_RUNS
        ]
        slower = _slower_by(known)
        if len(np.unique(slower)) < 2:
            return 0.0
        fits = [self.sizes[size] for size in known]
        medians = np.array([fit.median.value for fit in fits])
        weights = np.sqrt([fit.count for fit in fits])
        slope, base = np.polyfit(slower, medians, 1, w=weights)
        return float(np.clip(slope / base, 0.0, 1.0)) if base > 0 else 1.0

    @cached_property
    def together(self) -> TimeFit:
        """The fit of all sizes, as with one virtual CPU or more."""
        return fit_times(self._work(self.whole), self._work(self.cut))

    def _work(self, runs: pd.DataFrame) -> Floats:
        slower = self.cpu_bound_share * _slower_by(runs.memory_size)
        return np.asarray(runs.duration_s.to_numpy() / (1 + slower), np.float64)

    def rows(self) -> list[Row]:
        """What the report says of them."""
        if self.whole.empty:
            least = float(self.cut.duration_s.max())
            row = Row("handler", "median", len(self.cut), least, least, inf)
            return [row._replace(unit="s", note=ALL_CUT)]
        rows = [
            row
            for size, fit in self.sizes.items()
            for row in of_times("handler", f"at {size:g} MB: ", fit)
        ]
        rows += self._failed_rows()
        if len(self.sizes) == 1:
            return rows
        note = "Out of the medians at several memory sizes."
        computes = Row("handler", "part that computes", len(self.whole))
        computes = computes._replace(
            estimate=self.cpu_bound_share, unit="share", note=note
        )
        at = f"at {_one_vcpu():,g} MB or more: "
        every = of_times("handler", at, self.together)
        return [*rows, *every, computes]

    def _failed_rows(self) -> list[Row]:
        """The row on runs that failed, if some succeeded: they may end sooner."""
        failed = self.whole[self.whole.status != "succeeded"]
        if failed.empty or len(failed) == len(self.whole):
            return []
        times = failed.duration_s.to_numpy()
        found = of_times("handler", "runs that failed: ", fit_times(times))
        note = "They count for the handler's time, too."
        return [found[0]._replace(note=note)]

    def duration(self, is_fitted: bool, share_among: float) -> Duration:
        """The time as a setting, of one of so many messages of a run."""
        if self.whole.empty:
            longest = float(self._work(self.cut).max()) * BEYOND
            return Constant(seconds=longest / share_among)
        if not is_fitted or not self.together.is_told:
            cut = self._work(self.cut) * BEYOND
            times = np.concatenate([self._work(self.whole), cut])
            return as_observed(times / share_among)
        found = self.together.duration
        return found.replace(
            median=found.median / share_among, p99=found.p99 / share_among
        )


def _seconds(runs: pd.DataFrame, size: float) -> Floats:
    return np.asarray(runs.duration_s[runs.memory_size == size], np.float64)


def _one_vcpu() -> float:
    """The memory size in MB with which a function has one virtual CPU."""
    return float(facts.fact("function.one_vcpu_memory").value)


def _slower_by(memory_size: Any) -> Floats:
    """How much longer than with one virtual CPU computing takes, as a share of it."""
    one_vcpu = _one_vcpu()
    size = np.asarray(memory_size, np.float64)
    size = np.where(np.isnan(size), one_vcpu, size)
    slower: Floats = np.maximum(one_vcpu / size, 1.0) - 1.0
    return slower
