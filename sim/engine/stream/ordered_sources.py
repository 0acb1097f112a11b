"""Builds streams and their mappings from a scenario: Kinesis, DynamoDB, Kafka, brokers, DocumentDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim import facts
from sim.engine.function.invocation import Invocable
from sim.engine.outage_windows import OutageWindows
from sim.engine.router import Router
from sim.engine.stream.record_batcher import Rules
from sim.engine.stream.shard_reader import StreamMapping
from sim.engine.stream.sharded_stream import Stream
from sim.scenario.caller import Caller
from sim.scenario.event_source_mapping import KAFKA, EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Named
from sim.scenario.streams import Broker, DocumentDBCluster, KafkaTopic, Table
from sim.scenario.streams import Stream as KinesisStream
from sim.trace import MICROSECONDS

HOUR = 3600 * MICROSECONDS


class Streams:
    """The streams of a scenario by name: mappings of one stream share it."""

    def __init__(
        self, scenario: Scenario, router: Router, callers: Callable[[int], Caller]
    ) -> None:
        self.scenario, self.router, self.callers = scenario, router, callers
        self.by_name: dict[str, Stream] = {}

    def mapping(
        self, trigger: EventSourceMapping, fleet: Invocable, down: OutageWindows
    ) -> StreamMapping:
        """The mapping of a trigger, with the stream that it reads."""
        source = self.source(trigger.source)
        form = self.scenario.function(trigger.function).behaviour.batch_response
        largest = max(
            (round(traffic.payload_kb * 1024) for traffic in self.scenario.traffic),
            default=0,
        )
        rules = Rules(trigger, retention(source), form, self.scenario.choices, largest)
        stream = self.stream(source, trigger)
        return StreamMapping(
            trigger, stream, fleet, self.router, rules, down, lanes(source, trigger)
        )

    def source(self, name: str) -> Named:
        """The resource of this name that keeps its records in order."""
        scenario = self.scenario
        ordered: Iterable[Named] = (
            *scenario.streams,
            *scenario.tables,
            *scenario.kafka_topics,
            *scenario.brokers,
            *scenario.document_db_clusters,
        )
        return {source.name: source for source in ordered}[name]

    def stream(self, source: Named, trigger: EventSourceMapping) -> Stream:
        """The stream of a source, made when the first mapping asks for it."""
        if source.name not in self.by_name:
            number = self.scenario.resource_names.index(source.name)
            limited = isinstance(source, KinesisStream)
            stream = Stream(
                source.name,
                number,
                shards(source),
                self.router,
                limited,
                trigger.kind in KAFKA,
            )
            stream.callers = self.callers
            if isinstance(source, KinesisStream):
                schedule(source, stream)
            if isinstance(source, Table):
                stream.unchanged_share = source.unchanged_share
            self.by_name[source.name] = stream
        return self.by_name[source.name]


def shards(source: Named) -> int:
    """How many shards, or partitions, a source has in the beginning."""
    match source:
        case KinesisStream(stream_mode="ON_DEMAND"):
            return int(facts.fact("kinesis.on_demand_shards").value)
        case KinesisStream():
            return source.shard_count
        case Table() | KafkaTopic():
            return source.partitions
    return 1


def lanes(source: Named, trigger: EventSourceMapping) -> int:
    """How many batches of one shard, or of a broker, the function works on at once.

    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    """
    if isinstance(source, Broker):
        return int(facts.fact(f"mq.{source.engine_type.lower()}_concurrency").value)
    if isinstance(source, DocumentDBCluster):
        return int(facts.fact("documentdb.concurrency").value)
    return trigger.parallelization_factor


def retention(source: Named) -> int:
    """How long a source keeps its records, in microseconds."""
    match source:
        case KinesisStream():
            return source.retention_period_hours * HOUR
        case KafkaTopic():
            return source.retention_hours * HOUR
        case DocumentDBCluster():
            return source.change_stream_log_retention_duration * MICROSECONDS
    name = "ddb_streams.retention" if isinstance(source, Table) else "mq.retention"
    return int(facts.fact(name).value) * MICROSECONDS


def schedule(source: KinesisStream, stream: Stream) -> None:
    """When the number of shards changes: at set times, or by the stream's own decision."""
    stream.splits_hot_shards = source.stream_mode == "ON_DEMAND"
    for change in source.reshardings:
        stream.clock.after(
            round(change.at * MICROSECONDS), stream.reshard, change.shard_count
        )
