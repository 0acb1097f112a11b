"""Whole journeys: each event from outside with everything it caused, from hop to hop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results import tables
from sim.trace import MESSAGE_MOVE, Child, Fate, Trace
from sim.workload.workload import Workload

WORST = (
    "filtered",
    "succeeded",
    "in flight",
    "rejected",
    "failed",
    "dead-lettered",
    "expired",
    "dropped",
)
"""Fates from best to worst: what a caller was told of is not lost, what is parked nobody was told of."""
RANK = np.array([WORST.index(fate.label) for fate in Fate])
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
    event, fate = deliveries.event.to_numpy(), deliveries.fate.cat.codes.to_numpy()
    root, count = tables.workload_events(workload, trace)[event], len(workload.time)
    taken_up = np.zeros(len(deliveries), bool)
    taken_up[
        [child.delivery for child in trace.children if _is_taken_up(child, trace)]
    ] = True
    first = np.unique(event, return_index=True)[1][:count]
    started, settled = (
        deliveries.arrived_s.to_numpy()[first],
        deliveries.settled_s.to_numpy(),
    )
    ended = _most(root, np.where(np.isnan(settled), np.inf, settled), count)
    ended[np.isinf(ended)] = np.nan
    return pd.DataFrame(
        {
            **{
                name: deliveries[name].to_numpy()[first]
                for name in ("event", "traffic", "n", "key")
            },
            "started_s": started,
            "ended_s": ended,
            "end_to_end_s": ended - started,
            "hops": _most(root, _hops(workload, trace)[event], count),
            "deliveries": np.bincount(root, minlength=count),
            "fate": pd.Categorical.from_codes(
                _most(root, np.where(taken_up, 0, RANK[fate]), count),
                pd.Index(WORST),
                ordered=True,
            ),
            "lost": np.bincount(root[np.isin(fate, LOST)], minlength=count),
            "parked": np.bincount(
                root[(fate == Fate.DEAD_LETTERED) & ~taken_up], minlength=count
            ),
        }
    )


def _most(of: NDArray[np.int64], values: NDArray[Any], count: int) -> NDArray[Any]:
    """The largest of the values of each journey."""
    most = np.zeros(count, values.dtype)
    np.maximum.at(most, of, values)
    return most


def _is_taken_up(child: Child, trace: Trace) -> bool:
    """Whether the event is what a failure store has kept, on its way again."""
    return child.edge == MESSAGE_MOVE or child.target in trace.stores.get(
        child.delivery, ()
    )


def _hops(workload: Workload, trace: Trace) -> NDArray[np.int64]:
    """By event: how many events its chain has up to it."""
    hops = [1] * len(workload.time)
    for child in trace.children:
        hops.append(hops[child.parent] + 1)
    return np.array(hops, np.int64)
