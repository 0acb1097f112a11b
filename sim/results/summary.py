"""The numbers that sum a run up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.results.tables import INIT_STAGES

GROUPS = {
    "delivered": ("succeeded",),
    "told": ("failed", "rejected"),
    "parked": ("dead-lettered",),
    "lost": ("dropped", "expired"),
    "filtered": ("filtered",),
    "in_flight": ("in flight",),
}


def summary(
    deliveries: pd.DataFrame,
    spans: pd.DataFrame,
    journeys: pd.DataFrame,
    after: float = 0.0,
) -> pd.Series[Any]:
    """What became of the deliveries that arrived at `after` seconds or later.

    deliveries = delivered + told (the caller knows) + parked (in a failure store) + lost + filtered
    + in_flight; p50_s, p95_s, p99_s: seconds from arrival to success; runs_per_delivery; throttles;
    duplicates: successes beyond the first; done_twice: those whose side effects were repeated,
    because the handler is not idempotent or has forgotten; cold_share: part of the runs that waited
    for init. journeys: events from outside; journeys_lost: those of which anything was lost on the
    way; end_to_end_p50_s, end_to_end_p99_s: seconds until everything they caused had its fate,
    where nothing is in flight.
    """
    if after > 0:
        deliveries, journeys = (
            deliveries[deliveries.arrived_s >= after],
            journeys[journeys.started_s >= after],
        )
        spans = spans[spans.delivery.isin(deliveries.delivery)]
    runs = deliveries.runs.to_numpy()
    ends = ("end_to_end_p50_s", "end_to_end_p99_s")
    values = {
        **outcomes(deliveries),
        "cold_share": float(_cold_runs(spans) / runs.sum()) if runs.any() else np.nan,
        "journeys": len(journeys),
        "journeys_lost": int((journeys.lost.to_numpy() > 0).sum()),
        **dict(zip(ends, _quantiles(journeys.end_to_end_s, 0.5, 0.99), strict=True)),
    }
    return pd.Series(values, dtype=object)


def outcomes(deliveries: pd.DataFrame) -> dict[str, float]:
    """The part of a summary that deliveries alone tell, from `deliveries` to `done_twice`."""
    count, fate = len(deliveries), deliveries.fate.cat
    fates = dict(
        zip(
            fate.categories,
            np.bincount(fate.codes, minlength=len(fate.categories)),
            strict=True,
        )
    )
    latency = deliveries.latency_s.to_numpy()[
        (deliveries.fate == "succeeded").to_numpy()
    ]
    runs, throttles, successes, side_effects = (
        deliveries[name].to_numpy()
        for name in ("runs", "throttles", "successes", "side_effects")
    )
    return {
        "deliveries": count,
        **{
            group: int(sum(fates[fate] for fate in members))
            for group, members in GROUPS.items()
        },
        **dict(
            zip(
                ("p50_s", "p95_s", "p99_s"),
                _quantiles(latency, 0.5, 0.95, 0.99),
                strict=True,
            )
        ),
        "runs_per_delivery": float(runs.sum() / count) if count else np.nan,
        "throttles": int(throttles.sum()),
        "duplicates": int((successes - 1).clip(0).sum()),
        "done_twice": int((side_effects - 1).clip(0).sum()),
    }


def _quantiles(values: Any, *shares: float) -> list[float]:
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return np.quantile(known, shares).tolist() if len(known) else [np.nan] * len(shares)


def _cold_runs(spans: pd.DataFrame) -> int:
    """Runs with an init of their own; an init that was cut and repeated counts once."""
    inits = spans.loc[
        spans.stage.isin(INIT_STAGES), ["delivery", "attempt", "environment"]
    ]
    return len(set(zip(inits.delivery, inits.attempt, inits.environment, strict=True)))


def overtaken(deliveries: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """The deliveries whose handler first succeeded after it had for a later one with the same key."""
    succeeded = spans[(spans.stage == "handler") & (spans.outcome == "succeeded")]
    done = deliveries.delivery.map(succeeded.groupby("delivery").end_s.min())
    latest_first = deliveries.assign(done_s=done).sort_values(
        "arrived_s", ascending=False, kind="stable"
    )
    earliest = latest_first.groupby(["trigger", "function", "key"]).done_s.cummin()
    return deliveries[done > earliest.reindex(done.index)]
