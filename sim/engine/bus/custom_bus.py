"""A Custom Event Bus: what it does with an event that is published, before any subscriber sees it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-publish.html
"""

from __future__ import annotations

from collections import deque

from sim import facts
from sim.engine.bus.known_events import KnownEvents
from sim.engine.producers import Producers
from sim.engine.router import Router
from sim.trace import MICROSECONDS, Fate

PUBLISHED = 0
DEDUPLICATED = 1
THROTTLED = 2
SUCCESS_CODE = "DEDUPLICATED"
KILOBYTE = 1024


class CustomBus:
    """One bus: it stores an event, knows it from before, or throttles its event group.

    All subscribers of a bus meet the same answer to one call.
    """

    def __init__(
        self,
        router: Router,
        producers: Producers,
        known: KnownEvents,
        is_shared: bool,
    ) -> None:
        self.router = router
        self.clock = router.clock
        self.event = router.event
        self.delivery_draws = router.delivery_draws
        self.arrived = router.deliveries.arrived
        self.producers = producers
        self.known = known
        self.is_shared = is_shared
        self.groups: dict[int, EventGroupRate] = {}
        self.answers: dict[int, tuple[int, int]] = {}  # by event: when, which
        self.deduplicated = router.answer_number(SUCCESS_CODE)

    def takes(self, delivery: int) -> bool:
        """Whether the bus stores the event; else the delivery is settled, or published again."""
        answer = self.answer(self.event[delivery])
        if answer == THROTTLED:
            self.producers.refuse(delivery)
        elif answer == DEDUPLICATED:
            self.router.settle_with_answer(
                delivery, self.deduplicated, Fate.FILTERED
            )
        else:
            self.producers.accept(delivery)
        return answer == PUBLISHED

    def published(self, delivery: int) -> int:
        """When the event came to be on the bus."""
        written = self.producers.written.get(delivery)
        return self.arrived[delivery] if written is None else written

    def size(self, delivery: int) -> int:
        """How many bytes the event has."""
        return self.delivery_draws.size[self.event[delivery]]

    def answer(self, event: int) -> int:
        """What the publisher hears of an event now, from whichever subscriber one looks."""
        now = self.clock._now
        if not self.is_shared:
            return self.publish(event, now)
        asked, answer = self.answers.get(event, (-1, PUBLISHED))
        if asked != now:
            answer = self.publish(event, now)
            self.answers[event] = (now, answer)
        return answer

    def publish(self, event: int, now: int) -> int:
        """Store an event, unless it was stored in the last 300 s or its group is too fast.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html
        """
        if self.known.has(event, now):
            return DEDUPLICATED
        group = self.delivery_draws.key[event]
        if group >= 0 and not self.rate_of(group).allows(
            now, self.delivery_draws.size[event]
        ):
            return THROTTLED
        self.known.add(event, now)
        return PUBLISHED

    def rate_of(self, group: int) -> EventGroupRate:
        """What an event group has taken in the last second."""
        if group not in self.groups:
            self.groups[group] = EventGroupRate()
        return self.groups[group]


class EventGroupRate:
    """The events and the KB of one event group in any one second.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-custom-bus-quotas
    """

    most: int = facts.fact("custom_bus.event_group_rate").value * KILOBYTE

    def __init__(self) -> None:
        # when, and how much: in bytes, for which an event counts as a KB more
        self.taken: deque[tuple[int, int]] = deque()
        self.used = 0

    def allows(self, now: int, size: int) -> bool:
        """Count an event of so many bytes, if there is room for it."""
        while self.taken and self.taken[0][0] <= now - MICROSECONDS:
            _, cost = self.taken.popleft()
            self.used -= cost
        cost = KILOBYTE + size
        if self.used + cost > self.most:
            return False
        self.taken.append((now, cost))
        self.used += cost
        return True
