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
"""The age at which the bins begin, in seconds; each bin is longer than the one before it."""
LAST_AGES = (1, 10, 60, 600, 3600, 36_000, 86_400, 864_000, 8_640_000)
"""Where bins may end, in seconds, but for what is left free behind: changed settings keep it."""
FREE = 1.25
"""How many times that age the last bin ends."""
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


def last_age(lanes: Sequence[DrawnLane]) -> float:
    """Where the bins end, in seconds: behind the greatest age of a span in these lanes."""
    greatest = max(
        int(_ages(drawn, drawn.spans.end).max(initial=0)) for drawn in lanes
    )
    seconds = greatest / MICROSECONDS
    last = (age for age in LAST_AGES if age >= seconds)
    return FREE * next(last, seconds)


def _ages(drawn: DrawnLane, at: Integers) -> Integers:
    """By span: how old its event is at an instant, in microseconds."""
    arrived = np.array(drawn.lane.run.trace.deliveries.arrived, np.int64)
    return at - arrived[drawn.lane.deliveries][drawn.spans.place]


def _edges(to: float) -> Integers:
    """Where bins begin and the last one ends, in microseconds."""
    parts = np.arange(BINS + 1) / BINS
    edges = FROM * MICROSECONDS * (to / FROM) ** parts
    return np.rint(edges).astype(np.int64)


def events_a_row(count: int) -> int:
    """How many events of consecutive ranks share a row."""
    return max(1, -(-count // ROWS))


def age_columns(lanes: Sequence[DrawnLane], to: float) -> Columns:
    """A row a cell: the share of the events of a row that are under a mark at an age up to `to`.

    Columns: age_lane, age_row, age_bin, age_mark, age_share (0 to 255), in the order of drawing.
    """
    edges = _edges(to)
    cells = [
        np.column_stack([np.full(len(found), number), found])
        for number, drawn in enumerate(lanes)
        if drawn.is_crowd
        for found in _cells(drawn, edges)
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


def _cells(drawn: DrawnLane, edges: Integers) -> Iterator[NDArray[np.int64]]:
    """For each mark the cells of a lane that have it: row, bin, mark, share."""
    lane, spans = drawn
    each = events_a_row(len(lane.deliveries))
    row = (ranks(lane) // each)[spans.place]
    sizes = np.bincount(ranks(lane) // each, minlength=ROWS)
    first = edges.searchsorted(_ages(drawn, spans.start), "right") - 1
    last = edges.searchsorted(_ages(drawn, spans.end), "left") - 1
    first = first.clip(0, BINS - 1)
    last = np.maximum(last.clip(0, BINS - 1), first)
    for name in DRAWING_ORDER:
        chosen = spans.are(name)
        counts = _counts(row[chosen], first[chosen], last[chosen])
        rows, bins = np.nonzero(counts)
        share = -(-WHOLE * counts[rows, bins] // sizes[rows])
        mark = np.full(len(rows), MARKS.index(name))
        yield np.column_stack([rows, bins, mark, share.clip(0, WHOLE)])


def _counts(row: Integers, first: Integers, last: Integers) -> Integers:
    """By row and bin: how many of these spans lie in it."""
    shape = (ROWS, BINS + 1)
    begins = np.bincount(row * shape[1] + first, minlength=ROWS * shape[1])
    ends = np.bincount(row * shape[1] + last + 1, minlength=ROWS * shape[1])
    changes = (begins - ends).reshape(shape)
    return changes.cumsum(axis=1)[:, :BINS]
