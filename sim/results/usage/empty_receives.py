"""Long polls of queues that brought nothing, derived from what the pollers did otherwise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim import facts
from sim.arrays import Floats, Integers
from sim.results.result import Result
from sim.results.usage.queues import pollers, polls_queue
from sim.trace import MICROSECONDS


def empty_receives(run: Result, worked: pd.DataFrame) -> dict[str, Floats]:
    """By queue: when, in seconds, pollers began long polls that brought nothing.

    `worked`: the table `batches`.

    A free poller asks again every 20 s; the poll that a message ends is not empty. The poller that
    has been free longest gets the next batch, as in the engine, and the one that became free last
    is the first to go where a mapping scales in; polls within a batching window are not counted.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
    """
    changes = pollers(run)
    found: dict[str, Floats] = {}
    for trigger in filter(polls_queue, run.triggers):
        mine = _empty_polls(
            changes[changes.trigger == trigger.name],
            worked[worked.trigger == trigger.name],
            run.trace.ended,
        )
        of_others = found.get(trigger.source, np.empty(0))
        found[trigger.source] = np.sort(np.concatenate([of_others, mine]))
    return found


def _empty_polls(
    changes: pd.DataFrame, worked: pd.DataFrame, ended: int
) -> Floats:
    """When the empty polls of one mapping began, in order.

    At one instant, pollers come and go before a batch begins.
    """
    worked = worked.sort_values(["start_s", "end_s"])
    starts = _microseconds(worked.start_s)
    ends = _microseconds(worked.end_s)
    changes = changes.sort_values(["at_s", "pollers"])
    instants = _microseconds(changes.at_s)
    first = np.searchsorted(starts, instants)
    last = np.r_[first[1:], len(starts)]
    free = np.empty(0, np.int64)
    found = [np.empty(0)]
    steps = zip(instants, changes.pollers, first, last, strict=True)
    for at, count, begin, end in steps:
        found.append(_polls(free[count:], at))
        free = np.r_[free[:count], np.full(max(0, count - len(free)), at)]
        if count:
            since, free = _hand_out(free, ends[begin:end])
            found.append(_polls(since, starts[begin:end] - 1))
    found.append(_polls(free, ended))
    return np.sort(np.concatenate(found)) / MICROSECONDS


def _hand_out(free: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """Give batches, in order, to pollers: the one that has been free longest gets the next.

    `free`: since when each poller is free; `ends`: of the batches. Returns since when each batch's
    poller was free, and all pollers after the last batch, both in order. A poller is
    never free again before it was free: where the batches say so, its batch ends then.
    """
    count = len(ends)
    while True:
        instants = np.sort(np.concatenate([free, ends]))
        since = instants[:count]
        # without its own end a batch has a poller that is free later
        later = np.where(ends <= since, instants[1 : count + 1], ends)
        if (later == ends).all():
            return since, instants[count:]
        ends = later


def _polls(since: Integers, until: Integers | int) -> Floats:
    """When the polls of free pollers began that were over by `until`; microseconds."""
    length = facts.fact("mapping.long_poll").value * MICROSECONDS
    counts = np.maximum(0, (until - since) // length)
    before = np.repeat(np.cumsum(counts) - counts, counts)
    number = np.arange(len(before), dtype=float) - before
    return np.asarray(np.repeat(since, counts) + length * number)


def _microseconds(seconds: pd.Series[float]) -> Integers:
    microseconds = np.rint(seconds.to_numpy(float) * MICROSECONDS)
    return microseconds.astype(np.int64)
