"""An event source mapping of a stream: one reader for each shard, and batches for each reader.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

from sim.engine.function.invocation import BatchInvocable
from sim.engine.outage_windows import OutageWindows
from sim.engine.stream.batching_settings import BatchingSettings
from sim.engine.stream.kafka_pollers import KafkaPollers
from sim.engine.stream.parallel_batch import ParallelBatch, Twice
from sim.engine.stream.reading_settings import ReadingSettings
from sim.engine.stream.shard import Shard
from sim.engine.stream.shard_log import ShardLog
from sim.engine.stream.shard_reader import ShardReader
from sim.engine.stream.sharded_stream import ShardedStream
from sim.engine.stream.tumbling_windows import TumblingWindowBatch
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import KAFKA
from sim.trace import MICROSECONDS


class StreamMapping:
    """A mapping of a stream, table, topic, broker or cluster: what is sent to it is written first.

    So many `batches` of each shard may be in hand at once.
    """

    def __init__(
        self,
        mapping: EventSourceMapping,
        stream: ShardedStream,
        fleet: BatchInvocable,
        pauses: OutageWindows,
        reading: ReadingSettings,
        batching: BatchingSettings,
        batches: int,
        duplicates: Twice | None = None,
    ) -> None:
        self.mapping = mapping
        self.stream = stream
        self.fleet = fleet
        self.pauses = pauses
        self.reading = reading
        self.batching = batching
        self.batches = batches
        self.duplicates = duplicates
        self.router = stream.router
        self.clock = stream.router.clock
        self.active_after = round(mapping.active_after * MICROSECONDS)
        self.readers: dict[int, ShardReader] = {}
        self.pollers: KafkaPollers | None = None
        if mapping.kind in KAFKA:
            partitions = len(stream.shards)
            self.pollers = KafkaPollers(
                mapping, partitions, self.clock, self.lag, self.note_pollers
            )
        for shard in stream.shards:
            self.open(shard)
        stream.readers.append(self)

    def arrive(self, delivery: int) -> None:
        """The record is written to its shard, unless it takes no more, and waits to be read."""
        shard = self.stream.put(delivery)
        if shard is not None:
            if self.pollers is not None:
                self.pollers.check_later()
            self.readers[shard.number].add(delivery)

    def change(self, mapping: EventSourceMapping, batches: int) -> None:
        """The settings are others from now on; what is in hand goes on.

        https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
        """
        if self.pollers is not None and mapping != self.mapping:
            self.pollers.change(mapping)
        self.mapping = mapping
        for reader in self.readers.values():
            if batches == self.batches:
                reader.start_batches()
            else:
                reader.replace_batches(
                    [self.new_batch(reader.log, reader) for _ in range(batches)]
                )
        self.batches = batches

    def stop_loop(self, delivery: int) -> None:
        """Lambda does not notice loops through streams.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
        """
        self.arrive(delivery)

    def open(self, shard: Shard) -> None:
        """A new shard has a reader of its own; the shards' polls are spread evenly (a choice)."""
        siblings = max(1, len(self.stream.shards))
        place = shard.number % siblings
        phase = self.reading.poll_interval * place // siblings
        parents = [self.readers[parent.number] for parent in shard.parents]
        log = ShardLog(shard, self.stream)
        reader = ShardReader(
            log, self.stream, self.reading, phase, parents, self.resumes_at
        )
        for _ in range(self.batches):
            reader.add_batch(self.new_batch(log, reader))
        self.readers[shard.number] = reader

    def new_batch(self, log: ShardLog, reader: ShardReader) -> ParallelBatch:
        """A batch of the shard of this reader."""
        tumbling = self.batching.tumbling_window > 0
        kind = TumblingWindowBatch if tumbling else ParallelBatch
        batch = kind(
            log,
            self.batching,
            self.pollers,
            self.fleet,
            self.resumes_at,
            reader.finish,
        )
        batch.duplicates = self.duplicates
        return batch

    def close(self, shard: Shard) -> None:
        """A shard gets no more records."""
        self.readers[shard.number].close()

    def resumes_at(self, now: int) -> float:
        """When the mapping polls and invokes: now, after a pause, or never if it is not enabled."""
        active_at = max(now, self.active_after)
        return self.pauses.end(active_at) if self.pauses else active_at

    def lag(self) -> int:
        """How many records are not done with."""
        return sum(reader.lag() for reader in self.readers.values())

    def note_pollers(self, count: int) -> None:
        """Write down how many pollers there are from now on."""
        row = (self.mapping.name, self.clock._now, count)
        self.router.trace.pollers.append(row)

    def note_unfinished(self) -> None:
        """At the end of the simulation: write down what still waits, and what is too old."""
        for reader in self.readers.values():
            reader.note_unfinished()
