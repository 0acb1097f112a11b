"""What EventBridge's Classic buses take and hand on in a second, of all buses of a Region.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits
"""

from __future__ import annotations

from sim.engine.function.concurrency import TokenBucket
from sim.engine.producers import Producers
from sim.trace import MICROSECONDS, Outcome


class EventSenders(Producers):
    """Who puts events on a bus, of either sort: a throttled request is made again as any other.

    An event is one request, however many rules or subscribers get it.
    """

    refused_with = "ThrottlingException"
    outcome = int(Outcome.ThrottlingException)
    refused_last = (-1, -1)  # the event, and when
    last_wait: int | None = None

    def next_wait(self, delivery: int) -> int | None:
        """How long until the request is made again, the same for all deliveries of its event."""
        refused = (self.router.event[delivery], self.clock._now)
        if self.refused_last != refused:
            self.refused_last = refused
            self.last_wait = super().next_wait(delivery)
        else:
            self.refused[delivery] = self.refused.get(delivery, 0) + 1
        return self.last_wait


class RuleInvocations:
    """Events that rules hand on to their targets: above the quota they are delayed, in turn.

    A second's worth may go at once (a choice). Each target of an event counts once, also a topic
    that passes it on to many.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.let_through = (
            -MICROSECONDS * rate
        )  # times the rate: a whole number
        self.asked = (-1, -1)  # the last event, and when
        self.due: dict[str, int] = {}  # by its targets so far

    def delay(self, event: int, target: str, now: int) -> int:
        """Count an invocation of a target; how long the event waits, in microseconds."""
        if self.asked != (event, now):
            self.asked = (event, now)
            self.due.clear()
        if target not in self.due:
            self.due[target] = self.next_invocation(now)
        return max(0, self.due[target] - now)

    def next_invocation(self, now: int) -> int:
        """When the next invocation may be."""
        earliest = (now - MICROSECONDS) * self.rate
        self.let_through = max(self.let_through, earliest) + MICROSECONDS
        return -(-self.let_through // self.rate)


class PutEvents:
    """The requests of PutEvents: an event is one (a choice), also where many rules match it."""

    def __init__(self, rate: int) -> None:
        self.bucket = TokenBucket(rate, rate)
        self.asked = (-1, -1)  # the last event, and when
        self.answer = True

    def allows(self, event: int, now: int) -> bool:
        """Whether EventBridge takes the request now."""
        if self.asked != (event, now):
            self.asked = (event, now)
            self.answer = self.bucket.allows_one(now)
        return self.answer
