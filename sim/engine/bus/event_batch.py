"""A batch of a subscriber on its way, and what takes it to the function."""

from __future__ import annotations

from typing import Protocol

from sim.scenario.subscriber import Subscriber


class EventBatch:
    """Events that one call brings: how often it was tried, since when, how the last try failed."""

    __slots__ = ("begun", "outcome", "records", "tries")

    def __init__(self, records: list[int]) -> None:
        self.records = records
        self.tries = 0
        self.begun = 0  # microseconds
        self.outcome = 0


class Deliverer(Protocol):
    """Who hears how a call has ended."""

    def succeed(self, batch: EventBatch) -> None:
        """The function has returned."""

    def hand_over(self, batch: EventBatch) -> None:
        """Lambda has accepted the batch: what follows is its own queue's."""

    def fail(self, batch: EventBatch, outcome: int) -> None:
        """The delivery has failed."""


class Target(Protocol):
    """The way in which a subscriber invokes its function."""

    def invoke(self, batch: EventBatch, deliverer: Deliverer) -> None:
        """Make one call with a batch."""

    def configure(self, subscriber: Subscriber) -> None:
        """What the subscriber is set to, from now on."""
