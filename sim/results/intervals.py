"""Intervals of time that overlap: how many are open, and which of them is the oldest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats


class Levels(NamedTuple):
    """Stretches of time, in seconds, during each of which so many intervals are open."""

    start: Floats
    end: Floats
    level: Floats


class OldestStretches(NamedTuple):
    """Stretches of time during each of which one interval is the oldest that is open.

    `start` and `end` say when it is the oldest, `began` when the interval itself began: seconds.
    """

    began: Floats
    start: Floats
    end: Floats


def open_intervals(
    start: Floats, end: Floats, until: float, base: float = 0.0
) -> Levels:
    """How many intervals are open, and `base` more, from 0 to `until` seconds.

    At one instant intervals end before others start; those without any length come and go last, and
    show as a stretch without length.
    """
    brief = end <= start
    ends = np.sort(end[~brief])
    starts = np.sort(start)
    ends_at_once = np.sort(end[brief])
    # in this order at one instant
    instants = np.concatenate([[0.0], ends, starts, ends_at_once])
    counts = [1 + len(ends), len(starts), len(ends_at_once)]
    is_start = np.repeat([False, True, False], counts)
    order = np.argsort(instants, kind="stable")  # merges three sorted parts
    time = instants[order]
    begins = is_start[order]
    changes = np.where(begins, 1.0, -1.0)
    changes[0] = 0.0
    level = base + np.cumsum(changes)
    last = max(until, time[-1])
    next_time = np.r_[time[1:], last]
    next_begins = np.r_[begins[1:], False]
    is_peak = begins & ~next_begins
    shown = (next_time > time) | is_peak
    return Levels(time[shown], next_time[shown], level[shown])


Instants = Floats | NDArray[np.int64]


def count_open(
    at: Instants, start: Instants, end: Instants
) -> NDArray[np.int64]:
    """How many intervals are open at each instant of `at`; an end that is NaN never comes."""
    begun = np.searchsorted(np.sort(start), at, side="right")
    over = np.searchsorted(np.sort(end), at, side="right")  # NaN is sorted last
    return begun - over


def oldest(start: Floats, end: Floats) -> OldestStretches:
    """Each interval is the oldest from when all earlier ones are over until it is over itself."""
    order = np.argsort(start, kind="stable")
    began = start[order]
    over = end[order]
    latest_end = np.maximum.accumulate(np.r_[0.0, over])
    since = np.maximum(began, latest_end[:-1])
    is_oldest_once = over > since
    return OldestStretches(
        began[is_oldest_once], since[is_oldest_once], over[is_oldest_once]
    )
