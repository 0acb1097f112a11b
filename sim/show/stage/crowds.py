"""A race of more events than can be seen: how many are where, on a grid of instants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.results.intervals import count_open
from sim.show.stage.busy import inits_of, runs_of
from sim.show.stage.drawn_lane import DrawnLane
from sim.show.stage.lane_columns import ENDS, Columns, end_codes
from sim.show.stage.spans import Spans
from sim.show.stage.time_grid import in_steps, until
from sim.trace import MICROSECONDS

COUNTDOWN = (30, 60, 120)
"""Seconds until the next try that divide what waits into classes, the soonest first."""


def crowd_columns(lanes: Sequence[DrawnLane], at: Integers) -> Columns:
    """Numbers of every lane at the end of each step of time; `at`: these ends, in microseconds.

    By lane and time: crowd_waiting, crowd_running and crowd_init (environments), crowd_failing (of
    the running), crowd_throttles (in that step). By lane, end and time: crowd_ends, so far; of
    those under way, how many are. By lane, class and time: crowd_countdown.
    """
    of_lanes = [_lane_columns(drawn, at) for drawn in lanes]
    return {
        name: np.concatenate([lane[name].ravel() for lane in of_lanes]).astype(
            np.float32
        )
        for name in of_lanes[0]
    }


def _lane_columns(
    drawn: DrawnLane, at: Integers
) -> dict[str, NDArray[np.int64]]:
    spans = open_at_the_end(drawn)
    waits = spans.chosen(spans.are("queue", "wait"))
    runs = runs_of(spans)
    failing = runs.fails.astype(bool)
    inits = inits_of(spans)
    throttles = spans.start[spans.are("throttle")]
    return {
        "crowd_waiting": count_open(at, waits.start, waits.end),
        "crowd_running": count_open(at, runs.start, runs.end),
        "crowd_init": count_open(at, inits.start, inits.end),
        "crowd_failing": count_open(at, runs.start[failing], runs.end[failing]),
        "crowd_throttles": in_steps(at, throttles),
        "crowd_ends": _ends(drawn, at),
        "crowd_countdown": _countdown(waits, at),
    }


def open_at_the_end(drawn: DrawnLane) -> Spans:
    """The spans; those of deliveries under way that the simulation's end has cut go on."""
    lane, spans = drawn
    trace = lane.run.trace
    settled = np.array(trace.deliveries.settled, np.int64)[lane.deliveries]
    is_cut = (spans.end >= trace.ended) & (settled[spans.place] < 0)
    return spans._replace(end=spans.end + is_cut)


def _ends(drawn: DrawnLane, at: Integers) -> NDArray[np.int64]:
    """By end and time: how many have ended so until then, and how many are under way."""
    deliveries = drawn.lane.run.trace.deliveries
    mine = drawn.lane.deliveries
    settled = np.array(deliveries.settled, np.int64)[mine]
    arrived = np.array(deliveries.arrived, np.int64)[mine]
    code = end_codes(drawn.lane)
    rows = [
        until(at, settled[code == number]) for number in range(len(ENDS) - 1)
    ]
    over = until(at, settled[settled >= 0])
    return np.array([*rows, until(at, arrived) - over])


def _countdown(waits: Spans, at: Integers) -> NDArray[np.int64]:
    """By class and time: how many wait whose next try is so near."""
    later = [count_open(at, waits.start, waits.end)]
    for seconds in COUNTDOWN:
        end = waits.end - seconds * MICROSECONDS
        is_longer = end > waits.start
        later.append(count_open(at, waits.start[is_longer], end[is_longer]))
    later.append(np.zeros_like(later[0]))
    table = np.array(later)
    return table[:-1] - table[1:]
