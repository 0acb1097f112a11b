"""The spans that the stage draws, each with the mark that its meaning has."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Booleans, Integers
from sim.results.result import Result
from sim.trace import Outcome, Stage

MARKS = (
    "source",
    "queue",
    "wait",
    "init",
    "success",
    "failure",
    "timeout",
    "running",
    "throttle",
    "not reached",
    "extension",
    "system error",
)
"""What a span means: the codes of the column `mark`."""
WAITS = ("source", "queue", "wait")
"""Nothing works meanwhile."""
FAILURES = ("failure", "timeout")
RUNS = ("success", "failure", "timeout", "running")
MARK_OF_STAGE = {
    Stage.SOURCE: "source",
    Stage.QUEUE: "queue",
    Stage.RETRY: "wait",
    Stage.VISIBILITY: "wait",
    Stage.INIT: "init",
    Stage.SUPPRESSED_INIT: "init",
    Stage.RESTORE: "init",
    Stage.THROTTLE: "throttle",
    Stage.SYSTEM_ERROR: "system error",
    Stage.EXTENSION: "extension",
}
MARK_OF_OUTCOME = {
    Outcome.SUCCEEDED: "success",
    Outcome.FAILED: "failure",
    Outcome.CRASHED: "failure",
    Outcome.TIMEOUT: "timeout",
    Outcome.IN_FLIGHT: "running",
    Outcome.NOT_REACHED: "not reached",
}
"""What a handler's run means, by how it ended."""
NOT_DRAWN = 255
"""What happens within a handler has no mark of its own."""


def _marks() -> NDArray[np.uint8]:
    """By stage and outcome: the code of the mark."""
    codes = np.full((len(Stage), len(Outcome)), NOT_DRAWN, np.uint8)
    for stage, mark in MARK_OF_STAGE.items():
        codes[stage] = MARKS.index(mark)
    for outcome, mark in MARK_OF_OUTCOME.items():
        codes[Stage.HANDLER, outcome] = MARKS.index(mark)
    return codes


MARK_CODES = _marks()


class Spans(NamedTuple):
    """Columns of spans; times in microseconds. `place` is the delivery's place in its lane."""

    place: Integers
    start: Integers
    end: Integers
    mark: NDArray[np.uint8]
    attempt: Integers
    environment: Integers
    resource: Integers
    invocation: Integers

    def are(self, *marks: str) -> Booleans:
        """By span: whether it has one of these marks."""
        return is_among(self.mark, marks)

    def chosen(self, which: NDArray[Any]) -> Spans:
        """Only these spans."""
        return Spans(*(column[which] for column in self))


def is_among(mark: NDArray[np.uint8], names: tuple[str, ...]) -> Booleans:
    """By code of a mark: whether it is that of one of these names."""
    meant = np.zeros(NOT_DRAWN + 1, bool)
    meant[[MARKS.index(name) for name in names]] = True
    return meant[mark]


def drawn_spans(run: Result) -> Spans:
    """The spans of a run that are drawn, in order of start; a wait of no length is not.

    `place` is the number of the delivery here.
    """
    rows = run.span_rows
    mark = MARK_CODES[rows["stage"], rows["outcome"]]
    is_drawn = mark != NOT_DRAWN
    is_drawn &= (rows["end"] > rows["start"]) | ~is_among(mark, WAITS)
    rows = rows[is_drawn]
    names = ("attempt", "environment", "resource", "invocation")
    whole = [rows[name].astype(np.int64) for name in names]
    return Spans(
        rows["delivery"].astype(np.int64),
        rows["start"],
        rows["end"],
        mark[is_drawn],
        *whole,
    )


def spans_of(spans: Spans, deliveries: Integers) -> Spans:
    """The spans of these deliveries, one delivery after another, each in order of start.

    `place` is the delivery's place among them.
    """
    most = int(max(spans.place.max(initial=-1), deliveries.max(initial=-1)))
    place = np.full(most + 1, -1)
    place[deliveries] = np.arange(len(deliveries))
    mine = place[spans.place]
    chosen = np.flatnonzero(mine >= 0)
    order = chosen[np.argsort(mine[chosen], kind="stable")]
    found = spans.chosen(order)
    return found._replace(place=mine[order])


def try_numbers(spans: Spans) -> Integers:
    """By span, in the order of `spans_of`: the try that it is, or the one that it waits for.

    A wait after the last try of a delivery counts one more than that.
    """
    count = len(spans.place)
    is_wait = spans.are(*WAITS)
    here = np.arange(count)
    tried = np.where(is_wait, count, here)
    following = np.minimum.accumulate(tried[::-1])[::-1]
    before = np.maximum.accumulate(np.where(is_wait, -1, here))
    has_next = _is_of_same(spans.place, following)
    has_last = _is_of_same(spans.place, before)
    numbers = np.where(is_wait, 1, spans.attempt)
    ends_so = is_wait & has_last
    numbers[ends_so] = spans.attempt[before[ends_so]] + 1
    goes_on = is_wait & has_next
    numbers[goes_on] = spans.attempt[following[goes_on]]
    return numbers


def _is_of_same(place: Integers, other: Integers) -> Booleans:
    """By span: whether the span number `other` is there, and of the same delivery."""
    is_there = (other >= 0) & (other < len(place))
    same = np.zeros(len(place), bool)
    same[is_there] = place[other[is_there]] == place[is_there]
    return same
