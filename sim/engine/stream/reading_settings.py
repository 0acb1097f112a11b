"""How a mapping reads the shards of its stream: from where, how often, and through which filter."""

from __future__ import annotations

from sim import facts
from sim.engine.event_filters import EventFilter
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.trace import MICROSECONDS


class ReadingSettings:
    """The settings of a mapping as the readers of its shards need them: microseconds and bytes."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        record_filter: EventFilter | None,
        retention: int,
        largest_record: int,
        poll_interval: int,
    ) -> None:
        self.configure(record_filter, retention, poll_interval)
        self.starts_at = starts_at(mapping)
        limit = payload_limit()
        self.record_limit = limit if largest_record > limit else None
        # All mappings that poll a stream share what its shards can be read.
        self.shares_reads = mapping.kind == "kinesis"
        # Whichever of a broker's batches is free takes the next messages.
        self.shares_buffer = mapping.kind == "mq"

    def configure(
        self,
        record_filter: EventFilter | None,
        retention: int,
        poll_interval: int,
    ) -> None:
        """What may change: at first, or for what is read from now on."""
        self.retention = retention
        self.poll_interval = poll_interval
        self.filter = record_filter


def payload_limit() -> int:
    """The most bytes of an invocation's payload.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
    """
    return int(facts.fact("mapping.payload_limit").value) * 1024


def poll_interval(kind: str, crowding: float = 1.0) -> int:
    """Microseconds between two polls of a shard; 0 where records are pushed, or long polls wait.

    `crowding`: how many times more mappings poll the shard than it answers. AWS says that they are
    throttled; that they then share the reads evenly is a choice.
    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """
    if kind not in ("kinesis", "ddb_streams"):
        return 0
    polls_per_second: float = facts.fact(f"{kind}.polls_per_second").value
    return int(MICROSECONDS / polls_per_second * max(1.0, crowding))


def starts_at(mapping: EventSourceMapping) -> int:
    """Records written before this time are not read.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """
    if mapping.starting_position == "LATEST":
        return round(mapping.active_after * MICROSECONDS)
    if mapping.starting_position == "AT_TIMESTAMP":
        return round((mapping.starting_position_timestamp or 0) * MICROSECONDS)
    return 0
