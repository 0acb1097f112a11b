"""Intervals that overlap: how many are open, and which is the oldest.

Held against counting them one by one.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.results.intervals import count_open, oldest, open_intervals

LONGEST = 4
LAST = 9 + LONGEST
intervals = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, LONGEST)), max_size=12
)
some = settings(max_examples=200)


def columns(pairs):
    """The starts and the ends of these (start, length)."""
    start = np.array([start for start, _ in pairs], float)
    length = np.array([length for _, length in pairs], float)
    return start, start + length


@some
@given(intervals)
def test_levels_are_the_number_of_open_intervals(pairs):
    start, end = columns(pairs)
    levels = open_intervals(start, end, until=15.0)
    assert (levels.level * (levels.end - levels.start)).sum() == (
        end - start
    ).sum()
    for low, high, count in zip(*levels, strict=True):
        middle = (low + high) / 2
        brief = ((start == middle) & (start == end)).sum() if low == high else 0
        assert count == ((start <= middle) & (end > middle)).sum() + brief
    assert levels.start[0] == 0
    assert levels.end.max() == 15


@some
@given(intervals)
def test_open_intervals_are_counted_at_any_instant(pairs):
    start, end = columns(pairs)
    at = np.arange(LAST) + 0.5
    counts = [((start <= instant) & (end > instant)).sum() for instant in at]
    assert count_open(at, start, end).tolist() == counts


def test_an_interval_that_never_ends_stays_open():
    counts = count_open(
        np.array([1.0, 9.0]), np.zeros(2), np.array([np.nan, 5.0])
    )
    assert counts.tolist() == [2, 1]


@some
@given(intervals)
def test_the_oldest_is_the_open_interval_that_began_first(pairs):
    start, end = columns(pairs)
    found = oldest(start, end)
    for instant in np.arange(LAST) + 0.5:
        is_open = (start <= instant) & (end > instant)
        is_oldest = (found.start <= instant) & (found.end > instant)
        assert is_oldest.sum() == is_open.any()
        if is_open.any():
            assert found.began[is_oldest] == start[is_open].min()
