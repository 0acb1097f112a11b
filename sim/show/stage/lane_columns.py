"""The columns of one lane that is drawn one by one: its deliveries, and their spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Booleans, Floats, Integers
from sim.results.ends import End
from sim.results.groups import groups
from sim.results.run import Run
from sim.scenario.trigger_catalogue import SILENT, trigger_kind
from sim.show.drawing.span_layout import failure_stores
from sim.show.stage.environment_rows import environment_rows
from sim.show.stage.lanes import Lane
from sim.show.stage.spans import Spans, try_numbers
from sim.trace import MICROSECONDS

ENDS = {
    End.DELIVERED: "delivered",
    End.GIVEN_UP: "given up",
    End.TOLD: "told",
    End.PARKED: "parked",
    End.LOST: "lost",
    End.FILTERED: "filtered",
    End.IN_FLIGHT: "under way",
}
"""How a delivery ends, from the best to the worst: the codes of the column `end`, in order."""
END_CODES = np.array([list(ENDS).index(end) for end in End], np.uint8)
DEAD_LETTER_QUEUE = 1
ON_FAILURE_DESTINATION = 2
"""The codes of the column `store`; 0 is none."""
NONE = 65535
MOST_TRIES = 255

Columns = dict[str, NDArray[Any]]


def delivery_columns(lane: Lane) -> Columns:
    """A row a delivery, in order of arrival."""
    run, mine = lane.run, lane.deliveries
    trace = run.trace.deliveries
    arrived = np.array(trace.arrived, np.int64)[mine]
    told, is_error = _told(run, mine)
    return {
        "event": np.array(trace.event, np.int32)[mine],
        "row": run.journey_of[mine].astype(np.int32),
        "arrived": arrived / MICROSECONDS,
        "settled": _since(np.array(trace.settled, np.int64)[mine], arrived),
        "told": _since(told, arrived),
        "told_error": is_error.astype(np.uint8),
        "end": end_codes(lane),
        "store": _stores(run, mine),
    }


def end_codes(lane: Lane) -> NDArray[np.uint8]:
    """By delivery of a lane: how it ends."""
    return END_CODES[lane.run.delivery_numbers.end[lane.deliveries]]


def ranks(lane: Lane) -> Integers:
    """By delivery of a lane: its place in the order of how they fared, and how long it took.

    Of those under way, whose `settled` is -1, the one that came last is first.
    """
    deliveries = lane.run.trace.deliveries
    settled = np.array(deliveries.settled, np.int64)[lane.deliveries]
    arrived = np.array(deliveries.arrived, np.int64)[lane.deliveries]
    order = np.lexsort((settled - arrived, end_codes(lane)))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def _told(run: Run, mine: Integers) -> tuple[Integers, Booleans]:
    """By delivery: when somebody who waits was told, in microseconds or -1; and if of an error."""
    trace = run.trace
    answer = np.array(trace.deliveries.told, np.int64)[mine]
    good = [_good_answers(run, trigger.kind) for trigger in run.triggers]
    is_good = np.array(good)[run.trigger_numbers[mine], answer]
    is_silent = np.array([text == SILENT for text in trace.answers])[answer]
    at = np.array(trace.deliveries.told_at, np.int64)[mine]
    at = np.where(is_silent, -1, at)
    return at, ~is_good & (at >= 0)


def _good_answers(run: Run, kind: str) -> list[bool]:
    """By answer of a run: whether it is what this kind of caller is told of a success."""
    good = trigger_kind(kind).told_on_success
    return [text == good for text in run.trace.answers]


def _stores(run: Run, mine: Integers) -> NDArray[np.uint8]:
    """By delivery: which kind of failure store keeps it, if any does."""
    is_mine = np.zeros(len(run.trace.deliveries), bool)
    is_mine[mine] = True
    is_mine &= run.delivery_numbers.end == End.PARKED
    letters, destinations = failure_stores(run, is_mine)
    kinds = np.zeros(len(is_mine), np.uint8)
    kinds[destinations] = ON_FAILURE_DESTINATION
    kinds[letters] = DEAD_LETTER_QUEUE
    return kinds[mine]


def _since(at: Integers, arrived: Integers) -> NDArray[np.float32]:
    """Seconds since the arrival; NaN for -1."""
    seconds: Floats = np.where(at < 0, np.nan, (at - arrived) / MICROSECONDS)
    return seconds.astype(np.float32)


def span_columns(lane: Lane, spans: Spans) -> Columns:
    """A row a span; without `batch`, whose numbers are those of the whole scene."""
    arrived = np.array(lane.run.trace.deliveries.arrived, np.int64)
    since = arrived[lane.deliveries][spans.place]
    tries = try_numbers(spans).clip(0, MOST_TRIES)
    return {
        "start": _since(spans.start, since),
        "stop": _since(spans.end, since),
        "mark": spans.mark,
        "environment": rows_of(spans).astype(np.uint16),
        "attempt": tries.astype(np.uint8),
    }


def rows_of(spans: Spans) -> Integers:
    """By span of a lane: the row of its environment, `NONE` without one."""
    rows = environment_rows(
        spans.resource, spans.environment, spans.start, spans.end
    )
    return np.where(rows < 0, NONE, rows)


def batch_numbers(lanes: Sequence[tuple[Lane, Spans]]) -> NDArray[np.uint16]:
    """By span of these lanes: the number of its batch, from 1 on in order; 0 if it is alone.

    A batch has at least two of the deliveries that are drawn; lanes of a run may share it.
    """
    sizes = [len(spans.place) for _, spans in lanes]
    lane = np.repeat(np.arange(len(lanes)), sizes)
    run = np.array([one.number for one, _ in lanes], np.int64)[lane]
    joined = [
        np.concatenate([spans[column] for _, spans in lanes])
        for column in range(len(Spans._fields))
    ]
    spans = Spans(*joined)
    numbers = np.zeros(len(lane), np.uint16)
    shared = np.flatnonzero(spans.invocation >= 0)
    keys = (run[shared], spans.resource[shared], spans.invocation[shared])
    batches = groups(*keys)
    delivery = lane[shared] * (spans.place.max(initial=0) + 1)
    delivery += spans.place[shared]
    is_batch = batches.least(delivery) < batches.most(delivery)
    begins = batches.least(spans.start[shared])[is_batch]
    place = np.zeros(len(is_batch), np.uint16)
    in_order = np.flatnonzero(is_batch)[np.argsort(begins, kind="stable")]
    place[in_order] = np.arange(1, len(in_order) + 1)
    numbers[shared[batches.order]] = np.repeat(place, batches.sizes)
    return numbers
