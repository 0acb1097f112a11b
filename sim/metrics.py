"""Summaries of a run, and several runs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.tables import INIT_STAGES

if TYPE_CHECKING:
    from sim.run import Run

GROUPS = {
    "delivered": ("succeeded",),
    "told": ("failed", "rejected"),
    "parked": ("dead-lettered",),
    "lost": ("dropped", "expired"),
    "filtered": ("filtered",),
    "in_flight": ("in flight",),
}


def summary(
    deliveries: pd.DataFrame, spans: pd.DataFrame, journeys: pd.DataFrame, after: float = 0.0
) -> pd.Series[Any]:
    """What became of the deliveries that arrived at `after` seconds or later.

    deliveries = delivered + told (the caller knows) + parked (in a failure store) + lost + filtered + in_flight;
    p50_s, p95_s, p99_s: seconds from arrival to success; runs_per_delivery; throttles; duplicates: successes
    beyond the first; done_twice: those whose side effects were repeated, because the handler is not idempotent or has
    forgotten; cold_share: part of the runs that waited for init.
    journeys: events from outside; journeys_lost: those of which anything was lost on the way; end_to_end_p50_s,
    end_to_end_p99_s: seconds until everything they caused had its fate, where nothing is in flight.
    """
    mine = deliveries[deliveries.arrived_s.to_numpy() >= after]
    fates = mine.fate.value_counts()
    latency = mine.latency_s.to_numpy()[(mine.fate == "succeeded").to_numpy()]
    runs = int(mine.runs.sum())
    started = journeys[journeys.started_s.to_numpy() >= after]
    values = {
        "deliveries": len(mine),
        **{group: int(sum(fates[fate] for fate in members)) for group, members in GROUPS.items()},
        **dict(zip(("p50_s", "p95_s", "p99_s"), _quantiles(latency, 0.5, 0.95, 0.99), strict=True)),
        "runs_per_delivery": runs / len(mine) if len(mine) else np.nan,
        "throttles": int(mine.throttles.sum()),
        "duplicates": int((mine.successes - 1).clip(lower=0).sum()),
        "done_twice": int((mine.side_effects - 1).clip(lower=0).sum()),
        "cold_share": _cold_runs(spans, mine) / runs if runs else np.nan,
        "journeys": len(started),
        "journeys_lost": int((started.lost > 0).sum()),
        **dict(zip(("end_to_end_p50_s", "end_to_end_p99_s"), _quantiles(started.end_to_end_s, 0.5, 0.99), strict=True)),
    }
    return pd.Series(values, dtype=object)


def _quantiles(values: Any, *shares: float) -> list[float]:
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return np.quantile(known, shares).tolist() if len(known) else [np.nan] * len(shares)


def _cold_runs(spans: pd.DataFrame, deliveries: pd.DataFrame) -> int:
    """Runs with an init of their own; an init that was cut and repeated counts once."""
    inits = spans[spans.stage.isin(INIT_STAGES) & spans.delivery.isin(deliveries.delivery)]
    return len(set(zip(inits.delivery, inits.attempt, inits.environment, strict=True)))


def compare(runs: Mapping[str, Run], after: float = 0.0) -> pd.DataFrame:
    """The summaries of several runs side by side: one column a run, one row a number."""
    return pd.DataFrame({name: run.summary(after) for name, run in runs.items()})
