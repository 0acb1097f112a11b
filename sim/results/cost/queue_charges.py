"""What SQS charges for, and Lambda for the provisioned pollers of queues.

https://aws.amazon.com/sqs/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from sim import facts
from sim.arrays import Floats, Integers
from sim.results.cost.charge import Charge, count_hours
from sim.results.cost.payloads import Payloads, started
from sim.results.groups import Groups, groups
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

    How many messages a call sends is the traffic's `entries_per_request`. A handler's change of the
    visibility of up to ten messages is a request, too; that it asks for ten with one call is a
    choice. Each started 64 KB of a call counts. The move to a queue's own dead-letter queue is no
    call. With a batching window the pollers call more often than this. Calls to a fair queue, one
    with message group IDs, cost more: that all of its calls do is a choice. `sent`: the table
    `sends`.
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
    events = np.array(run.trace.deliveries.event, np.int64)
    sends = _send_calls(run, sent)
    chunks = _chunks(sends.total(payloads.kb(events[sent.delivery])))
    queue = sent.target.iloc[sends.first_row]
    yield _Requests("sends", _by_queue(chunks, queue))
    messages = queues.messages_in_batches(run)
    calls = _receive_calls(messages)
    kb = payloads.kb(events[messages.delivery])
    received = _chunks(calls.total(kb))
    yield _Requests(
        "receives", _by_queue(received, messages.queue.iloc[calls.first])
    )
    batches = queues.batches(run, messages)
    yield _Requests("deletes", _calls(batches.deleted, batches.queue))
    changes = queues.visibility_changes(run)
    changed = _calls(changes.messages, changes.queue)
    yield _Requests("visibility changes", changed)
    empty = empty_receives(run, batches)
    counts = {name: len(polls) for name, polls in empty.items()}
    yield _Requests("empty receives", counts, "time")


def _calls(messages: pd.Series[int], queue: pd.Series[str]) -> dict[str, int]:
    """How many calls are made for these numbers of messages, by queue."""
    calls = queues.requests(messages.to_numpy(np.int64))
    return _by_queue(calls, queue)


def _by_queue(counts: Integers, queue: pd.Series[str]) -> dict[str, int]:
    """The counts of each queue together."""
    table = pd.DataFrame({"queue": queue.array, "count": counts})
    total = table.groupby("queue")["count"].sum()
    return {str(name): int(count) for name, count in total.items()}


def _send_calls(run: Result, sent: pd.DataFrame) -> Groups:
    """The messages by the call that sends them: so many of a traffic's with each, in their order.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
    """
    by_name = {traffic.name: traffic for traffic in run.scenario.traffic}
    names = run.workload.names
    entries = np.array([by_name[name].entries_per_request for name in names])
    event = sent.event.to_numpy(np.int64)
    is_from_traffic = (sent.edge == "").to_numpy(bool)
    traffic = np.full(len(sent), -1)
    call = np.arange(len(sent))
    traffic[is_from_traffic] = run.workload.traffic[event[is_from_traffic]]
    is_batched = is_from_traffic & (np.r_[entries, 1][traffic] > 1)
    n = run.workload.n[event[is_batched]]
    call[is_batched] = n // entries[traffic[is_batched]]
    return groups(traffic, is_batched, call)


def _receive_calls(messages: pd.DataFrame) -> Groups:
    """The messages by the call that receives them: ten of a batch with each."""
    most = facts.fact("sqs.messages_per_request").value
    of_batch = groups(messages.batch.to_numpy())
    place = of_batch.so_far(np.ones(len(messages), np.int64)) - 1
    return groups(messages.batch.to_numpy(), place // most)


def _chunks(kb: Floats) -> Integers:
    """The 64 KB chunks of calls with so many KB."""
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
