"""Metrics of streams, and of the mappings of sources that keep their order.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from sim.results.cloudwatch.datapoints import (
    KINESIS,
    LAMBDA,
    Metric,
    Samples,
    occurrences,
    samples,
)
from sim.results.intervals import count_open
from sim.results.result import Result
from sim.results.usage import streams
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import KAFKA, STREAMS

AGED = (*STREAMS, "documentdb")  # the kinds that IteratorAge is sent for
COUNTED = (*STREAMS, *KAFKA)  # the kinds with EventCount metrics
MINUTE = 60.0


def stream_metrics(run: Result) -> Iterator[Samples]:
    """The metrics of the mappings of these sources, and of Kinesis streams."""
    if not streams.mappings(run):
        return
    records = streams.records(run)
    yield from _together(_of_mappings(run, records))
    yield from _of_streams(run, records)


def _together(found: Iterable[Samples]) -> Iterator[Samples]:
    """The samples of each metric, of whichever of a function's mappings they are."""
    by_metric: dict[Metric, list[Samples]] = {}
    for one in found:
        by_metric.setdefault(one.metric, []).append(one)
    for metric, parts in by_metric.items():
        at = np.concatenate([part.at for part in parts])
        value = np.concatenate([part.value for part in parts])
        yield Samples(metric, at, value)


def _of_mappings(run: Result, records: pd.DataFrame) -> Iterator[Samples]:
    """How old records are, how many come through, and how many wait."""
    batches = streams.batches(run)
    aged = batches[batches.kind.isin(AGED)]
    for function, mine in aged.groupby("function"):
        dimensions = f"FunctionName={function}"
        metric = Metric(LAMBDA, "IteratorAge", dimensions, "Milliseconds")
        yield samples(metric, mine.at_s, mine.age_s * 1000)
    for name, mapping in streams.mappings(run).items():
        own = records[records.trigger == name]
        if mapping.kind in COUNTED:
            yield from _event_counts(
                name, own, batches[batches.trigger == name]
            )
        if mapping.kind in KAFKA:
            yield _offset_lag(run, mapping, own)
            yield _provisioned_pollers(run, mapping)
        if mapping.kind == "documentdb":
            yield _oversized_records(mapping, own)


def _event_counts(
    mapping: str, records: pd.DataFrame, batches: pd.DataFrame
) -> Iterator[Samples]:
    """The EventCount group of a mapping; a record counts as polled when it leaves the source."""
    dimensions = f"EventSourceMappingUUID={mapping}"
    is_filtered = records.fate == "filtered"
    given_up = records[records.condition != ""]
    kept = given_up[given_up.stores != ""]
    for name, at in (
        ("PolledEventCount", records.read_s.dropna()),
        ("FilteredOutEventCount", records.read_s[is_filtered].dropna()),
        ("DroppedEventCount", given_up.settled_s),
        ("OnFailureDestinationDeliveredEventCount", kept.settled_s),
    ):
        yield occurrences(Metric(LAMBDA, name, dimensions), at)
    done = batches[batches.outcome != ""]
    invoked = Metric(LAMBDA, "InvokedEventCount", dimensions)
    yield samples(invoked, done.at_s, done.records)
    failed = done[done.outcome != "succeeded"]
    failed_invoke = Metric(LAMBDA, "FailedInvokeEventCount", dimensions)
    yield samples(failed_invoke, failed.end_s, failed.records)


def _offset_lag(
    run: Result, mapping: EventSourceMapping, records: pd.DataFrame
) -> Samples:
    """Once a minute: the longest of the partitions' lags, in records written but not done with."""
    at = np.arange(MINUTE, run.ended_s + 1e-9, MINUTE)
    longest = np.zeros(len(at))
    for _, mine in records[records.written_s.notna()].groupby("shard"):
        lag = count_open(
            at, mine.written_s.to_numpy(), mine.settled_s.to_numpy()
        )
        longest = np.maximum(longest, lag)
    metric = Metric(LAMBDA, "OffsetLag", f"FunctionName={mapping.function}")
    return Samples(metric, at, longest)


def _provisioned_pollers(run: Result, mapping: EventSourceMapping) -> Samples:
    """Once a minute: how many pollers a mapping in provisioned mode has."""
    dimensions = f"EventSourceMappingUUID={mapping.name}"
    metric = Metric(LAMBDA, "ProvisionedPollers", dimensions)
    if mapping.provisioned_poller_config is None:
        return occurrences(metric, [])
    changes = streams.poller_changes(run, mapping.name)
    at = np.arange(0, run.ended_s, MINUTE)
    starts = [change.at_s for change in changes]
    last = np.searchsorted(starts, at, side="right") - 1
    pollers = np.array([change.pollers for change in changes])
    return samples(metric, at, pollers[last])


def _oversized_records(
    mapping: EventSourceMapping, records: pd.DataFrame
) -> Samples:
    """Events of a change stream that are too large for an invocation."""
    is_oversized = (records.fate == "dropped") & (records.runs == 0)
    metric = Metric(
        LAMBDA, "OversizedRecordCount", f"FunctionName={mapping.function}"
    )
    return occurrences(metric, records.settled_s[is_oversized])


def _of_streams(run: Result, records: pd.DataFrame) -> Iterator[Samples]:
    """Records taken and refused by each stream, each once however many mappings read it."""
    written = records[records.written_s.notna()]
    written = written.drop_duplicates(["source", "event"])
    refused = run.spans[run.spans.outcome == "ProvisionedThroughputExceeded"]
    refused = refused.drop_duplicates(["event", "start_s"])
    for stream in run.scenario.streams:
        dimensions = f"StreamName={stream.name}"
        mine = written[written.source == stream.name]
        incoming = Metric(KINESIS, "IncomingRecords", dimensions)
        yield occurrences(incoming, mine.written_s)
        again = refused[refused.resource == stream.name]
        exceeded = Metric(
            KINESIS, "WriteProvisionedThroughputExceeded", dimensions
        )
        yield occurrences(exceeded, again.start_s)
