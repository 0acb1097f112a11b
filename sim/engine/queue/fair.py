"""A fair queue: it hands out the messages of quiet tenants before those of a noisy one.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
"""

from __future__ import annotations

from collections import deque

from sim import facts
from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.standard import StandardQueue
from sim.engine.router import Router
from sim.scenario.resources import Queue
from sim.trace import MICROSECONDS


class Tenant:
    """One message group; times in microseconds."""

    __slots__ = (
        "held_back",
        "in_flight",
        "last_period",
        "quiet_since",
        "this_period",
    )

    def __init__(self) -> None:
        # messages behind others, while it is noisy
        self.held_back: deque[int] = deque()
        self.in_flight = 0
        self.this_period = 0  # the consumers' time that its messages have taken
        self.last_period = 0
        self.quiet_since = 0

    def begin_period(self, missed: int) -> None:
        """A new period begins, after so many in which nothing happened."""
        self.last_period = 0 if missed else self.this_period
        self.this_period = 0


class FairQueue(StandardQueue):
    """The messages of noisy tenants come last.

    A tenant is noisy with too many messages in flight, or if its messages have lately taken too
    much of the consumers' time.
    """

    def __init__(
        self,
        queue: Queue,
        resource: int,
        router: Router,
        attributes: MessageAttributes,
    ) -> None:
        super().__init__(queue, resource, router, attributes)
        self.tenants: dict[int, Tenant] = {}
        self.noisy: dict[int, Tenant] = {}  # those whose messages are held back
        self.all_tenants = Tenant()
        self.received_at: dict[int, int] = {}
        self.period_begun = 0
        self.in_flight_share = fair_queue_fact("in_flight_share")
        self.time_share = fair_queue_fact("time_share")
        self.many_in_flight = fair_queue_fact("in_flight")
        self.period = round(fair_queue_fact("recent") * MICROSECONDS)
        self.quiet_after = round(fair_queue_fact("quiet_after") * MICROSECONDS)

    def has_visible(self) -> bool:
        """Whether there are visible messages, those of noisy tenants too."""
        return bool(self.visible or self.returned or self.noisy)

    def receive(self, most: int) -> list[int]:
        """Hand out up to `most` messages, those of quiet tenants first."""
        self.release_quiet_tenants()
        batch: list[int] = []
        most = min(most, self.room())
        while len(batch) < most and self.has_visible():
            delivery = self.next_message()
            if (
                self.is_copy(delivery)
                if self.fate[delivery]
                else self.may_be_received(delivery)
            ):
                batch.append(delivery)
                self.begin_timeouts([delivery])
        return batch

    def next_message(self) -> int:
        """The first message of a quiet tenant; if there is none, the oldest of a noisy one."""
        while self.visible or self.returned:
            delivery = super().next_message()
            number = self.attributes.tenant(delivery)
            if number < 0 or not self.is_noisy(number):
                return delivery
            tenant = self.tenants[number]
            tenant.held_back.append(delivery)
            self.noisy[number] = tenant
        return self.next_held_back()

    def next_held_back(self) -> int:
        """Take the oldest message of all noisy tenants."""
        number = min(self.noisy, key=self.first_held_back)
        held_back = self.noisy[number].held_back
        delivery = held_back.popleft()
        if not held_back:
            del self.noisy[number]
        return delivery

    def first_held_back(self, number: int) -> int:
        """The oldest message of this noisy tenant."""
        return self.noisy[number].held_back[0]

    def is_noisy(self, number: int) -> bool:
        """Whether the tenant is noisy now, or still."""
        if number in self.noisy:
            return True
        tenant = self.tenant(number)
        self.end_period()
        share_in_flight = self.in_flight_share * len(self.in_flight)
        has_many = tenant.in_flight >= self.many_in_flight
        if has_many and tenant.in_flight > share_in_flight:
            return True
        share_of_time = self.time_share * self.all_tenants.last_period
        return tenant.last_period > share_of_time > 0

    def tenant(self, number: int) -> Tenant:
        """The tenant of this number, who may be new."""
        if number not in self.tenants:
            self.tenants[number] = Tenant()
        return self.tenants[number]

    def end_period(self) -> None:
        """If a period is over, its consumers' time becomes that of the last period."""
        elapsed = self.clock._now - self.period_begun
        periods = elapsed // self.period
        if periods:
            self.period_begun += periods * self.period
            for tenant in (self.all_tenants, *self.tenants.values()):
                tenant.begin_period(missed=periods - 1)

    def release_quiet_tenants(self) -> None:
        """A tenant without messages in flight for five minutes is quiet again."""
        for number, tenant in list(self.noisy.items()):
            quiet = self.clock._now - tenant.quiet_since
            if not tenant.in_flight and quiet >= self.quiet_after:
                self.returned.extend(tenant.held_back)
                tenant.held_back.clear()
                del self.noisy[number]

    def begin_timeouts(self, batch: list[int]) -> None:
        """These messages are in flight from now on."""
        super().begin_timeouts(batch)
        for delivery in batch:
            self.received_at[delivery] = self.clock._now
            tenant = self.tenant(self.attributes.tenant(delivery))
            tenant.in_flight += 1

    def release(self, delivery: int) -> None:
        """The message is no longer in flight: its tenant has taken the consumers' time so long."""
        if delivery not in self.in_flight:
            return
        super().release(delivery)
        self.end_period()
        now = self.clock._now
        taken = now - self.received_at.pop(delivery)
        tenant = self.tenant(self.attributes.tenant(delivery))
        tenant.in_flight -= 1
        tenant.quiet_since = now
        tenant.this_period += taken
        self.all_tenants.this_period += taken


def fair_queue_fact(name: str) -> float:
    """The number of a fact about fair queues."""
    return float(facts.fact(f"fair_queue.{name}").value)
