"""What a latency picture draws: the times of delivered events, by run or by trigger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.results.run import Run


@dataclass(frozen=True)
class Curve:
    """Events that belong together: in seconds the times of the delivered ones, in order."""

    times: Floats
    events: int
    in_flight: int

    @property
    def share(self) -> float:
        """The share of the events that is delivered."""
        return len(self.times) / max(self.events, 1)

    @property
    def missing(self) -> int:
        """How many events are not delivered."""
        return self.events - len(self.times)

    def quantile(self, share: float) -> float:
        """The time within which this share of the delivered events is; NaN if there are none."""
        if not len(self.times):
            return np.nan
        return float(np.quantile(self.times, share))


def curves_of_runs(runs: Mapping[str, Run]) -> dict[str, Curve]:
    """A curve a run: of the events from outside, each with all that it caused."""
    return {name: _of_journeys(run) for name, run in runs.items()}


def curves_of_triggers(run: Run) -> dict[str, Curve]:
    """A curve for each trigger that delivered something: of its deliveries alone."""
    deliveries = run.deliveries
    came = deliveries[deliveries.end != "filtered"]
    return {
        str(name): _of(part.end, part.latency_s)
        for name, part in came.groupby("trigger", sort=False)
    }


def _of_journeys(run: Run) -> Curve:
    return _of(run.journeys.end, run.journeys.end_to_end_s)


def _of(end: pd.Series[Any], seconds: pd.Series[Any]) -> Curve:
    times = seconds[end == "delivered"].to_numpy()
    in_flight = int((end == "in flight").sum())
    return Curve(np.sort(times), len(end), in_flight)
