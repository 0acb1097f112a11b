"""When each record of a batch is handled, where that is known as soon as the run begins."""

from __future__ import annotations

from heapq import heapify, heapreplace

from sim.engine.codes import CRASHED, FAILED, NOT_REACHED, SUCCEEDED
from sim.engine.function.batch_handling import BatchHandling
from sim.engine.function.handler import Handler
from sim.engine.function.invocation import Batch, ends_run

NEVER = 2**62


def lay_out(
    handler: Handler, batch: Batch, begun: int, due: int, how: BatchHandling
) -> int:
    """Lay the records out from `begun` to `due` at the latest; returns when the run ends."""
    if how.order == "fixed time" and begun <= due:
        return lay_out_together(handler, batch, begun, due)
    if how.concurrency > 1 and begun <= due:
        return lay_out_side_by_side(handler, batch, begun, due, how)
    return lay_out_one_by_one(handler, batch, begun, due, how)


def lay_out_one_by_one(
    handler: Handler, batch: Batch, begun: int, due: int, how: BatchHandling
) -> int:
    """One after another; a timeout, a crash or a failure may end the run."""
    start = begun
    skipped: set[int] = set()
    for delivery in batch.records:
        if skipped and handler.group(delivery) in skipped:
            batch.append(NOT_REACHED, start, start)
            continue
        outcome, end = handler.run(delivery, start, due)
        batch.append(outcome, min(start, due), end)
        start = end
        if outcome == SUCCEEDED:
            continue
        if ends_run(outcome, how.stops_at_failure):
            batch.skip_rest(end)
            return end
        if how.skips_group:
            skipped.add(handler.group(delivery))
    return start


def lay_out_together(
    handler: Handler, batch: Batch, begun: int, due: int
) -> int:
    """As a whole: all records begin and end together, but for those that the handler knows."""
    numbers = handler.begin_together(batch, begun, due)
    if not numbers:
        return begun
    outcomes, end = handler.end_together(batch, numbers, begun, due)
    for number, outcome in zip(numbers, outcomes, strict=True):
        handler.conclude(batch.records[number], outcome, end)
        batch.set(number, outcome, begun, end)
    return end


def lay_out_side_by_side(
    handler: Handler, batch: Batch, begun: int, due: int, how: BatchHandling
) -> int:
    """As many at once as may be: the next record begins when one of those before it is done.

    A failure that stops the others lets those end that have begun (a choice); a crash takes them
    with it, as a timeout does.
    """
    free = [begun] * min(how.concurrency, len(batch.records))
    heapify(free)
    stop = NEVER
    failures: list[tuple[int, int]] = []
    for delivery in batch.records:
        start = free[0]
        if start >= stop:
            batch.append(NOT_REACHED, start, start)
            continue
        if how.skips_group and (
            is_skipped(handler.group(delivery), start, failures)
        ):
            batch.append(NOT_REACHED, start, start)
            continue
        outcome, end = handler.run(delivery, start, due)
        batch.append(outcome, start, end)
        heapreplace(free, end)
        if ends_run(outcome, how.stops_at_failure):
            stop = min(stop, end)
        if outcome == FAILED and how.skips_group:
            failures.append((end, handler.group(delivery)))
    return cut_at_crash(handler, batch, due)


def is_skipped(group: int, start: int, failures: list[tuple[int, int]]) -> bool:
    """Whether a record of this group has failed before `start`."""
    return any(failed == group and end <= start for end, failed in failures)


def cut_at_crash(handler: Handler, batch: Batch, due: int) -> int:
    """The first crash ends the run, and all that is in progress; returns when the run ends."""
    crashes = [
        end for _, _, outcome, _, end in batch.turns() if outcome == CRASHED
    ]
    crash = min(crashes, default=NEVER)
    for number, end in enumerate(batch.ends):
        if end > crash:
            handler.interrupt(batch.records[number], due)
            start = min(batch.starts[number], crash)
            batch.set(number, CRASHED, start, crash)
    last = max(batch.ends)
    for number, outcome in enumerate(batch.outcomes):
        if outcome == NOT_REACHED:
            batch.set(number, NOT_REACHED, last, last)
    return last
