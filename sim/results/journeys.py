"""Whole journeys: each event from outside with everything it caused, from hop to hop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Booleans, Floats, Integers
from sim.results.delivery_numbers import DeliveryNumbers
from sim.results.ends import End, categorical
from sim.results.tables import parents, roots
from sim.trace import MESSAGE_MOVE, MICROSECONDS, Child, Fate, Trace
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
ORIGIN = ("event", "traffic", "n", "key")
NOT_YET = np.iinfo(np.int64).max


@dataclass(frozen=True)
class JourneyNumbers:
    """By event from outside: its journey, as numbers; times in microseconds."""

    started: Integers
    ended: Integers  # `NOT_YET`: something of it is in flight
    end: Integers  # the worst `End` of its branches
    is_done: Booleans
    root: Integers  # by delivery: its journey
    goes_on: Booleans  # by delivery: another one is the end of its branch
    branch_end: (
        Integers  # by delivery: an `End`, filtered where its branch goes on
    )

    @property
    def is_over(self) -> Booleans:
        """Whether nothing of it is in flight."""
        return self.ended < NOT_YET

    @property
    def end_to_end_s(self) -> Floats:
        """Seconds from its start to its last consequence; NaN where it is not over."""
        seconds = (self.ended - self.started) / MICROSECONDS
        return np.where(self.is_over, seconds, np.nan)

    def branches(self, end: End) -> Integers:
        """How many of its branches have this end."""
        mine = self.root[self.branch_end == end]
        return np.bincount(mine, minlength=len(self.started))


def journey_numbers(
    workload: Workload,
    trace: Trace,
    deliveries: DeliveryNumbers,
    called: Collection[str] = (),
) -> JourneyNumbers:
    """What became of each event from outside, and of all the events it caused.

    Each of its deliveries, and of those of the events that it caused, is a branch: a topic's or a
    bus's copy, what a handler sends on, a record at a destination that a function consumes. What a
    failure store has kept and hands on, to a consumer of its own or back to its source, goes on as
    that branch. A failure that a handler waited for is that handler's to raise or to ignore, and no
    end of its own; `called`: the triggers that handlers call and wait for. A journey succeeds when
    all branches have, else it has its worst branch's end.
    """
    count = len(workload.time)
    event = deliveries.columns["event"]
    root = roots(workload, trace)[event]
    goes_on = _goes_on(trace)
    if called:
        goes_on |= _was_heard(workload, trace, deliveries, called)
    end = np.where(goes_on, End.FILTERED, deliveries.end)
    end[list(trace.failed_after)] = End.TOLD
    is_undone = (end != End.FILTERED) & ~deliveries.work_done
    first = first_deliveries(event)[:count]
    return JourneyNumbers(
        started=deliveries.columns["arrived"][first],
        ended=_most(root, _last_consequences(deliveries), count),
        end=_most(root, end, count),
        is_done=np.bincount(root[is_undone], minlength=count) == 0,
        root=root,
        goes_on=goes_on,
        branch_end=end,
    )


def first_deliveries(event: Integers) -> Integers:
    """By event: the place of its first delivery."""
    _, place = np.unique(event, return_index=True)
    return place


def journeys(
    workload: Workload,
    trace: Trace,
    deliveries: pd.DataFrame,
    found: JourneyNumbers,
) -> pd.DataFrame:
    """One row an event from outside: its journey, as `journey_numbers` says.

    Columns: event, traffic, n, key, started_s, ended_s (its last consequence: when the last of its
    deliveries had its fate, or its caller was told; NaN if one is still in flight), end_to_end_s,
    hops (deliveries on its longest chain), deliveries, fate (the worst of its branches, AWS's
    view), end (the worst, with what was done of the work: `sim.results.ends.End`), done (whether
    the work of all branches was done, whatever became of them), lost, parked (how many branches).
    """
    count = len(workload.time)
    event = deliveries.event.to_numpy()
    first = first_deliveries(event)[:count]
    root = found.root
    rank = np.where(found.goes_on, 0, RANK[deliveries.fate.cat.codes])
    rank[list(trace.failed_after)] = RANK[Fate.FAILED]
    ended_s = found.ended / MICROSECONDS
    columns = {
        **{name: deliveries[name].to_numpy()[first] for name in ORIGIN},
        "started_s": found.started / MICROSECONDS,
        "ended_s": np.where(found.is_over, ended_s, np.nan),
        "end_to_end_s": found.end_to_end_s,
        "hops": _most(root, _hops(workload, trace)[event], count),
        "deliveries": np.bincount(root, minlength=count),
        "fate": pd.Categorical.from_codes(
            _most(root, rank, count),
            pd.Index(FROM_BEST_TO_WORST),
            ordered=True,
        ),
        "end": categorical(found.end),
        "done": found.is_done.copy(),
        "lost": found.branches(End.LOST),
        "parked": found.branches(End.PARKED),
    }
    return pd.DataFrame(columns, copy=False)


def _last_consequences(deliveries: DeliveryNumbers) -> Integers:
    """By delivery: when it had its fate, or its caller was told after that; in microseconds."""
    settled = deliveries.columns["settled"]
    told = deliveries.columns["told_at"]
    return np.where(settled < 0, NOT_YET, np.maximum(settled, told))


def _most(
    journey: NDArray[np.int64], values: NDArray[Any], count: int
) -> NDArray[Any]:
    """The largest of the values of each journey."""
    most = np.zeros(count, values.dtype)
    np.maximum.at(most, journey, values)
    return most


def _goes_on(trace: Trace) -> Booleans:
    """By delivery: whether it goes on as another event, or its execution has without it.

    A failure store has kept it, a task has caught it, or another branch had failed before.
    """
    goes_on = np.zeros(len(trace.deliveries), bool)
    goes_on[list(trace.caught | trace.stopped)] = True
    if not trace.stores:
        return goes_on
    for child in trace.children:
        if _is_from_store(child, trace):
            goes_on[child.delivery] = True
    return goes_on


def _was_heard(
    workload: Workload,
    trace: Trace,
    deliveries: DeliveryNumbers,
    called: Collection[str],
) -> Booleans:
    """By delivery: whether it is a call that failed, of a handler that waited for it."""
    is_call = [child.target in called for child in trace.children]
    by_event = np.r_[np.zeros(len(workload.time), bool), is_call]
    is_told = deliveries.end == End.TOLD
    is_heard = by_event.astype(bool)[deliveries.columns["event"]]
    return np.asarray(is_told & is_heard)


def _is_from_store(child: Child, trace: Trace) -> bool:
    """Whether the event is what a failure store has kept, on its way again."""
    stores = trace.stores.get(child.delivery, ())
    return child.edge == MESSAGE_MOVE or child.target in stores


def _hops(workload: Workload, trace: Trace) -> Integers:
    """By event: how many events its chain has up to it."""
    ancestor = parents(workload, trace)
    hops = np.ones(len(ancestor), np.int64)
    is_child = ancestor >= 0
    while is_child.any():
        hops[is_child] += hops[ancestor[is_child]]
        ancestor[is_child] = ancestor[ancestor[is_child]]
        is_child = ancestor >= 0
    return hops
