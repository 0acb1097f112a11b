"""Where the places of a map stand: from left to right as events go, few ways across each other."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import TopologicalSorter
from statistics import fmean

Ways = dict[int, list[int]]
SWEEPS = 4
NOWHERE = -1


def layout(
    count: int, ways: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Column and row of each of `count` places; `ways` lead from place to place.

    A place stands right of all that lead to it; a way that closes a circle does not count. A place
    to which nothing leads stands just before the first that it leads to.
    """
    after = _without_circles(count, ways)
    before = _reversed(count, after)
    columns = _columns(after, before)
    in_column: dict[int, list[int]] = {}
    for place, column in enumerate(columns):
        in_column.setdefault(column, []).append(place)
    _straighten(in_column, before, after)
    places = [(0, 0)] * count
    for column, inside in in_column.items():
        for row, place in enumerate(inside):
            places[place] = column, row
    return places


def _without_circles(count: int, ways: Iterable[tuple[int, int]]) -> Ways:
    """The ways from each place, without those that lead back to where one comes from."""
    following: Ways = {place: [] for place in range(count)}
    for begin, end in ways:
        following[begin].append(end)
    kept: Ways = {place: [] for place in range(count)}
    entered: set[int] = set()
    on_the_way: set[int] = set()
    for root in range(count):
        stack = [] if root in entered else [(root, iter(following[root]))]
        entered.add(root)
        on_the_way = {root}
        while stack:
            place, ahead = stack[-1]
            end = next(ahead, NOWHERE)
            if end == NOWHERE:
                stack.pop()
                on_the_way.discard(place)
            elif end not in on_the_way:
                kept[place].append(end)
                if end not in entered:
                    entered.add(end)
                    on_the_way.add(end)
                    stack.append((end, iter(following[end])))
    return kept


def _reversed(count: int, after: Ways) -> Ways:
    before: Ways = {place: [] for place in range(count)}
    for place, ends in after.items():
        for end in ends:
            before[end].append(place)
    return before


def _columns(after: Ways, before: Ways) -> list[int]:
    """By place: the length of the longest way to it."""
    columns = [0] * len(after)
    for place in TopologicalSorter(before).static_order():
        columns[place] = max(
            (columns[one] + 1 for one in before[place]), default=0
        )
    for place, ends in after.items():
        if not before[place] and ends:
            columns[place] = min(columns[end] for end in ends) - 1
    return columns


def _straighten(
    in_column: dict[int, list[int]], before: Ways, after: Ways
) -> None:
    """Sort each column by the rows of what its places come from, then of what they lead to."""
    rows = {
        place: row
        for inside in in_column.values()
        for row, place in enumerate(inside)
    }
    for sweep in range(SWEEPS):
        near = before if sweep % 2 == 0 else after
        for column in sorted(in_column, reverse=near is after):
            inside = in_column[column]
            wished = {
                place: fmean(
                    [rows[one] for one in near[place]] or [rows[place]]
                )
                for place in inside
            }
            inside.sort(key=wished.__getitem__)
            rows |= {place: row for row, place in enumerate(inside)}
