"""The pollers of a Kafka mapping: how many batches it may have in hand, which follows the lag.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import ceil
from typing import NamedTuple, Protocol

from sim import facts
from sim.engine.clock import Clock
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.trace import MICROSECONDS


class Waiting(Protocol):
    """Who waits for a poller."""

    queued: bool

    def resume(self) -> None:
        """A poller is free."""


class PollerLimits(NamedTuple):
    """How many pollers there may be, and how many calls each makes at once."""

    fewest: int
    most: int
    calls_each: int


class KafkaPollers:
    """The pollers of one mapping, at most one for each partition.

    `lag` tells how many records are not done with; `note` hears the number of pollers whenever it
    changes.
    """

    def __init__(
        self,
        mapping: EventSourceMapping,
        partitions: int,
        clock: Clock,
        lag: Callable[[], int],
        note: Callable[[int], None],
    ) -> None:
        self.partitions = partitions
        self.configure(mapping)
        self.clock = clock
        self.lag = lag
        self.note = note
        self.count = self.fewest
        self.busy = 0  # calls of the function
        self.waiting: deque[Waiting] = deque()
        self.check_is_due = False
        self.was_throttled = False
        self.check_interval = facts.fact("kafka.lag_check").value * MICROSECONDS
        self.scaling_delay = (
            facts.fact("kafka.scaling_delay").value * MICROSECONDS
        )
        note(self.count)

    def configure(self, mapping: EventSourceMapping) -> None:
        """What may change: at first, or from now on."""
        limits = poller_limits(mapping, self.partitions)
        self.fewest = min(limits.fewest, self.partitions)
        self.most = min(limits.most, self.partitions)
        self.calls_each = limits.calls_each
        self.batch_size = mapping.batch_size

    def change(self, mapping: EventSourceMapping) -> None:
        """Other limits count at once: there are neither fewer nor more pollers than these."""
        self.configure(mapping)
        self.scale(self.count)
        self.resume_waiting()
        self.check_later()

    def take(self, batch: Waiting) -> bool:
        """Let a batch invoke the function now; False: it has its turn later."""
        if self.must_wait(batch):
            return False
        self.busy += 1
        return True

    def must_wait(self, batch: Waiting) -> bool:
        """Whether all pollers are busy; then the batch is put in the queue for its turn."""
        if self.has_room():
            return False
        if not batch.queued:
            batch.queued = True
            self.waiting.append(batch)
        return True

    def has_room(self) -> bool:
        """Whether the pollers can make one more call."""
        return self.busy < self.count * self.calls_each

    def give_back(self) -> None:
        """A call has been throttled: its batch tries again by itself, another may have its turn."""
        self.busy -= 1
        self.was_throttled = True
        self.clock.after(0, self.resume_waiting)

    def resume_waiting(self, _: None = None) -> None:
        """The batches that wait have their turn, each once."""
        turns = len(self.waiting)
        while turns and self.waiting and self.has_room():
            turns -= 1
            batch = self.waiting.popleft()
            batch.queued = False
            batch.resume()

    def check_later(self) -> None:
        """While there are records Lambda looks at the lag every minute."""
        if not self.check_is_due:
            self.check_is_due = True
            since_check = self.clock._now % self.check_interval
            self.clock.after(self.check_interval - since_check, self.check_lag)

    def check_lag(self, _: None = None) -> None:
        """Choose how many pollers there shall be: enough to take all records at once.

        If calls have been throttled, half as many as now. Both are choices.
        """
        self.check_is_due = False
        lag = self.lag()
        wanted = ceil(lag / (self.batch_size * self.calls_each))
        if self.was_throttled:
            wanted = self.count // 2
        self.was_throttled = False
        wanted = max(self.fewest, min(self.most, wanted))
        if wanted != self.count:
            self.clock.after(self.scaling_delay, self.scale, wanted)
        if lag or self.count > self.fewest:
            self.check_later()

    def scale(self, count: int) -> None:
        """Pollers come or go within three minutes of the check: here after all of them."""
        count = max(self.fewest, min(self.most, count))
        if count != self.count:
            self.count = count
            self.note(count)
            self.resume_waiting()


def poller_limits(mapping: EventSourceMapping, partitions: int) -> PollerLimits:
    """One poller for each partition, or in provisioned mode what is set."""
    config = mapping.provisioned_poller_config
    if config is None:
        return PollerLimits(fewest=1, most=partitions, calls_each=1)
    fewest = config.minimum_pollers or facts.fact("kafka.minimum_pollers").value
    most = config.maximum_pollers or facts.fact("kafka.maximum_pollers").value
    calls_each = facts.fact("kafka.invokes_per_poller").value
    return PollerLimits(fewest, most, calls_each)
