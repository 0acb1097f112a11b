"""Builds the streams of a scenario and their mappings: Kinesis, DynamoDB, Kafka and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sim import facts
from sim.engine.function.invocation import BatchInvocable
from sim.engine.outage_windows import OutageWindows
from sim.engine.producers import Producers
from sim.engine.router import Router
from sim.engine.stream.batching_settings import BatchingSettings
from sim.engine.stream.parallel_batch import Twice
from sim.engine.stream.reading_settings import ReadingSettings, poll_interval
from sim.engine.stream.sharded_stream import ShardedStream, StreamSettings
from sim.engine.stream.stream_mapping import StreamMapping
from sim.scenario.caller import Caller
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Named
from sim.scenario.streams import (
    Broker,
    DocumentDBCluster,
    KafkaTopic,
    Stream,
    Table,
)
from sim.scenario.system import System
from sim.scenario.traffic import Traffic
from sim.trace import MICROSECONDS

HOUR = 3600 * MICROSECONDS


class OrderedSources:
    """What keeps its records in order, by name: mappings of one source share it."""

    def __init__(
        self,
        scenario: Scenario,
        senders: Mapping[str, Sequence[Traffic]],
        router: Router,
        callers: Callable[[int], Caller],
    ) -> None:
        self.scenario = scenario
        self.senders = senders
        self.router = router
        self.callers = callers
        self.streams: dict[str, ShardedStream] = {}
        self.mappings: dict[str, StreamMapping] = {}

    def mapping(
        self,
        trigger: EventSourceMapping,
        fleet: BatchInvocable,
        pauses: OutageWindows,
        duplicates: Twice | None = None,
    ) -> StreamMapping:
        """The mapping of a trigger, with the stream that it reads."""
        source = self.source(trigger.source)
        kept = retention(source)
        largest = self.largest_record(trigger.source)
        interval = poll_interval(trigger.kind, crowding(source, self.scenario))
        choices = self.scenario.choices
        batching = BatchingSettings(trigger, kept, choices, largest, interval)
        mapping = StreamMapping(
            trigger,
            self.stream(source),
            fleet,
            pauses,
            ReadingSettings(
                trigger,
                self.router.filter_of(trigger),
                kept,
                largest,
                interval,
            ),
            batching,
            batches_at_once(source, trigger),
            duplicates,
        )
        self.mappings[trigger.name] = mapping
        return mapping

    def change(self, before: System, after: System) -> None:
        """Streams have another number of shards from now on; mappings follow their sources.

        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
        """
        for old, new in zip(before.streams, after.streams, strict=True):
            if old.shard_count != new.shard_count and new.name in self.streams:
                self.streams[new.name].reshard(new.shard_count)
            if new != old and new.name in self.streams:
                stream = self.streams[new.name]
                stream.settings = stream_settings(new, stream.resource)
        changed = _changed_sources(before, after)
        for mapping in after.mappings:
            if mapping.name in self.mappings and mapping.source in changed:
                self.change_mapping(mapping, after)

    def change_mapping(
        self, mapping: EventSourceMapping, system: System
    ) -> None:
        """A mapping, another of its source, or the source itself has other settings from now on."""
        source = ordered_source(system, mapping.source)
        kept = retention(source)
        interval = poll_interval(mapping.kind, crowding(source, system))
        changed = self.mappings[mapping.name]
        record_filter = self.router.filter_of(mapping)
        changed.reading.configure(record_filter, kept, interval)
        changed.batching.configure(mapping, kept, interval)
        changed.change(mapping, batches_at_once(source, mapping))

    def largest_record(self, source: str) -> int:
        """The most bytes of a record that may come to a source."""
        sent = self.senders.get(source, ())
        return max((round(one.payload_kb * 1024) for one in sent), default=0)

    def source(self, name: str) -> Named:
        """The resource of this name that keeps its records in order."""
        return ordered_source(self.scenario, name)

    def stream(self, source: Named) -> ShardedStream:
        """The stream of a source, made when the first mapping asks for it."""
        if source.name not in self.streams:
            self.streams[source.name] = self.new_stream(source)
        return self.streams[source.name]

    def new_stream(self, source: Named) -> ShardedStream:
        """The stream of a source, whose number of shards changes at set times."""
        resource = self.scenario.resource_names.index(source.name)
        producers = Producers(source.name, resource, self.router, self.callers)
        settings = stream_settings(source, resource)
        stream = ShardedStream(settings, self.router, producers)
        if isinstance(source, Stream):
            for change in source.reshardings:
                at = round(change.at * MICROSECONDS)
                stream.clock.after(at, stream.reshard, change.shard_count)
        return stream


def _changed_sources(before: System, after: System) -> set[str]:
    """The sources that are set in another way, or that a mapping reads in another way."""
    sources = zip(before.sources, after.sources, strict=True)
    mappings = zip(before.mappings, after.mappings, strict=True)
    changed = {new.name for old, new in sources if old != new}
    return changed | {new.source for old, new in mappings if old != new}


def ordered_source(system: System, name: str) -> Named:
    """The resource of this name that keeps its records in order, in a system."""
    sources: list[Named] = [
        *system.streams,
        *system.tables,
        *system.kafka_topics,
        *system.brokers,
        *system.document_db_clusters,
    ]
    by_name = {source.name: source for source in sources}
    return by_name[name]


def crowding(source: Named, system: System) -> float:
    """How many times more mappings poll a shard than it answers at their full rate."""
    if not isinstance(source, (Stream, Table)):
        return 1.0
    return system.pollers_of(source.name) / source.unthrottled_readers


def stream_settings(source: Named, resource: int) -> StreamSettings:
    """The settings of the stream behind a source."""
    name = source.name
    match source:
        case Stream(stream_mode="ON_DEMAND"):
            shards = int(facts.fact("kinesis.on_demand_shards").value)
            return StreamSettings(
                name,
                resource,
                shards,
                has_write_limits=True,
                splits_hot_shards=True,
                ignores_keys=source.record_distribution_strategy == "AUTO",
            )
        case Stream():
            return StreamSettings(
                name, resource, source.shard_count, has_write_limits=True
            )
        case Table():
            return StreamSettings(
                name,
                resource,
                source.partitions,
                unchanged_share=source.unchanged_share,
            )
        case KafkaTopic():
            return StreamSettings(
                name, resource, source.partitions, takes_turns=True
            )
    return StreamSettings(name, resource, shards=1)


def batches_at_once(source: Named, trigger: EventSourceMapping) -> int:
    """How many batches of one shard, or of a broker, the function works on at once.

    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    """
    if isinstance(source, Broker):
        engine = source.engine_type.lower()
        return int(facts.fact(f"mq.{engine}_concurrency").value)
    if isinstance(source, DocumentDBCluster):
        return int(facts.fact("documentdb.concurrency").value)
    return trigger.parallelization_factor


def retention(source: Named) -> int:
    """How long a source keeps its records, in microseconds."""
    match source:
        case Stream():
            return source.retention_period_hours * HOUR
        case KafkaTopic():
            return source.retention_hours * HOUR
        case DocumentDBCluster():
            return source.change_stream_log_retention_duration * MICROSECONDS
        case Table():
            return int(facts.fact("ddb_streams.retention").value) * MICROSECONDS
    return int(facts.fact("mq.retention").value) * MICROSECONDS
