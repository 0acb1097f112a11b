"""What a run used of its queues: waits, batches, pollers and empty receives, derived from its spans."""

from __future__ import annotations

from heapq import heapify, heappush, heapreplace
from typing import Any, TypeGuard

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import facts
from sim.results.result import Result
from sim.scenario.event_source_mapping import QUEUES, EventSourceMapping
from sim.scenario.triggers import Trigger
from sim.trace import MESSAGE_MOVE, MICROSECONDS


def polls_queue(trigger: Trigger) -> TypeGuard[EventSourceMapping]:
    """Whether a trigger is a mapping of a queue."""
    return isinstance(trigger, EventSourceMapping) and trigger.kind in QUEUES


def moves(run: Result) -> dict[int, float]:
    """By delivery: when its message left the dead-letter queue for its source again, in seconds."""
    children = run.trace.children
    return {
        child.delivery: child.time / MICROSECONDS
        for child in children
        if child.edge == MESSAGE_MOVE
    }


def waits(run: Result) -> pd.DataFrame:
    """One row a wait of a message in a queue with a mapping: queue, delivery, start_s, end_s, received, back_s.

    A received message leaves the queue for its batch at end_s (with a batching window a poller has
    it earlier), and is deleted, visible again or lost at back_s.
    """
    queue = _sources(run)
    of = queue[
        np.array(run.trace.deliveries.trigger, np.int64)[run.spans.delivery.to_numpy()]
    ]
    table = run.spans.assign(queue=of)[
        (of != "") & (run.spans.stage == "queue").to_numpy()
    ]
    table = table.sort_values(["delivery", "start_s", "attempt"], kind="stable")
    group = table.groupby("delivery", sort=False)
    settled = run.deliveries.settled_s.fillna(
        run.trace.ended / MICROSECONDS
    ).to_numpy()[table.delivery.to_numpy()]
    received = table.attempt > group.attempt.shift(
        fill_value=0
    )  # the number of receives has grown
    back = group.start_s.shift(-1).fillna(pd.Series(settled, index=table.index))
    columns = ["queue", "delivery", "start_s", "end_s", "received", "back_s"]
    return pd.DataFrame(
        table.assign(received=received, back_s=back)[columns].reset_index(drop=True)
    )


def batches(run: Result) -> pd.DataFrame:
    """One row a batch in a poller's hand: queue, start_s, end_s, messages, deleted (how many, when it was done)."""
    queue = _sources(run)
    spans = run.spans[
        (run.spans.invocation.to_numpy() >= 0) & (run.spans.stage != "extension")
    ]
    of = queue[
        np.array(run.trace.deliveries.trigger, np.int64)[spans.delivery.to_numpy()]
    ]
    keys = ["queue", "resource", "invocation"]
    table = (
        spans.assign(queue=of)[of != ""]
        .groupby([*keys, "delivery"], as_index=False)
        .agg({"start_s": "min", "end_s": "max"})
    )
    end = table.groupby(keys).end_s.transform("max")
    settled = run.deliveries.settled_s.to_numpy()[table.delivery.to_numpy()]
    deleted = run.deliveries.fate.isin(["succeeded", "dropped"]).to_numpy()[
        table.delivery.to_numpy()
    ]
    table = table.assign(messages=1, deleted=deleted & (settled == end.to_numpy()))
    how = {"start_s": "min", "end_s": "max", "messages": "sum", "deleted": "sum"}
    return pd.DataFrame(
        table.groupby(keys, as_index=False)
        .agg(how)
        .drop(columns=["resource", "invocation"])
    )


def requests(messages: Any) -> Any:
    """How many calls receive or delete so many messages: each call takes at most ten.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
    """
    return -(-messages // facts.fact("sqs.messages_per_request").value)


def pollers(run: Result) -> pd.DataFrame:
    """One row a change in the number of a mapping's pollers: trigger, at_s, pollers (from then on)."""
    table = pd.DataFrame(run.trace.pollers, columns=["trigger", "at_s", "pollers"])
    return table.assign(at_s=table.at_s / MICROSECONDS)


def empty_receives(run: Result) -> dict[str, NDArray[np.float64]]:
    """When, in seconds, pollers began long polls that brought nothing, by queue.

    A free poller asks again every 20 s; the poll that a message ends is not empty. The poller that
    has been free longest gets the next batch, as in the engine, and the one that became free last
    is the first to go where a mapping scales in; polls within a batching window are not counted.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
    """
    worked, numbers = batches(run), pollers(run)
    return {
        trigger.source: _empty_polls(
            numbers[numbers.trigger == trigger.name],
            worked[worked.queue == trigger.source],
            run.trace.ended,
        )
        for trigger in run.triggers
        if polls_queue(trigger)
    }


def _empty_polls(
    numbers: pd.DataFrame, worked: pd.DataFrame, ended: int
) -> NDArray[np.float64]:
    poll = facts.fact("mapping.long_poll").value * MICROSECONDS
    changes = [
        (at, 0, 0, count)
        for at, count in zip(
            _whole(numbers.at_s), numbers.pollers.tolist(), strict=True
        )
    ]
    taken = [
        (start, 1, end, 0)
        for start, end in zip(_whole(worked.start_s), _whole(worked.end_s), strict=True)
    ]
    free: list[int] = []
    found = [np.empty(0)]
    for at, is_batch, end, count in sorted(changes + taken):
        if is_batch and free:
            found.append(_polls(free[0], at - 1, poll))
            heapreplace(free, max(end, free[0]))
        elif not is_batch:
            for _ in range(count - len(free)):
                heappush(free, at)
            while len(free) > count:
                free.remove(last := max(free))
                heapify(free)
                found.append(_polls(last, at, poll))
    found += [_polls(since, ended, poll) for since in free]
    return np.sort(np.concatenate(found)) / MICROSECONDS


def _polls(since: int, until: int, poll: int) -> NDArray[np.float64]:
    """When the polls began that were over by then."""
    return since + poll * np.arange(max(0, (until - since) // poll), dtype=float)


def _whole(seconds: pd.Series[float]) -> list[int]:
    whole: list[int] = (
        np.rint(seconds.to_numpy(float) * MICROSECONDS).astype(np.int64).tolist()
    )
    return whole


def _sources(run: Result) -> NDArray[Any]:
    """By trigger: the queue it polls, empty for other triggers."""
    polled = [
        trigger.source if polls_queue(trigger) else "" for trigger in run.triggers
    ]
    return np.array(polled, dtype=object)
