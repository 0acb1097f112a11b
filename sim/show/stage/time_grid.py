"""Steps of time for what is counted and not drawn one by one: short where much happens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.show.stage.spans import Spans
from sim.trace import MICROSECONDS

TIMES = 240
"""How many steps there are, from the run's start to the last instant that is drawn."""
FIRST_TRIES = 3


def time_grid(seconds: float, of_runs: Sequence[Spans]) -> Integers:
    """The ends of the steps, in microseconds: half of them as time goes, half as spans begin.

    Only those of an event's first tries count: one that fails for a day has thousands.
    """
    last = round(seconds * MICROSECONDS)
    first = [spans.start[spans.attempt <= FIRST_TRIES] for spans in of_runs]
    starts = np.sort(np.concatenate(first))
    even = TIMES if not len(starts) else TIMES // 2
    ends = last * np.arange(1, even + 1) // even
    busy = np.arange(TIMES - even) * len(starts) // max(1, TIMES - even)
    return np.sort(np.concatenate([ends, starts[busy].clip(0, last)]))


def until(at: Integers, instants: Integers) -> Integers:
    """How many of these instants have come until each of `at`."""
    found: NDArray[np.int64] = np.searchsorted(
        np.sort(instants), at, side="right"
    )
    return found


def in_steps(at: Integers, instants: Integers) -> Integers:
    """How many of these instants lie in each step of time, of which `at` are the ends."""
    return np.diff(until(at, instants), prepend=0)
