"""Reads one shard of a stream in order, and hands its records to batches.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from sim import facts
from sim.engine.clock import LAST
from sim.engine.stream.parallel_batch import ParallelBatch
from sim.engine.stream.reading_settings import ReadingSettings
from sim.engine.stream.shard_log import ShardLog
from sim.engine.stream.sharded_stream import ShardedStream
from sim.trace import Fate, Outcome

IN_FLIGHT = int(Outcome.IN_FLIGHT)
READ_RECORDS = facts.fact("kinesis.records_per_read").value
READ_BYTES = facts.fact("kinesis.kb_per_read").value * 1024


class ShardReader:
    """Polls one shard for one mapping; `batches`, which are added next, take what it reads.

    `resumes_at(now)` tells when the mapping polls again; `phase` is when its polls fall within
    their interval, in microseconds; `parents` are read to their ends first.
    """

    def __init__(
        self,
        log: ShardLog,
        stream: ShardedStream,
        settings: ReadingSettings,
        phase: int,
        parents: list[ShardReader],
        resumes_at: Callable[[int], float],
    ) -> None:
        self.log = log
        self.stream = stream
        self.settings = settings
        self.phase = phase
        self.parents = parents
        self.resumes_at = resumes_at
        self.router = log.router
        self.clock = log.router.clock
        self.delivery_draws = log.router.delivery_draws
        self.shard = log.shard
        self.unread = log.unread
        self.shard_numbers = (
            self.router.trace.shards if stream.opened > 1 else None
        )
        self.children: list[ShardReader] = []
        self.batches: list[ParallelBatch] = []
        self.only_batch: ParallelBatch | None = None
        self.replacements: list[ParallelBatch] = []
        self.last_found = 0
        self.poll_is_due = False
        self.closed = False
        self.finished = False
        for parent in parents:
            parent.children.append(self)

    def add_batch(self, batch: ParallelBatch) -> None:
        """One more batch of this shard may be in hand at once."""
        self.only_batch = None if self.batches else batch
        if self.settings.shares_buffer and self.batches:
            batch.buffer = self.batches[0].buffer
        self.batches.append(batch)

    def start_batches(self) -> None:
        """The settings have changed: a batch may be full by now, or need not wait any more."""
        for batch in self.batches:
            batch.start_if_ready()

    def replace_batches(self, batches: list[ParallelBatch]) -> None:
        """From when nothing is in hand any more, so many batches go on, from the checkpoint.

        What was read but is in no batch yet is read again, so each key keeps its order (a choice).
        """
        self.replacements = batches
        written = self.log.written
        waiting = [record for batch in self.batches for record in batch.buffer]
        waiting.sort(key=lambda record: (written(record), record), reverse=True)
        now = self.clock._now
        self.unread.extendleft((now, record) for record in waiting)
        for batch in self.batches:
            batch.buffer.clear()
        self.use_replacements()

    def use_replacements(self) -> None:
        """The new batches take the place of the old ones, if these are done."""
        if all(batch.is_done() for batch in self.batches):
            self.batches = []
            for batch in self.replacements:
                self.add_batch(batch)
            self.replacements = []
            if self.unread and not self.poll_is_due:
                self.poll_at(self.clock._now)

    def add(self, delivery: int) -> None:
        """A record is in the shard: a poll finds it a little later."""
        if self.shard_numbers is not None:
            self.shard_numbers[delivery] = self.shard.number
        now = self.clock._now
        if now < self.settings.starts_at:
            self.router.settle(delivery, Fate.FILTERED)
            return
        found = now + self.delivery_draws.latency[delivery]
        # in the order in which they were written
        found = max(found, self.last_found)
        self.last_found = found
        self.unread.append((found, delivery))
        if not self.poll_is_due:
            self.poll_when_found(found)

    def poll_when_found(self, found: int) -> None:
        """The next poll comes at the base rate; what is pushed comes at once."""
        now = self.clock._now
        interval = self.settings.poll_interval
        at = max(now, found)
        if interval and found >= now:
            polls = (self.phase - at) // interval
            at = self.phase - polls * interval
        self.poll_at(at)

    def poll_at(self, at: float) -> None:
        """Poll at this time, whatever the base rate says."""
        if at != inf:
            self.poll_is_due = True
            wait = int(at) - self.clock._now
            self.clock.after(wait, self.poll, None, LAST)

    def poll(self, _: None = None) -> None:
        """Read the records there are, and go on at once while more remain.

        https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
        """
        self.poll_is_due = False
        if not self.unread or not self.may_read():
            return
        now = self.clock._now
        readable_at = self.readable_at(now)
        if readable_at > now:
            self.poll_at(readable_at)
            return
        for batch in self.read(now):
            batch.start_if_ready()
        self.poll_again(now)
        self.finish()

    def readable_at(self, now: int) -> float:
        """When the mapping polls and the shard answers."""
        resumes_at = self.resumes_at(now)
        if self.settings.shares_reads:
            return max(resumes_at, self.shard.readable_at(now))
        return resumes_at

    def poll_again(self, now: int) -> None:
        """Read what remains at once, and later what cannot be found yet."""
        if not self.unread or self.poll_is_due:
            return
        found = self.unread[0][0]
        if found <= now:
            self.poll_at(now)
        else:
            self.poll_when_found(found)

    def read(self, now: int) -> list[ParallelBatch]:
        """Hand over what one read brings; returns the batches that may have got something.

        A record that no payload can hold is dropped.
        https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
        """
        limit = self.settings.record_limit
        record_filter = self.settings.filter
        touched: dict[ParallelBatch, bool] = {}
        for delivery in self.next_records(now):
            if limit is not None and self.log.size(delivery) > limit:
                self.log.settle(delivery, Fate.DROPPED, now)
                continue
            batch = self.only_batch or self.batch_of(delivery)
            touched[batch] = True
            if record_filter is None or record_filter.lets_through(delivery):
                batch.buffer.append(delivery)
            else:
                batch.filter_out(delivery)
        return self.batches if self.settings.shares_buffer else list(touched)

    def next_records(self, now: int) -> list[int]:
        """Take at most 10,000 records and 10 MB, which count against the shard's 2 MB a second.

        https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
        """
        unread = self.unread
        sizes = self.delivery_draws.size
        events = self.delivery_draws.event
        records: list[int] = []
        size = 0
        while unread and unread[0][0] <= now and len(records) < READ_RECORDS:
            delivery = unread[0][1]
            size += sizes[events[delivery]]
            if size > READ_BYTES and records:
                break
            unread.popleft()
            records.append(delivery)
        if self.settings.shares_reads:
            self.shard.count_read(now, min(size, READ_BYTES))
        return records

    def batch_of(self, delivery: int) -> ParallelBatch:
        """A key is always in the same batch, so its records keep their order.

        https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
        """
        event = self.delivery_draws.event[delivery]
        hash_key = self.stream.hash_key(event)
        return self.batches[hash_key % len(self.batches)]

    def lag(self) -> int:
        """How many records are not done with."""
        read = sum(batch.lag() for batch in self.batches)
        return len(self.unread) + read

    def close(self) -> None:
        """The shard gets no more records: when all are done with, its children may be read."""
        self.closed = True
        self.finish()

    def may_read(self) -> bool:
        """A parent shard is read to its end before its children, old batches before new ones.

        https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
        """
        if self.replacements:
            return False
        return all(parent.finished for parent in self.parents)

    def finish(self) -> None:
        """When a closed shard has no record left, its children can be read."""
        if self.replacements:
            self.use_replacements()
        if not self.closed or self.finished or self.unread:
            return
        if all(batch.is_done() for batch in self.batches):
            self.finished = True
            for child in self.children:
                child.poll_at(self.clock._now)

    def note_unfinished(self) -> None:
        """At the end of the simulation: write down what nobody has handled."""
        for delivery in self.waiting():
            self.note_waiting(delivery)
        for batch in self.batches:
            batch.note_unfinished()

    def waiting(self) -> list[int]:
        """The records that no batch has in hand; batches may share what they wait for."""
        waiting: dict[int, bool] = {}
        for batch in self.batches:
            for delivery in (*batch.buffer, *batch.uncommitted):
                waiting[delivery] = True
        unread = [delivery for _, delivery in self.unread]
        return [*waiting, *unread]

    def note_waiting(self, delivery: int) -> None:
        """The record still waits, or is lost: the stream did not keep it so long."""
        end = self.log.written(delivery) + self.settings.retention
        if end <= self.clock._now:
            self.log.settle(delivery, Fate.EXPIRED, end)
        else:
            self.log.end_wait([delivery], self.clock._now, outcome=IN_FLIGHT)
