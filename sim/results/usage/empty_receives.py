"""Long polls of queues that brought nothing, derived from what the pollers did otherwise."""

from __future__ import annotations

from heapq import heapify, heappush, heapreplace
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim import facts
from sim.arrays import Floats
from sim.results.result import Result
from sim.results.usage.queues import pollers, polls_queue
from sim.trace import MICROSECONDS


class _Step(NamedTuple):
    """A change in the number of pollers, or a batch that keeps one of them busy.

    Times are in microseconds. Steps are sorted: at one instant, pollers come and go before a batch
    begins.
    """

    at: int
    is_batch: bool
    batch_end: int
    pollers: int


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
    """When the empty polls of one mapping began, in order."""
    # a heap: the poller that has been free longest is first
    free_since: list[int] = []
    found = [np.empty(0)]
    for step in sorted([*_changes(changes), *_batches(worked)]):
        if step.is_batch:
            if free_since:
                found.append(_polls(free_since[0], step.at - 1))
                heapreplace(free_since, max(step.batch_end, free_since[0]))
            continue
        while len(free_since) < step.pollers:
            heappush(free_since, step.at)
        while len(free_since) > step.pollers:
            latest = max(free_since)
            free_since.remove(latest)
            heapify(free_since)
            found.append(_polls(latest, step.at))
    found += [_polls(since, ended) for since in free_since]
    return np.sort(np.concatenate(found)) / MICROSECONDS


def _changes(changes: pd.DataFrame) -> list[_Step]:
    numbers = changes.pollers.tolist()
    return [
        _Step(at, False, 0, number)
        for at, number in zip(_microseconds(changes.at_s), numbers, strict=True)
    ]


def _batches(worked: pd.DataFrame) -> list[_Step]:
    starts = _microseconds(worked.start_s)
    ends = _microseconds(worked.end_s)
    return [
        _Step(start, True, end, 0)
        for start, end in zip(starts, ends, strict=True)
    ]


def _polls(since: int, until: int) -> Floats:
    """When the polls of a free poller began that were over by `until`; microseconds."""
    length = facts.fact("mapping.long_poll").value * MICROSECONDS
    count = max(0, (until - since) // length)
    return np.asarray(since + length * np.arange(count, dtype=float))


def _microseconds(seconds: pd.Series[float]) -> list[int]:
    microseconds = np.rint(seconds.to_numpy(float) * MICROSECONDS)
    whole: list[int] = microseconds.astype(np.int64).tolist()
    return whole
