"""What queues and their pollers did, found span by span."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import isnan
from typing import Any, NamedTuple

import sim
from sim import facts
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import QUEUES
from sim.trace import MICROSECONDS, TUMBLING_WINDOW

REDRIVE = "redrive"


class Sent(NamedTuple):
    """An event that was sent to a resource; -1: nobody consumes it."""

    target: str
    event: int
    delivery: int
    at: float
    edge: str


class Wait(NamedTuple):
    """A stay of a message in a queue; `back`: when it was there again, or was settled."""

    queue: str
    trigger: str
    delivery: int
    start: float
    end: float
    is_received: bool
    back: float
    is_new: bool


def polls_queue(trigger: Any) -> bool:
    """Whether a trigger is a mapping of a queue."""
    return isinstance(trigger, EventSourceMapping) and trigger.kind in QUEUES


def mapping_of(run: sim.Run, span: Any) -> Any:
    """The mapping that had a message during a span."""
    receive = (span.delivery, span.attempt)
    number = run.trace.receivers.get(receive)
    if number is None:
        return run.trigger_of(span.delivery)
    return run.triggers[number]


def sends(run: sim.Run) -> list[Sent]:
    """Each event that was sent to a topic, queue, bucket, stream or bus, once."""
    found = list(_consumed(run))
    seen = {(one.target, one.event) for one in found}
    for one in _passed_on(run):
        if (one.target, one.event) not in seen:
            seen.add((one.target, one.event))
            found.append(one)
    found += _stored(run)
    consumed = set(run.deliveries.event)
    for event, child in enumerate(run.trace.children, len(run.workload.time)):
        if event not in consumed:
            at = child.time / MICROSECONDS
            found.append(Sent(child.target, -1, child.delivery, at, child.edge))
    entries = {trigger.entry for trigger in run.triggers}
    for row in run.deliveries.itertuples():
        is_follower = row.delivery in run.trace.followers
        if row.condition != "Success" or is_follower:
            continue
        function = run.scenario.at(row.settled_s).function(row.function)
        target = function.event_invoke_config.destination_config.on_success
        if target is not None and target not in entries:
            found.append(
                Sent(target, -1, row.delivery, row.settled_s, "success")
            )
    return found


def _consumed(run: sim.Run) -> Iterator[Sent]:
    seen = set()
    waited = {
        span.delivery: span.end_s
        for span in run.spans.itertuples()
        if span.stage == "source" and polls_queue(run.trigger_of(span.delivery))
    }
    for row in run.deliveries.itertuples():
        trigger = run.trigger_of(row.delivery)
        target = getattr(trigger, "source", None)
        is_kept_out = polls_queue(trigger) and not was_sent(row)
        if not target or is_kept_out or row.edge == TUMBLING_WINDOW:
            continue
        if row.arrived_s <= run.ended_s and (target, row.event) not in seen:
            seen.add((target, row.event))
            at = waited.get(row.delivery, row.arrived_s)
            yield Sent(target, row.event, row.delivery, at, row.edge)


def _passed_on(run: sim.Run) -> Iterator[Sent]:
    """What came by each topic, bucket and bus on the way to a trigger."""
    following = {topic.name: topic.queues for topic in run.scenario.topics}
    for source in (*run.scenario.buckets, *run.scenario.event_buses):
        following[source.name] = source.targets
    into = {one.name: one.into for one in run.scenario.traffic}
    children = run.trace.children
    for row in run.deliveries.itertuples():
        is_caused = row.traffic == ""
        number = row.event - len(run.workload.time)
        entry = children[number].target if is_caused else into[row.traffic]
        aim = run.trigger_of(row.delivery).entry
        if row.arrived_s > run.ended_s or row.fate == "rejected":
            continue
        for place in _before(following, entry, aim):
            yield Sent(place, row.event, row.delivery, row.arrived_s, row.edge)


def _before(
    following: dict[str, tuple[str, ...]], place: str, aim: str
) -> list[str]:
    """The places on the first way from one to another, without the last."""
    for near in following.get(place, ()) if place != aim else ():
        if near == aim or _before(following, near, aim):
            return [place, *_before(following, near, aim)]
    return []


def _stored(run: sim.Run) -> Iterator[Sent]:
    """What failure stores keep that nobody consumes; a batch leaves one record."""
    entries = {trigger.entry for trigger in run.triggers}
    followers = run.trace.followers | {
        delivery
        for discard in run.trace.discards
        for delivery in discard.deliveries[1:]
    }
    for delivery, targets in run.trace.stores.items():
        edge = "failure"
        if polls_queue(run.trigger_of(delivery)):
            edge = REDRIVE
        at = run.trace.deliveries.settled[delivery] / MICROSECONDS
        for target in targets:
            if target not in entries and delivery not in followers:
                yield Sent(target, -1, delivery, at, edge)


def was_sent(row: Any) -> bool:
    """Whether a delivery was in its queue: not kept out by a policy or a rule before."""
    return row.fate not in ("filtered", "rejected") or row.receives > 0


def waits(run: sim.Run) -> list[Wait]:
    """Each stay of a message in a queue with a mapping."""
    spans: dict[int, list[Any]] = defaultdict(list)
    for span in run.spans.itertuples():
        trigger = run.trigger_of(span.delivery)
        if span.stage == "queue" and polls_queue(trigger):
            spans[span.delivery].append(span)
    settled = run.deliveries.settled_s.tolist()
    found = []
    for delivery, mine in sorted(spans.items()):
        mine.sort(key=lambda span: (span.start_s, span.attempt))
        attempt = 0
        for number, span in enumerate(mine):
            back = settled[delivery]
            if number + 1 < len(mine):
                back = mine[number + 1].start_s
            found.append(
                Wait(
                    queue=run.trigger_of(delivery).source,
                    trigger=mapping_of(run, span).name,
                    delivery=delivery,
                    start=span.start_s,
                    end=span.end_s,
                    is_received=span.attempt > attempt,
                    back=run.ended_s if isnan(back) else back,
                    is_new=number == 0,
                )
            )
            attempt = span.attempt
    return found


BESIDE = ("extension", "connection", "call")
"""What goes on beside the work on a batch."""


class Batch:
    """Messages in a poller's hand, from their spans."""

    def __init__(self, queue: str, trigger: str, spans: list[Any]) -> None:
        self.queue = queue
        self.trigger = trigger
        self.start = min(span.start_s for span in spans)
        self.end = max(span.end_s for span in spans)
        self.messages = sorted({span.delivery for span in spans})
        self.calls = requests(len(self.messages))

    def deleted(self, deliveries: list[Any]) -> int:
        """How many of its messages were deleted when it was done."""
        rows = [deliveries[one] for one in self.messages]
        return sum(
            row.fate in ("succeeded", "dropped") and row.settled_s == self.end
            for row in rows
        )


