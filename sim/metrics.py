"""Summaries of a run, and several runs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from sim.run import Run

TOLD = ("failed", "rejected")
LOST = ("dropped", "expired")


def summary(deliveries: pd.DataFrame, attempts: pd.DataFrame, after: float = 0.0) -> pd.Series[Any]:
    """What became of the deliveries that arrived at `after` seconds or later.

    deliveries = delivered + told (the caller knows) + parked (in a failure store) + lost + filtered + in flight;
    p50_s, p95_s, p99_s: seconds from arrival to success; runs_per_delivery; throttles; duplicates: successes
    beyond the first; cold_share: part of the runs that waited for init.
    """
    mine = deliveries[deliveries.arrived_s >= after]
    runs = attempts[attempts.delivery.isin(mine.delivery) & (attempts.handler_s.notna())]
    runs = runs[~runs.outcome.astype(str).str.contains("Exceeded")]
    fate = mine.fate.astype(str)
    latency = mine.latency_s[fate == "succeeded"]
    values = {
        "deliveries": len(mine),
        "delivered": int((fate == "succeeded").sum()),
        "told": int(fate.isin(TOLD).sum()),
        "parked": int((fate == "dead-lettered").sum()),
        "lost": int(fate.isin(LOST).sum()),
        "filtered": int((fate == "filtered").sum()),
        "in_flight": int((fate == "in flight").sum()),
        **{f"p{q}_s": latency.quantile(q / 100) for q in (50, 95, 99)},
        "runs_per_delivery": mine.runs.mean(),
        "throttles": int(mine.throttles.sum()),
        "duplicates": int((mine.successes - 1).clip(lower=0).sum()),
        "cold_share": runs.cold.mean() if len(runs) else float("nan"),
    }
    return pd.Series(values, dtype=object)


def compare(runs: Mapping[str, Run], after: float = 0.0) -> pd.DataFrame:
    """The summaries of several runs side by side: one column a run, one row a number."""
    return pd.DataFrame({name: run.summary(after) for name, run in runs.items()})
