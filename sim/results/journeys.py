"""Whole journeys: each event from outside with everything it caused, from hop to hop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results.tables import roots
from sim.trace import MESSAGE_MOVE, Child, Fate, Trace
from sim.workload.workload import Workload

FROM_BEST_TO_WORST = (
    "filtered",
    "succeeded",
    "in flight",
    "rejected",
    "failed",
    "dead-lettered",
    "expired",
    "dropped",
)
"""What a caller was told of is not lost, what is parked nobody was told of."""
RANK = np.array([FROM_BEST_TO_WORST.index(fate.label) for fate in Fate])
LOST = (Fate.EXPIRED, Fate.DROPPED)


def journeys(
    workload: Workload, trace: Trace, deliveries: pd.DataFrame
) -> pd.DataFrame:
    """One row an event from outside: what became of it and of all the events it caused.

    Columns: event, traffic, n, key, started_s, ended_s (when the last of its deliveries had its
    fate; NaN if one is still in flight), end_to_end_s, hops (deliveries on its longest chain),
    deliveries, fate (the worst at any end of it), lost, parked (how many ends). A delivery that
    goes on as another event, as from a dead-letter queue to its consumer, is no end.
    """
    count = len(workload.time)
    event = deliveries.event.to_numpy()
    root = roots(workload, trace)[event]
    _, place = np.unique(event, return_index=True)
    first = deliveries.iloc[place[:count]]
    started = first.arrived_s.to_numpy()
    settled = deliveries.settled_s.fillna(np.inf).to_numpy()
    ended = _most(root, settled, count)
    ended[np.isinf(ended)] = np.nan
    goes_on = _goes_on(trace)
    fate = deliveries.fate.cat.codes.to_numpy()
    worst = _most(root, np.where(goes_on, 0, RANK[fate]), count)
    is_undone = (fate == Fate.SUCCEEDED) & ~deliveries.work_done.to_numpy()
    is_lost = np.isin(fate, LOST) | is_undone
    is_parked = (fate == Fate.DEAD_LETTERED) & ~goes_on
    columns = {
        **{
            name: first[name].to_numpy()
            for name in ("event", "traffic", "n", "key")
        },
        "started_s": started,
        "ended_s": ended,
        "end_to_end_s": ended - started,
        "hops": _most(root, _hops(workload, trace)[event], count),
        "deliveries": np.bincount(root, minlength=count),
        "fate": pd.Categorical.from_codes(
            worst, pd.Index(FROM_BEST_TO_WORST), ordered=True
        ),
        "lost": np.bincount(root[is_lost], minlength=count),
        "parked": np.bincount(root[is_parked], minlength=count),
    }
    return pd.DataFrame(columns)


def _most(
    journey: NDArray[np.int64], values: NDArray[Any], count: int
) -> NDArray[Any]:
    """The largest of the values of each journey."""
    most = np.zeros(count, values.dtype)
    np.maximum.at(most, journey, values)
    return most


def _goes_on(trace: Trace) -> NDArray[np.bool_]:
    """By delivery: whether a failure store has kept it, and it goes on as another event."""
    goes_on = np.zeros(len(trace.deliveries), bool)
    for child in trace.children:
        if _is_from_store(child, trace):
            goes_on[child.delivery] = True
    return goes_on


def _is_from_store(child: Child, trace: Trace) -> bool:
    """Whether the event is what a failure store has kept, on its way again."""
    stores = trace.stores.get(child.delivery, ())
    return child.edge == MESSAGE_MOVE or child.target in stores


def _hops(workload: Workload, trace: Trace) -> NDArray[np.int64]:
    """By event: how many events its chain has up to it."""
    hops = [1] * len(workload.time)
    for child in trace.children:
        hops.append(hops[child.parent] + 1)
    return np.array(hops, np.int64)
