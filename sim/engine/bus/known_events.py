"""Deduplication when events are published: by their content, or by an id that the producer gives.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sim import facts
from sim.scenario.traffic import Traffic
from sim.trace import MICROSECONDS
from sim.workload.event_bodies import EventBodies
from sim.workload.workload import Workload

KEY = "key"
"""The `deduplication_id` that is the event's key."""
Identifier = tuple[int, str]
"""The event group, and what an event is known by in it."""


class KnownEvents:
    """What one bus has stored in the last 300 s, by event group and identifier.

    An event that another one caused is published as the event from outside behind it says.
    """

    def __init__(
        self,
        traffic: tuple[Traffic, ...],
        workload: Workload,
        bodies: EventBodies,
        keys: Sequence[int],
    ) -> None:
        by_name = {one.name: one for one in traffic}
        self.senders = [by_name[name] for name in workload.names]
        self.traffic: list[int] = workload.traffic.tolist()
        self.bodies = bodies
        self.keys = keys
        window = facts.fact("custom_bus.deduplication_window").value
        self.window: int = window * MICROSECONDS
        self.stored: dict[Identifier, int] = {}
        self.is_used = any(
            one.deduplication_type or one.deduplication_id for one in traffic
        )

    def has(self, event: int, now: int) -> bool:
        """Whether the event repeats one that was stored within the window."""
        identifier = self.identifier(event) if self.is_used else None
        if identifier is None or identifier not in self.stored:
            return False
        return now - self.stored[identifier] <= self.window

    def add(self, event: int, now: int) -> None:
        """The event is stored now."""
        identifier = self.identifier(event) if self.is_used else None
        if identifier is not None:
            self.stored[identifier] = now

    def identifier(self, event: int) -> Identifier | None:
        """What the event is known by; None: by nothing."""
        sender = self.senders[self.traffic[self.bodies.root(event)]]
        group = self.keys[event]
        if sender.deduplication_type is not None:
            return group, self.content(event)
        if sender.deduplication_id is None:
            return None
        if sender.deduplication_id == KEY:
            return (group, KEY) if group >= 0 else None
        found = self.field(event, sender.deduplication_id)
        return None if found is None else (group, json.dumps(found))

    def content(self, event: int) -> str:
        """All that the event says; without a body, which event of its traffic it stems from."""
        content = self.bodies.content(event)
        if content.has_body:
            return json.dumps(content.body, sort_keys=True)
        root = self.bodies.root(event)
        return f"{self.traffic[root]} {self.bodies.number(event)}"

    def field(self, event: int, path: str) -> Any:
        """The field of the body at a dotted path; None: there is none."""
        found: Any = self.bodies.content(event).body
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found
