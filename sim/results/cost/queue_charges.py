"""What SQS charges for, and Lambda for the provisioned pollers of queues.

https://aws.amazon.com/sqs/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import pandas as pd

from sim import facts
from sim.results.cost.charge import Charge, count_hours
from sim.results.cost.payloads import Payloads, started
from sim.results.result import Result
from sim.results.usage import queues
from sim.results.usage.empty_receives import empty_receives
from sim.results.usage.sends import REDRIVE


class _Requests(NamedTuple):
    """Requests of one kind, by queue."""

    kind: str
    by_queue: dict[str, int]
    grows_with: Literal["events", "time"] = "events"

    def of(self, names: set[str]) -> int:
        """How many there are of these queues."""
        return sum(self.by_queue.get(name, 0) for name in names)


def charges(
    run: Result, payloads: Payloads, sent: pd.DataFrame
) -> Iterator[Charge]:
    """Each call is a request: sends, receives and deletes of up to ten messages, empty receives.

    So is a handler's change of the visibility of up to ten messages; that it asks for ten with one
    call is a choice. Each started 64 KB of a call counts. The move to a queue's own dead-letter
    queue is no call. With a batching window the pollers call more often than this. Calls to a fair
    queue, one with message group IDs, cost more: that all of its calls do is a choice. `sent`: the
    table `sends`.
    """
    fifo = {queue.name for queue in run.scenario.queues if queue.fifo_queue}
    standard = {queue.name for queue in run.scenario.queues} - fifo
    requests = list(_requests(run, payloads, sent))
    for names, service, price in (
        (standard, "SQS", "sqs.standard_requests"),
        (fifo, "SQS FIFO", "sqs.fifo_requests"),
    ):
        for each in requests:
            yield Charge(
                f"{service} {each.kind}",
                price,
                each.of(names),
                "sqs.free_requests",
                each.grows_with,
            )
    fair = _fair_queues(run) - fifo
    for each in requests:
        yield Charge(
            f"SQS fair queues: {each.kind}",
            "sqs.fair_queue_requests",
            each.of(fair),
            grows_with=each.grows_with,
        )
    yield _poller_hours(run)


def _requests(
    run: Result, payloads: Payloads, sent: pd.DataFrame
) -> Iterator[_Requests]:
    sent = sent[sent.edge != REDRIVE]
    events = pd.Series(run.trace.deliveries.event, dtype="int64")
    event = sent.event.where(sent.event >= 0, sent.delivery.map(events))
    chunks = {
        str(name): payloads.total(event[mine.index].astype("int64"), _chunks)
        for name, mine in sent.groupby("target")
    }
    yield _Requests("sends", chunks)
    messages = queues.messages_in_batches(run)
    messages = messages.assign(kb=payloads.kb(messages.delivery.map(events)))
    received = {
        str(name): _received_chunks(mine)
        for name, mine in messages.groupby("queue")
    }
    batches = queues.batches(run, messages)
    yield _Requests("receives", received)
    yield _Requests("deletes", _calls(batches.deleted, batches.queue))
    changes = queues.visibility_changes(run)
    changed = _calls(changes.messages, changes.queue)
    yield _Requests("visibility changes", changed)
    empty = empty_receives(run, batches)
    counts = {name: len(polls) for name, polls in empty.items()}
    yield _Requests("empty receives", counts, "time")


def _calls(messages: pd.Series[int], queue: pd.Series[str]) -> dict[str, int]:
    """How many calls are made for these numbers of messages, by queue."""
    by_queue = queues.requests(messages).groupby(queue).sum()
    return {str(name): int(count) for name, count in by_queue.items()}


def _received_chunks(messages: pd.DataFrame) -> int:
    """The 64 KB chunks of the calls that receive these messages, ten of a batch with each."""
    most = facts.fact("sqs.messages_per_request").value
    batch = [messages[name] for name in queues.BATCH]
    call = messages.groupby(queues.BATCH).cumcount() // most
    return sum(_chunks(kb) for kb in messages.kb.groupby([*batch, call]).sum())


def _chunks(kb: float) -> int:
    size: float = facts.fact("sqs.chunk").value
    return started(kb, size)


def _fair_queues(run: Result) -> set[str]:
    """The queues that messages with a group ID come to."""
    grouped = [
        traffic.name
        for traffic in run.scenario.traffic
        if traffic.message_group_id
    ]
    came = run.deliveries[run.deliveries.traffic.isin(grouped)]
    names = set(came.trigger)
    return {trigger.entry for trigger in run.triggers if trigger.name in names}


def _poller_hours(run: Result) -> Charge:
    """Provisioned pollers of queues are billed for as long as they are there."""
    changes = queues.pollers(run)
    hours = 0.0
    for trigger in filter(queues.polls_queue, run.triggers):
        if trigger.provisioned_poller_config is not None:
            mine = changes[changes.trigger == trigger.name]
            steps = list(zip(mine.at_s, mine.pollers, strict=True))
            hours += count_hours(steps, run.ended_s)
    return Charge(
        "Lambda provisioned pollers of queues",
        "lambda.sqs_poller_hours",
        hours,
        grows_with="time",
    )
