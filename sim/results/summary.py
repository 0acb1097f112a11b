"""The numbers that sum a run up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.results.tables import INIT_STAGES

FATES = {
    "delivered": ("succeeded",),
    "told": ("failed", "rejected"),
    "parked": ("dead-lettered",),
    "lost": ("dropped", "expired"),
    "filtered": ("filtered",),
    "in_flight": ("in flight",),
}
"""The words of a summary, and the fates of work that each counts."""


def summary(
    deliveries: pd.DataFrame,
    spans: pd.DataFrame,
    journeys: pd.DataFrame,
    after: float = 0.0,
) -> pd.Series[Any]:
    """What became of the deliveries that arrived at `after` seconds or later.

    deliveries = delivered + told (the caller knows) + parked (in a failure store) + lost + filtered
    + in_flight; lost counts also what AWS takes for a success, because the function returned
    normally, though the work was never done. p50_s, p95_s, p99_s: seconds from arrival to success;
    runs_per_delivery; throttles; duplicates: successes beyond the first; done_twice: those whose
    side effects were repeated, because the handler is not idempotent or has forgotten; cold_share:
    part of the runs that waited for init. journeys: events from outside; journeys_lost: those of
    which anything was lost on the way; end_to_end_p50_s, end_to_end_p99_s: seconds until everything
    they caused had its fate, where nothing is in flight.
    """
    if after > 0:
        deliveries = deliveries[deliveries.arrived_s >= after]
        spans = spans[spans.delivery.isin(deliveries.delivery)]
        journeys = journeys[journeys.started_s >= after]
    runs = deliveries.runs.sum()
    ends = {"end_to_end_p50_s": 0.5, "end_to_end_p99_s": 0.99}
    values = {
        **delivery_summary(deliveries),
        "cold_share": float(_cold_runs(spans) / runs) if runs else np.nan,
        "journeys": len(journeys),
        "journeys_lost": int((journeys.lost.to_numpy() > 0).sum()),
        **_quantiles(journeys.end_to_end_s, ends),
    }
    return pd.Series(values, dtype=object)


def delivery_summary(deliveries: pd.DataFrame) -> dict[str, float]:
    """The part of a summary that deliveries alone tell, from `deliveries` to `done_twice`."""
    count = len(deliveries)
    runs = deliveries.runs.to_numpy()
    repeated = (deliveries.successes.to_numpy() - 1).clip(0)
    repeated_effects = (deliveries.side_effects.to_numpy() - 1).clip(0)
    return {
        "deliveries": count,
        **_counts(deliveries),
        **_latencies(deliveries),
        "runs_per_delivery": float(runs.sum() / count) if count else np.nan,
        "throttles": int(deliveries.throttles.to_numpy().sum()),
        "duplicates": int(repeated.sum()),
        "done_twice": int(repeated_effects.sum()),
    }


def _counts(deliveries: pd.DataFrame) -> dict[str, int]:
    """How many deliveries have which fate, by the words of a summary."""
    fate = fates_of_work(deliveries).cat
    counts = np.bincount(fate.codes, minlength=len(fate.categories))
    of_fate = dict(zip(fate.categories, counts.tolist(), strict=True))
    return {
        word: sum(of_fate[name] for name in names)
        for word, names in FATES.items()
    }


def fates_of_work(deliveries: pd.DataFrame) -> pd.Series[Any]:
    """By delivery: its fate, but `dropped` where AWS takes for a success what was never done."""
    fates = deliveries.fate
    is_undone = (fates == "succeeded") & ~deliveries.work_done
    return fates.mask(is_undone, "dropped") if is_undone.any() else fates


def _latencies(deliveries: pd.DataFrame) -> dict[str, float]:
    succeeded = (fates_of_work(deliveries) == "succeeded").to_numpy()
    latency = deliveries.latency_s.to_numpy()[succeeded]
    return _quantiles(latency, {"p50_s": 0.5, "p95_s": 0.95, "p99_s": 0.99})


def _quantiles(values: Any, shares: dict[str, float]) -> dict[str, float]:
    """Quantiles of the values that are known, by name; NaN if there are none."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if not len(known):
        return dict.fromkeys(shares, np.nan)
    quantiles = np.quantile(known, list(shares.values())).tolist()
    return dict(zip(shares, quantiles, strict=True))


def _cold_runs(spans: pd.DataFrame) -> int:
    """Runs with an init of their own; an init that was cut and repeated counts once."""
    inits = spans[spans.stage.isin(INIT_STAGES)]
    return len(inits.drop_duplicates(["delivery", "attempt", "environment"]))


def overtaken(deliveries: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """The deliveries whose handler first succeeded after it had for a later one with the same key.

    Columns: those of `deliveries`.
    """
    succeeded = spans[
        (spans.stage == "handler") & (spans.outcome == "succeeded")
    ]
    first_success = succeeded.groupby("delivery").end_s.min()
    done = deliveries.delivery.map(first_success)
    latest_first = deliveries.assign(done_s=done).sort_values(
        "arrived_s", ascending=False, kind="stable"
    )
    earliest = latest_first.groupby(
        ["trigger", "function", "key"]
    ).done_s.cummin()
    return deliveries[done > earliest.reindex(done.index)]
