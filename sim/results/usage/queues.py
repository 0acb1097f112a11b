"""What a run used of its queues: waits, batches and pollers, derived from its spans."""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import facts
from sim.arrays import Booleans, Floats, Integers
from sim.results.groups import groups
from sim.results.result import Result
from sim.results.tables import categories
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import QUEUES
from sim.scenario.triggers import Trigger
from sim.trace import MESSAGE_MOVE, MICROSECONDS, Outcome, Stage

BESIDE = (Stage.EXTENSION, Stage.CONNECTION, Stage.CALL)
"""What goes on beside the work on a batch."""


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
    rows = _of_queues(run, run.span_rows["stage"] == Stage.QUEUE)
    rows = rows[np.argsort(rows["delivery"], kind="stable")]
    columns = _columns(run, rows)
    delivery = columns["delivery"]
    is_again = delivery == np.roll(delivery, 1)
    is_again[:1] = False
    receives_before = np.where(is_again, np.roll(rows["attempt"], 1), 0)
    settled = run.deliveries.settled_s.fillna(run.ended_s).to_numpy()
    next_wait = np.roll(columns["start_s"], -1)
    comes_back = np.roll(is_again, -1)
    columns["received"] = rows["attempt"] > receives_before
    columns["back_s"] = np.where(comes_back, next_wait, settled[delivery])
    return pd.DataFrame(columns)


def messages_in_batches(run: Result) -> pd.DataFrame:
    """One row a message in a batch, batch by batch.

    Columns: queue, trigger, delivery, start_s, end_s, batch (its number).
    """
    is_in_batch = run.span_rows["invocation"] >= 0
    is_in_batch &= ~np.isin(run.span_rows["stage"], BESIDE)
    rows = _of_queues(run, is_in_batch)
    of_message = groups(rows["resource"], rows["invocation"], rows["delivery"])
    first = rows[of_message.first_row]
    first["start"] = of_message.least(rows["start"])
    first["end"] = of_message.most(rows["end"])
    of_batch = groups(first["resource"], first["invocation"])
    batch = np.repeat(np.arange(len(of_batch.first)), of_batch.sizes)
    return pd.DataFrame({**_columns(run, first), "batch": batch})


def batches(run: Result, messages: pd.DataFrame) -> pd.DataFrame:
    """One row a batch in a poller's hand, made of `messages_in_batches`.

    Columns: queue, trigger, start_s, end_s, messages, deleted (how many, when it was done).
    """
    of_batch = groups(messages.batch.to_numpy())
    end = of_batch.most(messages.end_s.to_numpy())
    fates = run.deliveries.loc[messages.delivery, ["fate", "settled_s"]]
    was_deleted = fates.fate.isin(["succeeded", "dropped"]).to_numpy()
    of_message = end[messages.batch]
    was_done = fates.settled_s.to_numpy() == of_message
    was_done |= _waits_to_delete(run)[messages.delivery] == of_message
    table = messages.iloc[of_batch.first][["queue", "trigger"]].assign(
        start_s=of_batch.least(messages.start_s.to_numpy()),
        end_s=end,
        messages=of_batch.sizes,
        deleted=of_batch.total((was_deleted & was_done).astype(np.int64)),
    )
    return table.reset_index(drop=True)


def _waits_to_delete(run: Result) -> Floats:
    """By delivery: when its poller began to wait for its delete, in seconds; NaN: it did not."""
    rows = run.span_rows
    is_wait = rows["stage"] == Stage.VISIBILITY
    is_wait &= rows["outcome"] == Outcome.RequestThrottled
    began = np.full(len(run.trace.deliveries), np.nan)
    began[rows["delivery"][is_wait]] = rows["start"][is_wait] / MICROSECONDS
    return began


def _of_queues(run: Result, is_chosen: Booleans) -> NDArray[np.void]:
    """The spans, of those chosen, of messages of queues."""
    rows = run.span_rows
    is_polled = np.array([polls_queue(one) for one in run.triggers], bool)
    is_mine: Booleans = is_polled[run.trigger_numbers[rows["delivery"]]]
    return rows[is_chosen & is_mine]


def _columns(run: Result, rows: NDArray[np.void]) -> dict[str, Any]:
    """By span: queue, trigger (the mapping then), delivery, start_s, end_s."""
    number = mapping_numbers(run, rows)
    queues = [getattr(trigger, "source", None) for trigger in run.triggers]
    triggers = [trigger.name for trigger in run.triggers]
    return {
        "queue": categories(queues, number),
        "trigger": categories(triggers, number),
        "delivery": rows["delivery"].astype(np.int64),
        "start_s": rows["start"] / MICROSECONDS,
        "end_s": rows["end"] / MICROSECONDS,
    }


def mapping_numbers(run: Result, rows: NDArray[np.void]) -> Integers:
    """By span: the place of its trigger; where several mappings poll a queue, of the one then."""
    numbers: Integers = run.trigger_numbers[rows["delivery"]]
    receivers = run.trace.receivers
    if not receivers:
        return numbers
    keys = [rows["delivery"].tolist(), rows["attempt"].tolist()]
    receives = zip(*keys, numbers.tolist(), strict=True)
    found = [receivers.get((one, n), last) for one, n, last in receives]
    return np.array(found, np.int64)


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
