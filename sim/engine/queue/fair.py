"""A fair queue: a standard queue that hands out the messages of quiet tenants before those of a noisy one.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
"""

from __future__ import annotations

from array import array
from collections import deque

from sim import facts
from sim.engine.queue.message_attributes import Messages
from sim.engine.queue.standard import StandardQueue
from sim.engine.router import Router
from sim.scenario.resources import Queue
from sim.trace import MICROSECONDS


class Tenant:
    """One message group: its messages in flight, its consumers' time, and those put behind others while noisy."""

    __slots__ = ("behind", "in_flight", "quiet_since", "recent", "spent")

    def __init__(self) -> None:
        self.behind: deque[int] = deque()
        self.in_flight = self.spent = self.recent = self.quiet_since = 0


class FairQueue(StandardQueue):
    """Who has too many messages in flight, or took too much of the consumers' time, waits behind the others."""

    def __init__(
        self,
        queue: Queue,
        resource: int,
        router: Router,
        latency: array[int],
        messages: Messages,
    ) -> None:
        super().__init__(queue, resource, router, latency, messages)
        self.tenants: dict[int, Tenant] = {}
        self.noisy: dict[int, Tenant] = {}  # those with messages behind others
        self.everybody = Tenant()
        self.since: dict[int, int] = {}
        self.period_begun = 0
        self.in_flight_share, self.time_share = (
            _fact("in_flight_share"),
            _fact("time_share"),
        )
        self.many = _fact("in_flight")
        self.period, self.quiet_after = (
            round(_fact(name) * MICROSECONDS) for name in ("recent", "quiet_after")
        )

    def has_messages(self) -> bool:
        """Whether anybody's messages wait."""
        return (
            bool(self.visible or self.returned or self.noisy)
            and len(self.received) < self.limit
        )

    def receive(self, most: int) -> list[int]:
        """Hand out up to `most` messages, those of quiet tenants first."""
        self.forgive()
        batch: list[int] = []
        most = min(most, self.limit - len(self.received))
        while len(batch) < most and (self.visible or self.returned or self.noisy):
            delivery = self.next_in_line()
            if not self.fate[delivery] and self.may_be_received(delivery):
                batch.append(delivery)
                self.hide([delivery])
        return batch

    def next_in_line(self) -> int:
        """The first message of a quiet tenant; if there is none, the oldest of a noisy one."""
        while self.visible or self.returned:
            delivery = super().next_in_line()
            number = self.messages.tenant(delivery)
            if number < 0 or not self.is_noisy(number):
                return delivery
            self.tenants[number].behind.append(delivery)
            self.noisy[number] = self.tenants[number]
        number = min(self.noisy, key=lambda number: self.noisy[number].behind[0])
        delivery = self.noisy[number].behind.popleft()
        if not self.noisy[number].behind:  # its backlog is gone
            del self.noisy[number]
        return delivery

    def is_noisy(self, number: int) -> bool:
        """Whether the tenant is noisy now, or still."""
        tenant = self.tenants.setdefault(number, Tenant())
        if number in self.noisy:
            return True
        self.turn_period()
        crowds = (
            tenant.in_flight >= self.many
            and tenant.in_flight > self.in_flight_share * len(self.received)
        )
        return crowds or tenant.recent > self.time_share * self.everybody.recent > 0

    def turn_period(self) -> None:
        """At the end of a period its consumers' time becomes the recent one."""
        periods = (self.clock._now - self.period_begun) // self.period
        if periods:
            self.period_begun += periods * self.period
            for tenant in (self.everybody, *self.tenants.values()):
                tenant.recent, tenant.spent = tenant.spent if periods == 1 else 0, 0

    def forgive(self) -> None:
        """A tenant that has had nothing in flight for five minutes is quiet again: its messages take their places."""
        for number, tenant in list(self.noisy.items()):
            if (
                not tenant.in_flight
                and self.clock._now - tenant.quiet_since >= self.quiet_after
            ):
                self.returned.extend(tenant.behind)
                tenant.behind.clear()
                del self.noisy[number]

    def hide(self, batch: list[int]) -> None:
        """These messages are in flight from now on."""
        super().hide(batch)
        for delivery in batch:
            self.since[delivery] = self.clock._now
            self.tenants.setdefault(
                self.messages.tenant(delivery), Tenant()
            ).in_flight += 1

    def release(self, delivery: int) -> None:
        """The message is no longer in flight: so much of the consumers' time went to its tenant."""
        if delivery in self.received:
            super().release(delivery)
            self.turn_period()
            tenant, now = self.tenants[self.messages.tenant(delivery)], self.clock._now
            spent = now - self.since.pop(delivery)
            tenant.in_flight, tenant.spent, tenant.quiet_since = (
                tenant.in_flight - 1,
                tenant.spent + spent,
                now,
            )
            self.everybody.spent += spent


def _fact(name: str) -> float:
    return float(facts.fact(f"fair_queue.{name}").value)
