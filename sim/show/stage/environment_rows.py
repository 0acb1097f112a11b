"""Rows for execution environments: one whose life is over leaves its row to a later one."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.results.groups import groups
from sim.show.stage.spans import Spans

NO_ENVIRONMENT = -1


def environment_stays(spans: Spans, lane: Integers) -> Integers:
    """By span: the number of its environment's stay in a lane, -1 without an environment.

    An environment that works for another lane in between comes back as another one. `lane`: by
    span, the number of its lane.
    """
    stays = np.full(len(spans.start), NO_ENVIRONMENT, np.int64)
    placed = np.flatnonzero(spans.environment >= 0)
    keys = (spans.start, spans.environment, spans.resource)
    order = placed[np.lexsort([key[placed] for key in keys])]
    parts = (spans.resource, spans.environment, lane)
    is_new = np.zeros(len(order), bool)
    for part in parts:
        is_new[1:] |= part[order[1:]] != part[order[:-1]]
    stays[order] = np.cumsum(is_new)
    return stays


def environment_rows(
    resource: NDArray[Any],
    environment: NDArray[Any],
    start: Integers,
    end: Integers,
) -> Integers:
    """By span: the row of its execution environment, -1 if it has none.

    An environment's life goes from the start of its first span to the end of its last one. Those of
    different functions never share a row.
    """
    rows = np.full(len(start), NO_ENVIRONMENT, np.int64)
    placed = np.flatnonzero(environment >= 0)
    if not len(placed):
        return rows
    of_one = groups(resource[placed], environment[placed])
    row_of_life = _rows_of_lives(
        resource[placed][of_one.first_row],
        of_one.least(start[placed]),
        of_one.most(end[placed]),
    )
    rows[placed[of_one.order]] = np.repeat(row_of_life, of_one.sizes)
    return rows


def _rows_of_lives(
    resource: NDArray[Any], start: Integers, end: Integers
) -> Integers:
    """By life: its row; the earliest takes the first one."""
    rows = np.zeros(len(start), np.int64)
    count = 0
    free: dict[int, list[tuple[int, int]]] = {}
    for life in np.argsort(start, kind="stable").tolist():
        left = free.setdefault(int(resource[life]), [])
        if left and left[0][0] <= start[life]:
            _, row = heapq.heappop(left)
        else:
            row = count
            count += 1
        rows[life] = row
        heapq.heappush(left, (int(end[life]), row))
    return rows