def requests(messages: int) -> int:
    """How many calls take so many messages, ten with each."""
    most = facts.fact("sqs.messages_per_request").value
    return -(-messages // most)


def batches(run: sim.Run) -> list[Batch]:
    """The batches of all queues."""
    spans: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for span in run.spans.itertuples():
        trigger = run.trigger_of(span.delivery)
        if span.invocation < 0 or span.stage in BESIDE:
            continue
        if polls_queue(trigger):
            name = mapping_of(run, span).name
            key = (trigger.source, name, span.resource, span.invocation)
            spans[key].append(span)
    return [
        Batch(queue, name, mine) for (queue, name, *_), mine in spans.items()
    ]


def pollers(run: sim.Run, mapping: str) -> list[tuple[float, int]]:
    """The changes in how many pollers a mapping has."""
    return [
        (at / MICROSECONDS, count)
        for name, at, count in run.trace.pollers
        if name == mapping
    ]


def empty_receives(
    run: sim.Run, mapping: str, worked: list[Batch]
) -> list[float]:
    """When free pollers began long polls that brought nothing; the longest free works next."""
    length = facts.fact("mapping.long_poll").value * MICROSECONDS
    steps = [
        (round(at * MICROSECONDS), 0, count, 0)
        for at, count in pollers(run, mapping)
    ]
    steps += [
        (round(one.start * MICROSECONDS), 1, 0, round(one.end * MICROSECONDS))
        for one in worked
        if one.trigger == mapping
    ]
    free: list[int] = []
    polls: list[int] = []

    def poll(since: int, until: int) -> None:
        while since + length <= until:
            polls.append(since)
            since += length

    for at, is_batch, count, end in sorted(steps):
        if is_batch and free:
            longest = min(free)
            free.remove(longest)
            poll(longest, at - 1)
            free.append(max(end, longest))
        if is_batch:
            continue
        free += [at] * (count - len(free))
        while len(free) > count:
            latest = max(free)
            free.remove(latest)
            poll(latest, at)
    for since in free:
        poll(since, run.trace.ended)
    return [at / MICROSECONDS for at in polls]
