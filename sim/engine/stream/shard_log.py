"""A shard as its readers see it: what is unread, when it was written, and how its waits end."""

from __future__ import annotations

from collections import deque

from sim.engine.stream.shard import Shard
from sim.engine.stream.sharded_stream import ShardedStream
from sim.trace import Fate, Stage

QUEUE = int(Stage.QUEUE)


class ShardLog:
    """The records of one shard for one mapping."""

    def __init__(self, shard: Shard, stream: ShardedStream) -> None:
        self.shard = shard
        self.resource = stream.resource
        self.router = stream.router
        self.delivery_draws = stream.delivery_draws
        # (time it can be read, record)
        self.unread: deque[tuple[int, int]] = deque()
        self.arrived = stream.router.trace.deliveries.arrived
        self.written_later = stream.producers.written

    def written(self, delivery: int) -> int:
        """When the record was written: when it arrived, unless the shard refused it at first."""
        if delivery in self.written_later:
            return self.written_later[delivery]
        return self.arrived[delivery]

    def size(self, delivery: int) -> int:
        """How many bytes the record has."""
        return self.delivery_draws.size[self.delivery_draws.event[delivery]]

    def end_wait(
        self, records: list[int], end: int, attempt: int = 0, outcome: int = 0
    ) -> None:
        """Write down that these records waited in the stream until `end`."""
        add_span = self.router.trace.add_span
        written = self.written
        resource = self.resource
        for delivery in records:
            start = written(delivery)
            add_span(delivery, attempt, QUEUE, start, end, resource, outcome)

    def settle(self, delivery: int, fate: Fate, at: int) -> None:
        """A record that waits in the stream has its fate without being handed over."""
        self.end_wait([delivery], at)
        self.router.settle(delivery, fate, at)
