"""A stream as its producers see it: keys, shards, write limits, splits.

https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from hashlib import md5
from typing import Protocol

from sim import facts
from sim.engine.clock import TIMER
from sim.engine.retry import THROTTLED, ImmediateRetries, RetryRule
from sim.engine.router import Router
from sim.engine.sdk_retries import SdkRetries
from sim.scenario.caller import Caller
from sim.trace import MICROSECONDS, Fate, Outcome, Stage
from sim.workload import draws

KEYS = 2**128  # hash keys are MD5 sums
MINUTE = 60 * MICROSECONDS
REFUSED = "ProvisionedThroughputExceededException"
RECORDS = facts.fact("kinesis.write_records").value
BYTES = facts.fact("kinesis.write_kb").value * 1024
SOURCE, EXCEEDED = int(Stage.SOURCE), int(Outcome.ProvisionedThroughputExceeded)


class Reader(Protocol):
    """A mapping that reads the stream."""

    def open(self, shard: Shard) -> None:
        """Begin to read a shard that is new."""

    def close(self, shard: Shard) -> None:
        """A shard gets no more records."""


class Shard:
    """A range of hash keys: its records keep their order."""

    def __init__(
        self, number: int, low: int, high: int, parents: Sequence[Shard] = ()
    ) -> None:
        self.number, self.low, self.high, self.parents = (
            number,
            low,
            high,
            tuple(parents),
        )
        self.record_level, self.byte_level, self.since = (
            RECORDS * MICROSECONDS,
            BYTES * MICROSECONDS,
            0,
        )
        self.minute = self.taken = 0  # bytes of this minute
        self.reads: deque[int] = deque(maxlen=facts.fact("kinesis.reads").value)
        self.free_at = 0

    def takes(self, now: int, size: int) -> bool:
        """Whether a record of this size may be written now: 1,000 records and 1 MB a second, at most that at once.

        Two buckets of millionths of a record and of a byte (a choice); a record above 1 MB needs a
        full one. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
        """
        passed, need = now - self.since, size * MICROSECONDS
        self.since = now
        records, room = (
            self.record_level + passed * RECORDS,
            self.byte_level + passed * BYTES,
        )
        self.record_level = records = (
            records if records < RECORDS * MICROSECONDS else RECORDS * MICROSECONDS
        )
        self.byte_level = room = (
            room if room < BYTES * MICROSECONDS else BYTES * MICROSECONDS
        )
        if records < MICROSECONDS or (room < need and room < BYTES * MICROSECONDS):
            return False
        self.record_level = records - MICROSECONDS
        self.byte_level = room - need
        return True

    def readable_at(self, now: int) -> int:
        """When the next read is answered: five a second, and none while an earlier one uses up the bytes.

        https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
        """
        full = len(self.reads) == self.reads.maxlen
        return max(now, self.free_at, self.reads[0] + MICROSECONDS if full else 0)


class Stream:
    """Brings each record to the shard of its key, or refuses it; `per_second`: the shards have write limits."""

    def __init__(
        self,
        name: str,
        resource: int,
        shards: int,
        router: Router,
        limited: bool,
        rotates: bool,
    ) -> None:
        self.name, self.resource, self.router, self.clock = (
            name,
            resource,
            router,
            router.clock,
        )
        self.limited, self.rotates = limited, rotates
        self.delivery_draws = router.delivery_draws
        self.readers: list[Reader] = []
        self.callers: Callable[[int], Caller] = lambda delivery: Caller()
        self.policies: dict[Caller, RetryRule] = {}
        self.puts: dict[int, int] = {}  # of the records that were refused
        self.written: dict[int, int] = {}  # when those were written at last
        self.splits_hot_shards = False
        self.unchanged_share = 0.0  # of the writes to a table
        self.unchanged_key = draws.key(self.delivery_draws.seed, name, "unchanged")
        self.event = self.at = -1  # the last put
        self.shard: Shard | None = None
        self.hashes: dict[int, int] = {}
        self.turn = 0
        self.count = 0
        self.shards: list[Shard] = []
        self.add(even(shards), ())

    def put(self, delivery: int) -> Shard | None:
        """Write the delivery's event, once for all its deliveries; None: there is no record of it."""
        event, now = self.delivery_draws.event[delivery], self.clock._now
        if event != self.event or now != self.at:
            self.event, self.at = event, now
            shard = self.place(event)
            self.shard = (
                shard if not self.limited or self.take(shard, event, now) else None
            )
        if self.unchanged_share and self.changes_nothing(event):
            self.router.settle(delivery, Fate.FILTERED)
            return None
        if self.shard is None:
            self.refuse(delivery)
        elif self.puts.pop(delivery, 0):
            self.written[delivery] = now
        return self.shard

    def changes_nothing(self, event: int) -> bool:
        """A write that changes nothing makes no record in a table's stream.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
        """
        return (
            draws.uniform(self.unchanged_key, self.delivery_draws.identity[event])
            < self.unchanged_share
        )

    def place(self, event: int) -> Shard:
        """The shard of the event's partition key; a Kafka producer takes the partitions of records without key in turn.

        https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
        """
        shards = self.shards
        if len(shards) == 1:
            return shards[0]
        if self.rotates and self.delivery_draws.key[event] < 0:
            self.turn += 1
            return shards[(self.turn - 1) % len(shards)]
        return shards[bisect_right(self.lows, self.hash_key(event)) - 1]

    def hash_key(self, event: int) -> int:
        """The MD5 sum of the partition key; an event without one has a partition key of its own."""
        key = self.delivery_draws.key[event]
        if key < 0:
            return hashed(f"{self.delivery_draws.identity[event]:016x}")
        if key not in self.hashes:
            self.hashes[key] = hashed(str(key))
        return self.hashes[key]

    def take(self, shard: Shard, event: int, now: int) -> bool:
        """Count the record against the shard's limits."""
        size = self.delivery_draws.size[event]
        if self.splits_hot_shards:
            self.watch(shard, size, now)
        return shard.takes(now, size)

    def watch(self, shard: Shard, size: int, now: int) -> None:
        """In on-demand mode a shard that took more than 500 KB/s over a minute is split in two, 15 min later.

        https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
        """
        if now - shard.minute >= MINUTE:
            shard.minute, shard.taken = now - now % MINUTE, 0
        shard.taken += size
        if 0 <= shard.taken - size <= SPLIT * 60 < shard.taken:
            self.clock.after(
                facts.fact("kinesis.on_demand_split_after").value * MICROSECONDS,
                self.split,
                shard,
            )

    def split(self, shard: Shard) -> None:
        """Two shards follow on one."""
        if shard in self.shards and shard.high - shard.low > 1:
            middle = (shard.low + shard.high) // 2
            self.replace([shard], [(shard.low, middle), (middle, shard.high)])

    def reshard(self, count: int) -> None:
        """The hash keys are spread evenly over so many new shards, each a child of the old ones it overlaps.

        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
        """
        if count != len(self.shards):
            self.replace(list(self.shards), even(count))

    def replace(self, old: list[Shard], ranges: list[tuple[int, int]]) -> None:
        """Old shards are closed, new ones take what comes from now on."""
        self.shards = [shard for shard in self.shards if shard not in old]
        self.add(ranges, old)
        for reader in self.readers:
            for shard in old:
                reader.close(shard)

    def add(self, ranges: list[tuple[int, int]], old: Sequence[Shard]) -> None:
        """Open shards for these ranges of hash keys."""
        for low, high in ranges:
            parents = [shard for shard in old if shard.low < high and low < shard.high]
            shard = Shard(self.count, low, high, parents)
            self.count += 1
            self.shards.append(shard)
            for reader in self.readers:
                reader.open(shard)
        self.shards.sort(key=lambda shard: shard.low)
        self.lows = [shard.low for shard in self.shards]

    def refuse(self, delivery: int) -> None:
        """The producer is told that the shard's throughput is exceeded, and tries again as its client does.

        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
        """
        attempt = self.puts[delivery] = self.puts.get(delivery, 0) + 1
        caller = self.callers(delivery)
        identity = self.delivery_draws.identity[self.delivery_draws.event[delivery]]
        wait = self.policy(caller).next_wait(0, delivery, attempt, THROTTLED, identity)
        now = self.clock._now
        self.router.trace.add_span(
            delivery, 0, SOURCE, now, now + (wait or 0), self.resource, EXCEEDED
        )
        if wait is None:
            self.router.settle_with_answer(
                delivery, self.router.answer_number(REFUSED), Fate.REJECTED
            )
        else:
            arrive = self.router.consumers[self.router.trigger[delivery]].arrive
            self.clock.after(wait, arrive, delivery, TIMER + delivery)

    def policy(self, caller: Caller) -> RetryRule:
        """How this producer tries again."""
        if caller not in self.policies:
            sdk = (
                SdkRetries(caller, self.clock, self.delivery_draws.seed, self.name)
                if caller.uses_sdk
                else None
            )
            self.policies[caller] = sdk or ImmediateRetries(caller.attempts)
        return self.policies[caller]


SPLIT = facts.fact("kinesis.on_demand_split_kb").value * 1024  # bytes a second


def even(count: int) -> list[tuple[int, int]]:
    """All hash keys in so many ranges of equal length."""
    return [(KEYS * n // count, KEYS * (n + 1) // count) for n in range(count)]


def hashed(key: str) -> int:
    """A partition key as a 128-bit number."""
    return int.from_bytes(md5(key.encode(), usedforsecurity=False).digest(), "big")
