"""A stream as its producers see it: keys, shards, write limits, splits.

https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Protocol

from sim import facts
from sim.engine.producers import Producers
from sim.engine.router import Router
from sim.engine.stream.shard import Shard, even_ranges
from sim.trace import MICROSECONDS, Fate
from sim.workload import draws

SPLIT_AFTER = facts.fact("kinesis.on_demand_split_after").value * MICROSECONDS


class Reader(Protocol):
    """A mapping that reads the stream."""

    def open(self, shard: Shard) -> None:
        """Begin to read a shard that is new."""

    def close(self, shard: Shard) -> None:
        """A shard gets no more records."""


@dataclass(frozen=True)
class StreamSettings:
    """What tells the streams, tables, topics, brokers and clusters of a scenario apart."""

    name: str
    resource: int
    shards: int  # at the beginning
    has_write_limits: bool = False
    splits_hot_shards: bool = False
    takes_turns: bool = (
        False  # records without key go to the partitions in turn
    )
    unchanged_share: float = 0.0  # of the writes to a table
    ignores_keys: bool = False  # Kinesis distributes the records itself


class ShardedStream:
    """Brings each record to the shard of its key, or refuses it."""

    def __init__(
        self, settings: StreamSettings, router: Router, producers: Producers
    ) -> None:
        self.settings = settings
        self.resource = settings.resource
        self.router = router
        self.clock = router.clock
        self.delivery_draws = router.delivery_draws
        self.producers = producers
        self.readers: list[Reader] = []
        self.unchanged_key = draws.key(
            self.delivery_draws.seed, settings.name, "unchanged"
        )
        self.put_event = -1  # the last put: its event, time and shard
        self.put_at = -1
        self.put_shard: Shard | None = None
        self.hash_keys: dict[int, int] = {}
        self.turns = 0
        self.opened = 0
        self.shards: list[Shard] = []
        self.add(even_ranges(settings.shards), ())

    def put(self, delivery: int) -> Shard | None:
        """Write the delivery's event, once for all its deliveries; None: there is no record."""
        event = self.delivery_draws.event[delivery]
        now = self.clock._now
        if event != self.put_event or now != self.put_at:
            self.put_event = event
            self.put_at = now
            self.put_shard = self.write(event, now)
        if self.settings.unchanged_share and self.changes_nothing(event):
            self.router.settle(delivery, Fate.FILTERED)
            return None
        if self.put_shard is None:
            self.producers.refuse(delivery)
        elif self.producers.refused:
            self.producers.accept(delivery)
        return self.put_shard

    def write(self, event: int, now: int) -> Shard | None:
        """Write an event to its shard; None: the shard's write limits do not allow it now."""
        shard = self.shard_of(event)
        if not self.settings.has_write_limits:
            return shard
        size = self.delivery_draws.size[event]
        if self.settings.splits_hot_shards and shard.becomes_hot(now, size):
            self.clock.after(SPLIT_AFTER, self.split, shard)
        return shard if shard.write(now, size) else None

    def changes_nothing(self, event: int) -> bool:
        """A write that changes nothing makes no record in a table's stream.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
        """
        drawn = draws.uniform(
            self.unchanged_key, self.delivery_draws.identity[event]
        )
        return drawn < self.settings.unchanged_share

    def shard_of(self, event: int) -> Shard:
        """The shard of the event's partition key; without a key Kafka's partitions take turns.

        So do shards where Kinesis distributes the records itself (evenly; in turn is a choice).
        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html
        """
        shards = self.shards
        if len(shards) == 1:
            return shards[0]
        ignores = self.settings.ignores_keys
        has_no_key = ignores or self.delivery_draws.key[event] < 0
        if has_no_key and (ignores or self.settings.takes_turns):
            shard = shards[self.turns % len(shards)]
            self.turns += 1
            return shard
        place = bisect_right(self.lows, self.hash_key(event))
        return shards[place - 1]

    def hash_key(self, event: int) -> int:
        """The MD5 sum of the partition key; an event without one has a partition key of its own."""
        key = self.delivery_draws.key[event]
        if key < 0 or self.settings.ignores_keys:
            return md5_number(f"{self.delivery_draws.identity[event]:016x}")
        if key not in self.hash_keys:
            self.hash_keys[key] = md5_number(str(key))
        return self.hash_keys[key]

    def split(self, shard: Shard) -> None:
        """On demand: two shards take the place of a hot one.

        https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
        """
        low, high = shard.low, shard.high
        if shard in self.shards and high - low > 1:
            middle = (low + high) // 2
            self.replace([shard], [(low, middle), (middle, high)])

    def reshard(self, count: int) -> None:
        """Spread the hash keys evenly over so many new shards, each a child of those it overlaps.

        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
        """
        if count != len(self.shards):
            self.replace(list(self.shards), even_ranges(count))

    def replace(self, old: list[Shard], ranges: list[tuple[int, int]]) -> None:
        """Close old shards; new ones take what comes from now on."""
        self.shards = [shard for shard in self.shards if shard not in old]
        self.add(ranges, old)
        for reader in self.readers:
            for shard in old:
                reader.close(shard)

    def add(self, ranges: list[tuple[int, int]], old: Sequence[Shard]) -> None:
        """Open shards for these ranges of hash keys."""
        for low, high in ranges:
            parents = [shard for shard in old if shard.overlaps(low, high)]
            shard = Shard(self.opened, low, high, parents)
            self.opened += 1
            self.shards.append(shard)
            for reader in self.readers:
                reader.open(shard)
        self.shards.sort(key=lambda shard: shard.low)
        self.lows = [shard.low for shard in self.shards]


def md5_number(text: str) -> int:
    """The MD5 sum of a partition key as a 128-bit number."""
    digest = md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest, "big")
