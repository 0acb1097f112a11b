"""The ages of more events than rows can hold: each row stands for many, and says how many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.show.stage.drawn_lane import DrawnLane
from sim.show.stage.lane_columns import Columns, ranks
from sim.show.stage.spans import MARKS
from sim.trace import MICROSECONDS

ROWS = 60
BINS = 160
FROM = 0.01
TO = 86_400.0
"""The ages between which the bins lie, in seconds; each bin is longer than the one before it."""
WHOLE = 255
"""The share of all events of a row."""
DRAWING_ORDER = (
    "source",
    "queue",
    "wait",
    "extension",
    "init",
    "success",
    "running",
    "not reached",
    "throttle",
    "system error",
    "failure",
    "timeout",
)
"""Marks from the plainest to the one that nothing may cover."""


def _edges() -> Integers:
    """Where bins begin and the last one ends, in microseconds."""
    parts = np.arange(BINS + 1) / BINS
    edges = FROM * MICROSECONDS * (TO / FROM) ** parts
    return np.rint(edges).astype(np.int64)


EDGES = _edges()


def events_a_row(count: int) -> int:
    """How many events of consecutive ranks share a row."""
    return max(1, -(-count // ROWS))


def age_columns(lanes: Sequence[DrawnLane]) -> Columns:
    """A row a cell: the share of the events of a row that are under a mark at an age.

    Columns: age_lane, age_row, age_bin, age_mark, age_share (0 to 255), in the order of drawing.
    """
    cells = [
        np.column_stack([np.full(len(found), number), found])
        for number, drawn in enumerate(lanes)
        if drawn.is_crowd
        for found in _cells(drawn)
    ]
    table = np.concatenate(cells)
    kinds = {
        "age_lane": np.uint8,
        "age_row": np.uint16,
        "age_bin": np.uint16,
        "age_mark": np.uint8,
        "age_share": np.uint8,
    }
    return {
        name: table[:, place].astype(kind)
        for place, (name, kind) in enumerate(kinds.items())
    }


def _cells(drawn: DrawnLane) -> Iterator[NDArray[np.int64]]:
    """For each mark the cells of a lane that have it: row, bin, mark, share."""
    lane, spans = drawn
    each = events_a_row(len(lane.deliveries))
    row = (ranks(lane) // each)[spans.place]
    sizes = np.bincount(ranks(lane) // each, minlength=ROWS)
    arrived = np.array(lane.run.trace.deliveries.arrived, np.int64)
    since = arrived[lane.deliveries][spans.place]
    first = _bin(spans.start - since, "right")
    last = np.maximum(_bin(spans.end - since, "left"), first)
    for name in DRAWING_ORDER:
        chosen = spans.are(name)
        counts = _counts(row[chosen], first[chosen], last[chosen])
        rows, bins = np.nonzero(counts)
        share = -(-WHOLE * counts[rows, bins] // sizes[rows])
        mark = np.full(len(rows), MARKS.index(name))
        yield np.column_stack([rows, bins, mark, share.clip(0, WHOLE)])


def _bin(age: Integers, side: str) -> Integers:
    found = np.searchsorted(EDGES, age, "left" if side == "left" else "right")
    return (found - 1).clip(0, BINS - 1)


def _counts(row: Integers, first: Integers, last: Integers) -> Integers:
    """By row and bin: how many of these spans lie in it."""
    shape = (ROWS, BINS + 1)
    begins = np.bincount(row * shape[1] + first, minlength=ROWS * shape[1])
    ends = np.bincount(row * shape[1] + last + 1, minlength=ROWS * shape[1])
    changes = (begins - ends).reshape(shape)
    return changes.cumsum(axis=1)[:, :BINS]
