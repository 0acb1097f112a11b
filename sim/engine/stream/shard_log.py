"""A shard as its readers see it: what is unread, when it was written, and how its waits end."""

from __future__ import annotations

from collections import deque

from sim.engine.stream.shard import Shard
from sim.engine.stream.sharded_stream import ShardedStream
from sim.trace import SPAN, Fate, Stage

pack = SPAN.pack
QUEUE = int(Stage.QUEUE)


class ShardLog:
    """The records of one shard for one mapping."""

    def __init__(self, shard: Shard, stream: ShardedStream) -> None:
        self.shard = shard
        self.resource = stream.resource
        self.router = stream.router
        self.chance = stream.chance
        self.unread: deque[tuple[int, int]] = deque()  # (time it can be read, record)
        self.arrived = stream.router.trace.deliveries.arrived
        self.written_later = stream.producers.written

    def written(self, delivery: int) -> int:
        """When the record was written: when it arrived, unless the shard refused it at first."""
        if delivery in self.written_later:
            return self.written_later[delivery]
        return self.arrived[delivery]

    def size(self, delivery: int) -> int:
        """How many bytes the record has."""
        return self.chance.size[self.chance.event[delivery]]

    def leave(
        self, records: list[int], end: int, attempt: int = 0, outcome: int = 0
    ) -> None:
        """Write down that these records waited in the stream until `end`."""
        write_row = self.router.trace.rows.extend
        resource = self.resource
        written = self.written
        for delivery in records:
            start = written(delivery)
            write_row(
                pack(delivery, attempt, QUEUE, outcome, start, end, -1, resource, -1)
            )

    def settle(self, delivery: int, fate: Fate, at: int) -> None:
        """A record that waits in the stream has its fate without being handed over."""
        self.leave([delivery], at)
        self.router.settle(delivery, fate, at)
