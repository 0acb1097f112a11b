"""How many calls of one action a FIFO queue takes in a second, of senders and of pollers.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from math import lcm

from sim import facts
from sim.engine.producers import Producers
from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.poller_scaling import PollRateLimit
from sim.engine.router import Router
from sim.engine.source_waits import source_waits
from sim.scenario.resources import Queue, RetryPolicy
from sim.trace import MICROSECONDS, Outcome

PER_REQUEST = int(facts.fact("sqs.messages_per_request").value)
PARTS = lcm(*range(1, PER_REQUEST + 1))
"""Of a call: a message of any full batch is a whole number of them."""


class MessageSenders(Producers):
    """Who sends messages: a throttled call is sent again as any other."""

    refused_with = "RequestThrottled"
    outcome = int(Outcome.RequestThrottled)

    def __init__(
        self,
        queue: str,
        resource: int,
        router: Router,
        attributes: MessageAttributes,
        arrive: Callable[[int], None],
    ) -> None:
        super().__init__(queue, resource, router, attributes.caller)
        self.arrive = arrive
        self.attributes = attributes
        self.waits: dict[int, Iterator[float]] = {}  # of buses and topics

    def send(self, delivery: int) -> None:
        """The sender tries again, at the queue itself."""
        self.arrive(delivery)

    def accept(self, delivery: int) -> None:
        """The message is in the queue."""
        super().accept(delivery)
        self.waits.pop(delivery, None)

    def next_wait(self, delivery: int) -> int | None:
        """How long until the next try; a bus or a topic tries again as with every target."""
        kind = self.attributes.passed_on_by(delivery, self.source)
        if kind is None:
            return super().next_wait(delivery)
        self.refused[delivery] = self.refused.get(delivery, 0) + 1
        if delivery not in self.waits:
            self.waits[delivery] = source_waits(kind, RetryPolicy())
        wait = next(self.waits[delivery], None)
        return None if wait is None else round(wait * MICROSECONDS) or 1


class CallRate:
    """The calls of one action, never more than so many in any one second."""

    def __init__(self, calls: float) -> None:
        self.most = int(calls) * PARTS
        self.made: deque[tuple[int, int]] = deque()  # when, parts of a call
        self.used = 0

    def forget(self, now: int) -> None:
        """Calls count for a second."""
        while self.made and self.made[0][0] <= now - MICROSECONDS:
            _, parts = self.made.popleft()
            self.used -= parts

    def has_room(self, now: int, parts: int) -> bool:
        """Whether there may be so much of a call now."""
        self.forget(now)
        return self.used + parts <= self.most

    def count(self, now: int, parts: int) -> None:
        """So much of a call is made."""
        self.made.append((now, parts))
        self.used += parts

    def wait(self, now: int) -> int:
        """How long until there may be a whole call, in microseconds."""
        if self.has_room(now, PARTS):
            return 0
        return self.made[0][0] + MICROSECONDS - now


class DeleteRate:
    """The calls that delete a FIFO queue's messages: one too many waits for its turn (a choice)."""

    def __init__(self, queue: Queue) -> None:
        self.made: deque[int] = deque(maxlen=int(calls_of_queue(queue)))

    def wait(self, now: int) -> int:
        """Count a call of up to ten messages; how long until SQS takes it, in microseconds."""
        is_full = len(self.made) == self.made.maxlen
        at = max(now, self.made[0] + MICROSECONDS) if is_full else now
        self.made.append(at)
        return at - now


class SendRate:
    """What a FIFO queue takes of its senders: in all, and in high throughput by message group."""

    def __init__(self, queue: Queue) -> None:
        self.by_group = queue.has_high_throughput
        self.all = CallRate(calls_of_queue(queue))
        self.groups: dict[int, CallRate] = {}

    def allows(self, now: int, group: int, messages_per_call: int) -> bool:
        """Count a message that comes in a call with so many, if there is room for it."""
        parts = PARTS // messages_per_call
        rates = [self.all]
        if self.by_group:
            rates.append(self.rate_of(group))
        if not all(rate.has_room(now, parts) for rate in rates):
            return False
        for rate in rates:
            rate.count(now, parts)
        return True

    def rate_of(self, group: int) -> CallRate:
        """The calls for one message group."""
        if group not in self.groups:
            self.groups[group] = CallRate(facts.fact("sqs.fifo_calls").value)
        return self.groups[group]


class ReceiveRate(PollRateLimit):
    """The receives of a FIFO queue, and those of its provisioned pollers, if it has them."""

    def __init__(self, calls: CallRate, own: PollRateLimit | None) -> None:
        self.receives = calls
        self.own = own
        self.messages_per_call = PER_REQUEST

    def wait(self, pollers: int, now: int) -> int:
        """How long, in microseconds, until the pollers may receive again."""
        own = 0 if self.own is None else self.own.wait(pollers, now)
        return max(own, self.receives.wait(now))

    def count_receive(self, messages: int, pollers: int, now: int) -> None:
        """A receive call brings so many messages."""
        self.receives.count(now, PARTS)
        if self.own is not None:
            self.own.count_receive(messages, pollers, now)


def calls_of_queue(queue: Queue) -> float:
    """The calls a second of one action that a FIFO queue takes in all."""
    mode = (
        "sqs.fifo_high_throughput_calls"
        if queue.has_high_throughput
        else "sqs.fifo_calls"
    )
    return float(facts.fact(mode).value)
