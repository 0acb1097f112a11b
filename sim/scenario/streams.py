"""Sources that keep their records in order: streams, tables, Kafka topics, brokers."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from sim import facts
from sim.scenario.errors import ScenarioError
from sim.scenario.settings import Named, Settings, described, setting


class Resharding(Settings):
    """A change of a stream's number of shards (`UpdateShardCount`) while the scenario runs.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
    """

    at: float = setting("Resharding.at")
    shard_count: int = setting("Stream.shard_count", default=...)


DISTRIBUTION = (
    "https://docs.aws.amazon.com/kinesis/latest/APIReference/"
    "API_UpdateStreamRecordDistributionStrategy.html"
)


class Stream(Named):
    """A Kinesis data stream, by the properties of `AWS::Kinesis::Stream`.

    https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
    """

    stream_mode: Literal["PROVISIONED", "ON_DEMAND"] = described(
        "Who decides on the number of shards.", "PROVISIONED"
    )
    shard_count: int = setting("Stream.shard_count")
    retention_period_hours: int = setting("Stream.retention_period_hours")
    reshardings: tuple[Resharding, ...] = described(
        "When its number of shards changes.", ()
    )
    record_distribution_strategy: Literal["USER_PARTITION_KEY", "AUTO"] = (
        described(
            "Who chooses a record's shard: its key, or Kinesis, evenly and without order.",
            "USER_PARTITION_KEY",
        )
    )
    max_record_size_in_kib: int = setting("Stream.max_record_size_in_kib")

    @model_validator(mode="after")
    def _distributes_on_demand(self) -> Stream:
        strategy, mode = self.record_distribution_strategy, self.stream_mode
        if strategy == "AUTO" and mode != "ON_DEMAND":
            raise ScenarioError(
                f"Stream {self.name!r}: record_distribution_strategy AUTO asks for "
                f"stream_mode ON_DEMAND ({DISTRIBUTION})."
            )
        return self

    @property
    def unthrottled_readers(self) -> int:
        """How many mappings may poll a shard at their full rate.

        https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
        """
        polls = facts.fact("kinesis.polls_per_second").value
        return int(facts.fact("kinesis.reads").value // polls)


class Table(Named):
    """A DynamoDB table with a stream (`AWS::DynamoDB::Table`).

    Each write that changes something is a record.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    """

    partitions: int = setting("Table.partitions")
    global_table: bool = described(
        "Whether the table is replicated to other Regions.", False
    )
    unchanged_share: float = setting("Table.unchanged_share")

    @property
    def unthrottled_readers(self) -> int:
        """How many mappings may poll a shard of its stream at their full rate.

        https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
        """
        which = "global_table_readers" if self.global_table else "readers"
        return int(facts.fact(f"ddb_streams.{which}").value)


class KafkaTopic(Named):
    """A topic of Amazon MSK or of a Kafka cluster of one's own.

    https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
    """

    partitions: int = setting("KafkaTopic.partitions")
    retention_hours: int = setting("KafkaTopic.retention_hours")


class Broker(Named):
    """An Amazon MQ broker with one queue, by the properties of `AWS::AmazonMQ::Broker`.

    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    """

    engine_type: Literal["ACTIVEMQ", "RABBITMQ"] = described(
        "The broker's software.", "ACTIVEMQ"
    )


class DocumentDBCluster(Named):
    """A DocumentDB cluster whose change stream is on (`AWS::DocDB::DBCluster`).

    https://docs.aws.amazon.com/documentdb/latest/developerguide/change_streams.html
    """

    change_stream_log_retention_duration: int = setting(
        "DocumentDBCluster.change_stream_log_retention_duration"
    )
