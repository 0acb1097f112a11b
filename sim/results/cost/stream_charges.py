"""What Kinesis charges for, and Lambda for the provisioned pollers of Kafka.

https://aws.amazon.com/kinesis/data-streams/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np
import pandas as pd

from sim import facts
from sim.results.cost.charge import HOUR, Charge, count_hours
from sim.results.cost.payloads import Payloads, started
from sim.results.result import Result
from sim.results.usage import streams
from sim.scenario.source_kinds import KAFKA
from sim.scenario.streams import Stream

GB = 1024 * 1024  # in KB


def charges(run: Result, payloads: Payloads) -> Iterator[Charge]:
    """Each stream by its mode, its enhanced fan-out consumers, and Kafka's pollers."""
    if not streams.mappings(run):
        return
    records = streams.records(run)
    records = records[records.written_s.notna()]
    records = records.assign(kb=payloads.kb(records.event))
    for stream in run.scenario.streams:
        mine = records[records.source == stream.name]
        if stream.stream_mode == "ON_DEMAND":
            yield from _on_demand_stream(mine, run.ended_s)
        else:
            yield from _provisioned_stream(run, stream, mine)
        yield from _fan_out(run, stream, mine)
    yield from _kafka_pollers(run)


def _on_demand_stream(records: pd.DataFrame, ended: float) -> Iterator[Charge]:
    yield Charge(
        "Kinesis on-demand stream hours",
        "kinesis.on_demand_hours",
        ended / HOUR,
        grows_with="time",
    )
    gb_in = float(_written(records).sum()) / GB
    yield Charge("Kinesis on-demand data in", "kinesis.on_demand_in", gb_in)
    shared = records[records.kind == "kinesis"]
    gb_out = _read_kb(shared) / GB
    yield Charge("Kinesis on-demand data out", "kinesis.on_demand_out", gb_out)


def _provisioned_stream(
    run: Result, stream: Stream, records: pd.DataFrame
) -> Iterator[Charge]:
    yield Charge(
        "Kinesis shard hours",
        "kinesis.shard_hours",
        _shard_hours(run, stream),
        grows_with="time",
    )
    unit: float = facts.fact("kinesis.put_unit").value
    kb = np.asarray(_written(records), float)
    units = int(started(kb, unit).sum())
    yield Charge("Kinesis PUT payload units", "kinesis.put_units", units)


def _fan_out(
    run: Result, stream: Stream, records: pd.DataFrame
) -> Iterator[Charge]:
    """Enhanced fan-out is charged by consumer and shard, and by what it reads."""
    pushed = records[records.kind == "kinesis_efo"]
    yield Charge(
        "Kinesis enhanced fan-out hours",
        "kinesis.fan_out_hours",
        pushed.trigger.nunique() * _shard_hours(run, stream),
        grows_with="time",
    )
    gb = _read_kb(pushed) / GB
    yield Charge("Kinesis enhanced fan-out data", "kinesis.fan_out_data", gb)


def _written(records: pd.DataFrame) -> pd.Series[float]:
    """The size of each of these records, once for all mappings, in KB."""
    return records.drop_duplicates("event").kb


def _read_kb(records: pd.DataFrame) -> float:
    """How many KB of these records mappings have read."""
    return float(records.kb[records.read_s.notna()].sum())


def _shard_hours(run: Result, stream: Stream) -> float:
    """The open shards over time; those an on-demand stream splits off are not counted."""
    ended = run.ended_s
    shards = stream.shard_count
    if stream.stream_mode == "ON_DEMAND":
        shards = int(facts.fact("kinesis.on_demand_shards").value)
    changes = [(one.at, one.shard_count) for one in stream.reshardings]
    count = stream.shard_count
    for at, system in run.scenario.steps:
        later = system.stream(stream.name).shard_count
        if later != count:
            changes.append((at, later))
        count = later
    reshardings = sorted(change for change in changes if change[0] < ended)
    return count_hours([(0.0, shards), *reshardings], ended)


def _kafka_pollers(run: Result) -> Iterator[Charge]:
    """Provisioned Kafka pollers are charged by event poller unit, which holds ten of them.

    https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
    """
    per_unit = facts.fact("kafka.pollers_per_unit").value
    for name, mapping in streams.mappings(run).items():
        if (
            mapping.kind in KAFKA
            and mapping.provisioned_poller_config is not None
        ):
            units = [
                (change.at_s, ceil(change.pollers / per_unit))
                for change in streams.poller_changes(run, name)
            ]
            yield Charge(
                "Lambda event poller units",
                "lambda.event_poller_unit_hours",
                count_hours(units, run.ended_s),
                grows_with="time",
            )
