"""A function's behaviour out of its runs, and the rows that say how well it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from sim.calibration.fits import (
    Estimate,
    as_observed,
    fit_times,
    share_of,
)
from sim.calibration.handler_times import HandlerTimes
from sim.calibration.reports import Row, of_estimate, of_times
from sim.scenario.behaviour import Behaviour

Fit = Literal["log-normal", "as observed"]


@dataclass
class FittedBehaviour:
    """What a function's runs say of how it works.

    `own_inits`: inits and restores with lines of their own. `errors_beside`: the share of errors by
    metrics, where lines are silent.
    """

    runs: pd.DataFrame
    own_inits: pd.DataFrame
    fit: Fit = "log-normal"
    messages_per_run: float | None = None
    errors_beside: float = 0.0
    told: dict[str, Any] = field(default_factory=dict)

    def fitted(self) -> tuple[Behaviour, list[Row]]:
        """The behaviour, and the rows on it."""
        rows = [
            *self._handler(),
            *self._errors(),
            *self._before_handler("init"),
            *self._before_handler("restore"),
        ]
        return Behaviour(**self.told), rows

    def _handler(self) -> Iterator[Row]:
        times = HandlerTimes.of(self.runs)
        if times.whole.empty:
            note = (
                "No run came to its end: the handler's time is the usual one."
            )
            yield Row("handler", "median", note=note)
            return
        is_fitted = self.fit == "log-normal"
        per_run = self.messages_per_run
        self.told["handler"] = times.duration(is_fitted, per_run or 1.0)
        self.told["cpu_bound_share"] = times.cpu_bound_share
        if per_run is None:
            self.told["batch_processing"] = "fixed time"
        yield from times.rows()

    def _errors(self) -> Iterator[Row]:
        status = self.runs.status
        crashed = int((status == "crashed").sum())
        failed = crashed + int((status == "failed").sum())
        total = len(self.runs)
        share = share_of(failed, total)
        if failed:
            self.told["crash_share"] = crashed / failed
        elif self.errors_beside:
            share = Estimate(self.errors_beside)
        if total or self.errors_beside:
            self.told["error_rate"] = share.value
        timeouts = share_of(int((status == "timeout").sum()), total)
        yield of_estimate("errors", "error share", total, share, "share")
        yield of_estimate("errors", "timeout share", total, timeouts, "share")

    def _before_handler(self, kind: str) -> Iterator[Row]:
        """The setting of an init, or of a restore, and its rows."""
        own = self.own_inits[self.own_inits.kind == kind]
        is_whole = own.status == "succeeded"
        times = self.runs[f"{kind}_s"].dropna().to_numpy()
        if not len(times):
            times = own.duration_s[is_whole].to_numpy()
        failed = int((~is_whole).sum())
        if kind == "init" and failed:
            total = failed + len(times)
            share = share_of(failed, total)
            self.told["init_error_rate"] = share.value
            yield of_estimate(kind, "error share", total, share, "share")
        if len(times):
            found = fit_times(times)
            is_fitted = self.fit == "log-normal"
            self.told[kind] = (
                found.duration if is_fitted else as_observed(times)
            )
            yield from of_times(kind, "", found)
        elif kind == "init":
            note = "No cold start in the log: init is that measured for the runtime."
            yield Row(kind, "median", note=note)
