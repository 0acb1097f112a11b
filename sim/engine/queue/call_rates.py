"""How many calls of one action a FIFO queue takes in a second, of senders and of pollers.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

from __future__ import annotations

from collections import deque
from math import lcm

from sim import facts
from sim.engine.producers import Producers
from sim.engine.queue.poller_scaling import PollRateLimit
from sim.scenario.resources import Queue
from sim.trace import MICROSECONDS, Outcome

PER_REQUEST = int(facts.fact("sqs.messages_per_request").value)
PARTS = lcm(*range(1, PER_REQUEST + 1))
"""Of a call: a message of any full batch is a whole number of them."""


class MessageSenders(Producers):
    """Who sends messages: a throttled call is sent again as any other."""

    refused_with = "RequestThrottled"
    outcome = int(Outcome.RequestThrottled)


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
