"""What streams and their mappings did, counted span by span."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import isnan, nan
from typing import Any, NamedTuple

import numpy as np

import sim
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import KAFKA, QUEUES, STREAMS
from sim.trace import TUMBLING_WINDOW
from tests.support.plain.queues import pollers
from tests.support.plain.runs import OUTCOMES
from tests.support.plain.series import Series

LAMBDA = "AWS/Lambda"
MINUTE = 60.0


class Record(NamedTuple):
    """A record as one mapping saw it: NaN is not yet."""

    row: Any
    trigger: Any
    shard: int
    written: float
    read: float


class Batch(NamedTuple):
    """A call of a function with records; how it ended is empty while it runs."""

    trigger: Any
    at: float
    end: float
    records: int
    age: float
    outcome: str


def is_ordered(trigger: Any) -> bool:
    """Whether a trigger is a mapping of a source that keeps its order."""
    is_mapping = isinstance(trigger, EventSourceMapping)
    return is_mapping and trigger.kind not in QUEUES


def records(run: sim.Run) -> dict[int, Record]:
    """By delivery: the record, when it was written and when it was read."""
    first: dict[int, Any] = {}
    for span in run.spans.itertuples():
        if span.stage == "queue":
            first.setdefault(span.delivery, span)
    found = {}
    for row in run.deliveries.itertuples():
        trigger = run.trigger_of(row.delivery)
        is_here = is_ordered(trigger) and row.arrived_s <= run.ended_s
        if not is_here or row.edge == TUMBLING_WINDOW:
            continue
        wait = first.get(row.delivery)
        written = nan if wait is None else wait.start_s
        is_open = wait is None or wait.outcome == "in flight"
        read = nan if is_open else wait.end_s
        shard = run.trace.shards.get(row.delivery, 0)
        found[row.delivery] = Record(row, trigger, shard, written, read)
    return found


def batches(run: sim.Run, known: dict[int, Record]) -> Iterator[Batch]:
    """The calls with records."""
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for span in run.spans.itertuples():
        is_call = span.invocation >= 0 and span.environment >= 0
        if span.delivery in known and is_call:
            name = known[span.delivery].trigger.name
            groups[name, span.resource, span.invocation].append(span)
    for spans in groups.values():
        at = min(span.start_s for span in spans)
        last = max(known[span.delivery].written for span in spans)
        yield Batch(
            known[spans[0].delivery].trigger,
            at,
            max(span.end_s for span in spans),
            len({span.delivery for span in spans}),
            round(at - last, 6),
            _outcome(spans),
        )


def _outcome(spans: list[Any]) -> str:
    ends = [
        OUTCOMES.index(span.outcome)
        for span in spans
        if span.stage == "handler" and span.outcome in OUTCOMES
    ]
    return OUTCOMES[max(ends)] if ends else ""


def count(series: Series) -> None:
    """All metrics of streams and of the mappings of sources that keep their order."""
    run = series.run
    mappings = [trigger for trigger in run.triggers if is_ordered(trigger)]
    if not mappings:
        return
    known = records(run)
    worked = list(batches(run, known))
    for batch in worked:
        if batch.trigger.kind in (*STREAMS, "documentdb"):
            dimensions = f"FunctionName={batch.trigger.function}"
            key = (LAMBDA, "IteratorAge", dimensions)
            series.add(key, batch.at, batch.age * 1000)
    for mapping in mappings:
        mine = [one for one in known.values() if one.trigger is mapping]
        if mapping.kind in (*STREAMS, *KAFKA):
            calls = [one for one in worked if one.trigger is mapping]
            _count_events(series, mapping, mine, calls)
        if mapping.kind in KAFKA:
            _count_kafka(series, mapping, mine)
        if mapping.kind == "documentdb":
            for one in mine:
                if one.row.fate == "dropped" and one.row.runs == 0:
                    dimensions = f"FunctionName={mapping.function}"
                    key = (LAMBDA, "OversizedRecordCount", dimensions)
                    series.add(key, one.row.settled_s, 1)
    _count_streams(series, known)


def _count_events(
    series: Series, mapping: Any, mine: list[Record], calls: list[Batch]
) -> None:
    dimensions = f"EventSourceMappingUUID={mapping.name}"

    def add(name: str, at: float, value: float = 1) -> None:
        series.add((LAMBDA, name, dimensions), at, value)

    for one in mine:
        add("PolledEventCount", one.read)
        if one.row.fate == "filtered":
            add("FilteredOutEventCount", one.read)
        if one.row.condition:
            add("DroppedEventCount", one.row.settled_s)
            if one.row.stores:
                name = "OnFailureDestinationDeliveredEventCount"
                add(name, one.row.settled_s)
    for call in calls:
        if call.outcome:
            add("InvokedEventCount", call.at, call.records)
        if call.outcome not in ("", "succeeded"):
            add("FailedInvokeEventCount", call.end, call.records)


def _count_kafka(series: Series, mapping: Any, mine: list[Record]) -> None:
    """Once a minute: the longest lag of a partition, and how many pollers there are."""
    run = series.run
    partitions: dict[int, list[Record]] = defaultdict(list)
    for one in mine:
        partitions[one.shard].append(one)
    for at in np.arange(MINUTE, run.ended_s + 1e-9, MINUTE).tolist():
        lags = [
            sum(one.written <= at for one in waiting)
            - sum(_settled(one) <= at for one in waiting)
            for waiting in partitions.values()
        ]
        key = (LAMBDA, "OffsetLag", f"FunctionName={mapping.function}")
        series.add(key, at, max([0, *lags]))
    if mapping.provisioned_poller_config is None:
        return
    dimensions = f"EventSourceMappingUUID={mapping.name}"
    changes = pollers(run, mapping.name)
    for at in np.arange(0, run.ended_s, MINUTE).tolist():
        now = [number for since, number in changes if since <= at]
        key = (LAMBDA, "ProvisionedPollers", dimensions)
        series.add(key, at, now[-1])


def _settled(one: Record) -> float:
    """When a written record was done with; never if it was not written."""
    return nan if isnan(one.written) else one.row.settled_s


def _count_streams(series: Series, known: dict[int, Record]) -> None:
    """Records taken and refused by each Kinesis stream, each once."""
    names = [stream.name for stream in series.run.scenario.streams]
    seen = set()
    for one in known.values():
        source = one.trigger.source
        is_new = (source, one.row.event) not in seen
        if source in names and is_new and not isnan(one.written):
            seen.add((source, one.row.event))
            key = ("AWS/Kinesis", "IncomingRecords", f"StreamName={source}")
            series.add(key, one.written, 1)
    refused = set()
    for span in series.run.spans.itertuples():
        is_refused = span.outcome == "ProvisionedThroughputExceeded"
        if is_refused and span.resource in names:
            refused.add((span.resource, span.event, span.start_s))
    for name, _, at in refused:
        key = (
            "AWS/Kinesis",
            "WriteProvisionedThroughputExceeded",
            f"StreamName={name}",
        )
        series.add(key, at, 1)
