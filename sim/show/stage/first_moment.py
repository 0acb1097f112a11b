"""Where a race rests: the first instant at which there is something to see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Integers
from sim.results.intervals import count_open
from sim.show.stage.spans import FAILURES, RUNS, Spans
from sim.trace import MICROSECONDS


def first_moment(of_runs: Sequence[Spans]) -> float:
    """Seconds from the start of the run to the first failed run or throttle under way.

    If there are any, one while some other event waits; else the first run of the function under
    way, else the first span, else 0.
    """
    for marks in ((*FAILURES, "throttle"), RUNS):
        found = [_under_way(spans, marks) for spans in of_runs]
        crowded = [
            at[_waiting(spans, at) > 0]
            for spans, at in zip(of_runs, found, strict=True)
        ]
        for instants in (crowded, found):
            every = np.concatenate(instants)
            if len(every):
                return float(every.min()) / MICROSECONDS
    starts = np.concatenate([spans.start for spans in of_runs])
    return float(starts.min(initial=0)) / MICROSECONDS


def _under_way(spans: Spans, marks: tuple[str, ...]) -> Integers:
    """The middles of the spans with these marks, in microseconds."""
    chosen = spans.chosen(spans.are(*marks))
    return (chosen.start + chosen.end) // 2


def _waiting(spans: Spans, at: Integers) -> Integers:
    """How many deliveries wait for another try at each of these instants."""
    waits = spans.chosen(spans.are("wait"))
    return count_open(at, waits.start, waits.end)
