"""How many batches a mapping of a Kafka topic may have in hand: one for each poller, and pollers follow the lag.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
"""

from __future__ import annotations

from collections import deque
from math import ceil
from typing import TYPE_CHECKING

from sim import facts
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.trace import MICROSECONDS

if TYPE_CHECKING:
    from sim.engine.stream.record_batcher import Gathering
    from sim.engine.stream.shard_reader import StreamMapping


class Pollers:
    """The pollers of one mapping, at most one for each partition."""

    def __init__(self, mapping: EventSourceMapping, partitions: int) -> None:
        config, each = mapping.provisioned_poller_config, 1
        least, most = 1, partitions
        if config is not None:
            least = config.minimum_pollers or facts.fact("kafka.minimum_pollers").value
            most = config.maximum_pollers or facts.fact("kafka.maximum_pollers").value
            each = facts.fact("kafka.invokes_per_poller").value
        self.least, self.most, self.each = (
            min(least, partitions),
            min(most, partitions),
            each,
        )
        self.batch_size = mapping.batch_size
        self.count, self.busy = self.least, 0
        self.waiting: deque[Gathering] = deque()
        self.armed = self.throttled = False
        self.every = facts.fact("kafka.lag_check").value * MICROSECONDS
        self.delay = facts.fact("kafka.scaling_delay").value * MICROSECONDS

    def follow(self, mapping: StreamMapping) -> None:
        """Work for this mapping."""
        self.mapping, self.clock = mapping, mapping.clock
        self.note()

    def take(self, lane: Gathering) -> bool:
        """Let a lane invoke the function now, or when its turn comes."""
        if self.is_full(lane):
            return False
        self.busy += 1
        return True

    def is_full(self, lane: Gathering) -> bool:
        """Whether all pollers are busy; then the lane's turn comes later."""
        if self.busy < self.count * self.each:
            return False
        if not lane.queued:
            lane.queued = True
            self.waiting.append(lane)
        return True

    def give_back(self) -> None:
        """A call was refused: this lane waits by itself, and another may have its turn."""
        self.busy -= 1
        self.throttled = True
        self.clock.after(0, self.call)

    def call(self, _: None = None) -> None:
        """The lanes that wait have their turn."""
        turns = len(self.waiting)
        while turns and self.waiting and self.busy < self.count * self.each:
            turns -= 1
            lane = self.waiting.popleft()
            lane.queued = False
            lane.resume()

    def watch(self) -> None:
        """While there are records Lambda looks at the lag every minute."""
        if not self.armed:
            self.armed = True
            self.clock.after(self.every - self.clock._now % self.every, self.check)

    def check(self, _: None = None) -> None:
        """A batch of lag for each call at once is what pollers can have; a throttled function gets half (choices)."""
        self.armed = False
        lag = sum(reader.lag() for reader in self.mapping.readers.values())
        wanted = (
            self.count // 2
            if self.throttled
            else ceil(lag / (self.batch_size * self.each))
        )
        self.throttled = False
        wanted = max(self.least, min(self.most, wanted))
        if wanted != self.count:
            self.clock.after(self.delay, self.scale, wanted)
        if lag or self.count > self.least:
            self.watch()

    def scale(self, count: int) -> None:
        """Pollers are there, or gone, within three minutes of the check: here after all of them."""
        if count != self.count:
            self.count = count
            self.note()
            self.call()

    def note(self) -> None:
        """Write down how many pollers there are from now on."""
        self.mapping.router.trace.pollers.append(
            (self.mapping.mapping.name, self.clock._now, self.count)
        )
