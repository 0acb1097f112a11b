"""The event groups of a FIFO subscriber: the events of one group are delivered in their order.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html
"""

from __future__ import annotations

from sim.engine.bus.custom_bus import CustomBus

NO_GROUP = -1


class EventGroups:
    """Which groups have a batch under way, and which of their events wait for its end.

    Events without a group keep no order, and so do all of an UNORDERED subscriber.
    """

    def __init__(self, is_fifo: bool, bus: CustomBus) -> None:
        self.is_fifo = is_fifo
        self.event = bus.event
        self.key = bus.delivery_draws.key
        self.waiting: dict[int, list[int]] = {}  # by group with a batch
        self.enters: dict[int, int] = {}  # when the last event of a group does

    def group(self, delivery: int) -> int:
        """The event's group, or NO_GROUP."""
        return self.key[self.event[delivery]] if self.is_fifo else NO_GROUP

    def in_order(self, delivery: int, at: int) -> int:
        """When the event enters that would do so at this time: after those of its group before."""
        group = self.group(delivery)
        if group == NO_GROUP:
            return at
        at = max(at, self.enters.get(group, 0))
        self.enters[group] = at
        return at

    def block(self, delivery: int) -> bool:
        """Let the event wait if its group has a batch under way; whether it does."""
        waiting = self.waiting.get(self.group(delivery))
        if waiting is None:
            return False
        waiting.append(delivery)
        return True

    def begin(self, records: list[int]) -> None:
        """A batch of these events is under way: their groups are blocked."""
        for delivery in records:
            group = self.group(delivery)
            if group != NO_GROUP:
                self.waiting.setdefault(group, [])

    def end(self, records: list[int]) -> list[int]:
        """The batch is done with; returns the events that have waited for it, by group."""
        groups = {self.group(delivery) for delivery in records} - {NO_GROUP}
        return [one for group in groups for one in self.waiting.pop(group)]

    def take_back(self) -> list[int]:
        """The events that wait, which are no longer among them; their groups stay blocked."""
        waiting = [one for events in self.waiting.values() for one in events]
        for events in self.waiting.values():
            events.clear()
        return waiting
