"""The numbers that sum a run up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Integers
from sim.results.ends import End

QUANTILES = {"p50_s": 0.5, "p95_s": 0.95, "p99_s": 0.99}
WORDS = (
    End.DELIVERED,
    End.TOLD,
    End.PARKED,
    End.LOST,
    End.GIVEN_UP,
    End.FILTERED,
    End.IN_FLIGHT,
)
"""The ends in the order of a summary, which counts each under its name."""


def summary(
    journeys: pd.DataFrame, deliveries: pd.DataFrame, cold_runs: Integers
) -> pd.Series[Any]:
    """What became of these journeys, and what their deliveries took.

    journeys = delivered (all of it) + told (the caller knows) + parked (in a failure store) + lost
    + given_up (the work was done, then AWS gave it up with its batch) + filtered + in_flight, by
    the worst branch; told_done, parked_done: of these, those whose work was done all the same;
    unfinished: those of which anything is in flight; p50_s, p95_s, p99_s: seconds from arrival to
    the last consequence, of the delivered; end_to_end_p50_s, end_to_end_p99_s: the same of all that
    are over. Then of the deliveries, that is of each hop, what `effort` says; and, where there are
    state machines, how many of them have failed and were `caught`.
    """
    ends = {"end_to_end_p50_s": 0.5, "end_to_end_p99_s": 0.99}
    values = {
        "journeys": len(journeys),
        **outcome(journeys, journeys.end_to_end_s),
        "unfinished": int(np.isnan(journeys.ended_s.to_numpy()).sum()),
        **_quantiles(journeys.end_to_end_s, ends),
        **effort(deliveries, cold_runs),
    }
    return pd.Series(values, dtype=object)


def function_summary(
    deliveries: pd.DataFrame, cold_runs: Integers
) -> pd.Series[Any]:
    """What became of the deliveries to one function: one hop, whatever followed from it.

    deliveries = delivered + told + parked + lost + given_up + filtered + in_flight; p50_s, p95_s,
    p99_s: seconds from arrival to success; the rest as `effort` says.
    """
    is_done = deliveries.side_effects.to_numpy() > 0
    values = {
        **outcome(deliveries.assign(done=is_done), deliveries.latency_s),
        **effort(deliveries, cold_runs),
    }
    return pd.Series(values, dtype=object)


def outcome(table: pd.DataFrame, seconds: pd.Series[float]) -> dict[str, float]:
    """How journeys or deliveries ended, and how long the delivered took; columns: end, done."""
    end = table.end.cat.codes.to_numpy()
    is_done = table.done.to_numpy()
    counts = np.bincount(end, minlength=len(End)).tolist()
    return {
        **{word.label.replace(" ", "_"): counts[word] for word in WORDS},
        "told_done": int((is_done & (end == End.TOLD)).sum()),
        "parked_done": int((is_done & (end == End.PARKED)).sum()),
        **_quantiles(seconds.to_numpy()[end == End.DELIVERED], QUANTILES),
    }


def effort(deliveries: pd.DataFrame, cold_runs: Integers) -> dict[str, float]:
    """What deliveries took.

    deliveries; runs_per_delivery; throttles; duplicates: successes beyond the first; done_twice:
    those whose side effects were repeated, because the handler is not idempotent or has forgotten;
    cold_share: part of the runs that waited for init. `cold_runs`: how many, by delivery.
    """
    count = len(deliveries)
    runs = int(deliveries.runs.to_numpy().sum())
    repeated = (deliveries.successes.to_numpy() - 1).clip(0)
    repeated_effects = (deliveries.side_effects.to_numpy() - 1).clip(0)
    cold = int(cold_runs[deliveries.delivery.to_numpy()].sum())
    return {
        "deliveries": count,
        "runs_per_delivery": runs / count if count else np.nan,
        "throttles": int(deliveries.throttles.to_numpy().sum()),
        "duplicates": int(repeated.sum()),
        "done_twice": int(repeated_effects.sum()),
        "cold_share": cold / runs if runs else np.nan,
    }


def _quantiles(values: Any, shares: dict[str, float]) -> dict[str, float]:
    """Quantiles of the values that are known, by name; NaN if there are none."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if not len(known):
        return dict.fromkeys(shares, np.nan)
    quantiles = np.quantile(known, list(shares.values())).tolist()
    return dict(zip(shares, quantiles, strict=True))


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
