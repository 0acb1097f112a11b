"""A function's behaviour out of its runs, and the rows that say how well it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf, isnan
from typing import Any, Literal

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.calibration.fits import (
    Estimate,
    as_observed,
    fit_times,
    share_of,
)
from sim.calibration.handler_times import HandlerTimes
from sim.calibration.reports import Row, of_estimate, of_times
from sim.scenario.behaviour import Behaviour
from sim.scenario.durations import Constant

Fit = Literal["log-normal", "as observed"]
NO_FAILURE = (
    "No line tells of an error. Some runtimes write none: give the metrics Invocations and Errors, "
    "too."
)
ALL_CUT = "Every init was cut at its limit: it takes longer than that."


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
        if times.whole.empty and times.cut.empty:
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
        """The shares of errors, among runs that a timeout did not cut, and of timeouts."""
        is_failed = self.runs.failed_init.isin(["failed", "crashed"])
        status = self.runs.status[~is_failed]
        cut = int((status == "timeout").sum())
        crashed = int((status == "crashed").sum())
        failed = crashed + int((status == "failed").sum())
        share, note = share_of(failed, len(status) - cut), ""
        timeouts = share_of(cut, len(status))
        if failed:
            self.told["crash_share"] = crashed / failed
        elif self.errors_beside:
            known = self.errors_beside - (timeouts.value if cut else 0.0)
            share, note = Estimate(max(known, 0.0)), "By the metrics."
        elif len(status):
            note = NO_FAILURE
        if not isnan(share.value):
            self.told["error_rate"] = share.value
        whole = len(status) - cut
        yield of_estimate("errors", "error share", whole, share, "share", note)
        yield of_estimate(
            "errors", "timeout share", len(status), timeouts, "share"
        )

    def _before_handler(self, kind: str) -> Iterator[Row]:
        """The setting of an init, or of a restore, and its rows."""
        own = self.own_inits[self.own_inits.kind == kind]
        own = own[own.phase != "invoke"]  # one that runs again, inside a run
        times = self._times_before(kind, own)
        cut = own.duration_s[own.status == "timeout"].to_numpy()
        failed = int(own.status.isin(["failed", "crashed"]).sum())
        if kind == "init" and failed:
            total = failed + len(times) + len(cut)
            share = share_of(failed, total)
            self.told["init_error_rate"] = share.value
            yield of_estimate(kind, "error share", total, share, "share")
        if len(times):
            found = fit_times(times, cut)
            is_fitted = self.fit == "log-normal" and found.is_told
            self.told[kind] = (
                found.duration
                if is_fitted
                else as_observed(np.append(times, cut))
            )
            yield from of_times(kind, "", found)
        elif len(cut):
            self.told[kind] = Constant(seconds=float(cut.max()))
            least = Estimate(float(cut.max()), float(cut.max()), inf)
            yield of_estimate(kind, "median", len(cut), least, "s", ALL_CUT)
        elif kind == "init":
            note = "No cold start in the log: init is that measured for the runtime."
            yield Row(kind, "median", note=note)

    def _times_before(self, kind: str, own: pd.DataFrame) -> Floats:
        """How long they took, as reports of runs tell it, or else lines of their own."""
        times = self.runs[f"{kind}_s"].dropna()
        if kind == "init":
            times = pd.concat([times, self.runs.init_ahead_s.dropna()])
        if times.empty:
            times = own.duration_s[own.status == "succeeded"]
        return times.to_numpy(np.float64)
