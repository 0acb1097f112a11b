"""What an incident costs: lost, late, and how long until it is over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim import facts
from sim.results.run import Run
from sim.scenario.arguments import Seconds, checked

WENT_WELL = ("delivered", "filtered")


@checked
def impact(run: Run, healthy: Run, until: Seconds) -> pd.Series[Any]:
    """What an incident that ended at second `until` has cost, each event compared with itself.

    journeys: events of both runs; lost: those of which something was lost; parked: those of which
    something waits in a failure store; told: those whose caller was told of a failure; unfinished:
    those in flight at the end; late: those that took more than a second longer than in the healthy
    run, where they went well; worst_delay_s: the longest such delay; recovery_seconds: from `until`
    to the end of the last journey that was late, 0 if none was, NaN if one is still in flight. What
    also happened in the healthy run does not count.
    """
    both = run.journeys.merge(
        healthy.journeys,
        on=["traffic", "n"],
        suffixes=("", "_healthy"),
        validate="one_to_one",
    )
    delay = _delays(both)
    late = delay > facts.fact("impact.late_after").value
    unfinished = both.ended_s.isna() & both.ended_s_healthy.notna()
    counts = {
        "journeys": len(both),
        "lost": _newly(both, "lost"),
        "parked": _newly(both, "parked"),
        "told": _newly_told(both),
        "unfinished": int(unfinished.sum()),
        "late": int(late.sum()),
    }
    times = {
        "worst_delay_s": float(delay[late].max()) if late.any() else 0.0,
        "recovery_seconds": _recovery(both.ended_s[late], unfinished, until),
    }
    return pd.Series({**counts, **times}, dtype=object)


def _delays(both: pd.DataFrame) -> pd.Series[float]:
    """How much longer each journey took that went well in the healthy run; NaN for the others."""
    went_well = both.end_healthy.isin(WENT_WELL)
    return (both.end_to_end_s - both.end_to_end_s_healthy).where(went_well)


def _newly(both: pd.DataFrame, column: str) -> int:
    """The journeys of which something is counted here, and nothing in the healthy run."""
    here = both[column] > 0
    healthy = both[f"{column}_healthy"] > 0
    return int((here & ~healthy).sum())


def _newly_told(both: pd.DataFrame) -> int:
    here = both.end == "told"
    healthy = both.end_healthy == "told"
    return int((here & ~healthy).sum())


def _recovery(
    late_ends: pd.Series[float], unfinished: pd.Series[bool], until: Seconds
) -> float:
    if unfinished.any():
        return np.nan
    if late_ends.empty:
        return 0.0
    return max(0.0, float(late_ends.max()) - until)
