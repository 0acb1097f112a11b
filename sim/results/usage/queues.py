"""What a run used of its queues: waits, batches and pollers, derived from its spans."""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import facts
from sim.results.result import Result
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import QUEUES
from sim.scenario.triggers import Trigger
from sim.trace import MESSAGE_MOVE, MICROSECONDS

WAITS = [
    "queue",
    "trigger",
    "delivery",
    "start_s",
    "end_s",
    "received",
    "back_s",
]

BATCH = ["queue", "trigger", "resource", "invocation"]
"""What tells the batches of queues apart."""


def polls_queue(trigger: Trigger) -> TypeGuard[EventSourceMapping]:
    """Whether a trigger is a mapping of a queue."""
    return isinstance(trigger, EventSourceMapping) and trigger.kind in QUEUES


def was_sent(deliveries: pd.DataFrame) -> pd.Series[bool]:
    """By delivery: not what was kept out or throttled before it was in a queue."""
    is_kept_out = deliveries.fate.isin(("filtered", "rejected"))
    return ~is_kept_out | (deliveries.receives > 0)


def message_moves(run: Result) -> dict[int, float]:
    """By delivery: when its message left the dead-letter queue for its source again, in seconds."""
    return {
        child.delivery: child.time / MICROSECONDS
        for child in run.trace.children
        if child.edge == MESSAGE_MOVE
    }


def waits(run: Result) -> pd.DataFrame:
    """One row a wait of a message in a queue with a mapping.

    Columns: queue, trigger (the mapping that received it, if any did), delivery, start_s, end_s,
    received, back_s. A received message leaves the queue for its batch at end_s (with a batching
    window a poller has it earlier), and is deleted, visible again or lost at back_s.
    """
    queue = _polled_queues(run, run.spans.delivery)
    is_wait = (queue != "") & (run.spans.stage == "queue").to_numpy()
    table = run.spans.assign(queue=queue)[is_wait]
    table = table.sort_values(["delivery", "start_s", "attempt"], kind="stable")
    of_message = table.groupby("delivery", sort=False)
    receives_before = of_message.attempt.shift(fill_value=0)
    next_wait = of_message.start_s.shift(-1)
    settled = table.delivery.map(run.deliveries.settled_s).fillna(run.ended_s)
    table = table.assign(
        trigger=mapping_names(run, table),
        received=table.attempt > receives_before,
        back_s=next_wait.fillna(settled),
    )
    return pd.DataFrame(table[WAITS].reset_index(drop=True))


def mapping_names(run: Result, spans: pd.DataFrame) -> NDArray[np.object_]:
    """By span: the name of its trigger; where several mappings poll a queue, of the one then."""
    deliveries = spans.delivery.to_numpy()
    numbers = run.trigger_numbers[deliveries]
    receivers = run.trace.receivers
    if receivers:
        receives = zip(deliveries, spans.attempt, strict=True)
        known = zip(receives, numbers, strict=True)
        numbers = [receivers.get(receive, last) for receive, last in known]
    names = [trigger.name for trigger in run.triggers]
    found: NDArray[np.object_] = np.array(names, dtype=object)[numbers]
    return found


def messages_in_batches(run: Result) -> pd.DataFrame:
    """One row a message in a batch: columns of `BATCH`, delivery, start_s, end_s."""
    spans = run.spans[run.spans.invocation >= 0]
    spans = spans[spans.stage != "extension"]
    spans = spans.assign(
        queue=_polled_queues(run, spans.delivery),
        trigger=mapping_names(run, spans),
    )
    in_batches: pd.DataFrame = (
        spans[spans.queue != ""]
        .groupby([*BATCH, "delivery"], as_index=False)
        .agg({"start_s": "min", "end_s": "max"})
    )
    return in_batches


def batches(run: Result, messages: pd.DataFrame) -> pd.DataFrame:
    """One row a batch in a poller's hand, made of `messages_in_batches`.

    Columns: queue, trigger, start_s, end_s, messages, deleted (how many, when it was done).
    """
    end = messages.groupby(BATCH).end_s.transform("max")
    fates = run.deliveries.loc[messages.delivery, ["fate", "settled_s"]]
    was_deleted = fates.fate.isin(["succeeded", "dropped"]).to_numpy()
    was_done = fates.settled_s.to_numpy() == end.to_numpy()
    messages = messages.assign(messages=1, deleted=was_deleted & was_done)
    aggregates = {
        "start_s": "min",
        "end_s": "max",
        "messages": "sum",
        "deleted": "sum",
    }
    table = messages.groupby(BATCH, as_index=False).agg(aggregates)
    return table.drop(columns=["resource", "invocation"])


def requests(messages: Any) -> Any:
    """How many calls receive or delete so many messages: each call takes at most ten.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
    """
    return -(-messages // facts.fact("sqs.messages_per_request").value)


def visibility_changes(run: Result) -> pd.DataFrame:
    """One row for the messages that a handler hides anew at an instant: queue, messages."""
    changes = run.trace.visibility_changes
    return pd.DataFrame(changes, columns=["queue", "messages"])


def pollers(run: Result) -> pd.DataFrame:
    """One row a change in a mapping's pollers: trigger, at_s, pollers (how many from then on)."""
    table = pd.DataFrame(
        run.trace.pollers, columns=["trigger", "at_s", "pollers"]
    )
    return table.assign(at_s=table.at_s / MICROSECONDS)


def _polled_queues(
    run: Result, deliveries: pd.Series[int]
) -> NDArray[np.object_]:
    """For each of these deliveries the queue that its trigger polls, empty for other triggers."""
    polled = [
        trigger.source if polls_queue(trigger) else ""
        for trigger in run.triggers
    ]
    number = run.trigger_numbers[deliveries.to_numpy()]
    return np.array(polled, dtype=object)[number]
