"""What streams and provisioned pollers would have cost: quantities, by line of the bill."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from sim import facts
from sim.results.result import Result
from sim.results.usage import streams
from sim.scenario.event_source_mapping import KAFKA
from sim.scenario.streams import Stream
from sim.trace import MICROSECONDS

if TYPE_CHECKING:
    import pandas as pd


GB = 1024 * 1024  # in KB
Quantity = tuple[str, str, float, float]
"""An item, the name of its price, how much of it, and over how many seconds."""


def quantities(run: Result, traffic: float, payload_kb: float) -> Iterator[Quantity]:
    """What the bill counts; `traffic`: the seconds in which events came."""
    if not streams.mappings(run):
        return
    table, ended = streams.records(run), run.trace.ended / MICROSECONDS
    for stream in run.scenario.streams:
        mine = table[(table.source == stream.name) & table.written_s.notna()]
        written = mine.event.nunique()
        if stream.stream_mode == "ON_DEMAND":
            yield (
                "Kinesis on-demand stream hours",
                "kinesis.on_demand_hours",
                ended / 3600,
                ended,
            )
            yield (
                "Kinesis on-demand data in",
                "kinesis.on_demand_in",
                written * payload_kb / GB,
                traffic,
            )
            shared = int(mine.read_s[mine.kind == "kinesis"].notna().sum())
            yield (
                "Kinesis on-demand data out",
                "kinesis.on_demand_out",
                shared * payload_kb / GB,
                traffic,
            )
        else:
            units = written * ceil(payload_kb / facts.fact("kinesis.put_unit").value)
            yield (
                "Kinesis shard hours",
                "kinesis.shard_hours",
                _shard_hours(stream, ended),
                ended,
            )
            yield "Kinesis PUT payload units", "kinesis.put_units", units, traffic
        yield from _fan_out(stream, mine, ended, traffic, payload_kb)
    yield from _pollers(run, ended)


def _fan_out(
    stream: Stream, mine: pd.DataFrame, ended: float, traffic: float, payload_kb: float
) -> Iterator[Quantity]:
    """Enhanced fan-out is charged by consumer and shard, and by what it reads."""
    pushed = mine[mine.kind == "kinesis_efo"]
    hours = pushed.trigger.nunique() * _shard_hours(stream, ended)
    yield "Kinesis enhanced fan-out hours", "kinesis.fan_out_hours", hours, ended
    read = int(pushed.read_s.notna().sum()) * payload_kb / GB
    yield "Kinesis enhanced fan-out data", "kinesis.fan_out_data", read, traffic


def _shard_hours(stream: Stream, ended: float) -> float:
    """The open shards over time; those an on-demand stream splits off are not counted."""
    first = (
        0.0,
        stream.shard_count if stream.stream_mode == "PROVISIONED" else _on_demand(),
    )
    changes = sorted(
        (change.at, change.shard_count)
        for change in stream.reshardings
        if change.at < ended
    )
    steps = [first, *changes, (ended, 0)]
    return (
        sum((end - start) * count for (start, count), (end, _) in pairwise(steps))
        / 3600
    )


def _on_demand() -> int:
    return int(facts.fact("kinesis.on_demand_shards").value)


def _pollers(run: Result, ended: float) -> Iterator[Quantity]:
    """Provisioned Kafka pollers are charged by event poller unit, which holds ten of them.

    https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
    """
    for name, trigger in streams.mappings(run).items():
        if trigger.kind in KAFKA and trigger.provisioned_poller_config is not None:
            steps = [
                (at / MICROSECONDS, count)
                for of, at, count in run.trace.pollers
                if of == name
            ]
            each = facts.fact("kafka.pollers_per_unit").value
            hours = sum(
                (end - start) * ceil(count / each)
                for (start, count), (end, _) in pairwise([*steps, (ended, 0)])
            )
            yield (
                "Lambda event poller units",
                "lambda.event_poller_unit_hours",
                hours / 3600,
                ended,
            )
