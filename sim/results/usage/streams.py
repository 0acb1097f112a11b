"""What a run used of its streams, tables, topics, brokers and clusters, derived from its spans."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.results.cloudwatch.datapoints import Samples
from sim.results.result import Result
from sim.results.usage import functions
from sim.scenario.event_source_mapping import KAFKA, QUEUES, STREAMS, EventSourceMapping
from sim.trace import MICROSECONDS, TUMBLING_WINDOW

LAMBDA, KINESIS = "AWS/Lambda", "AWS/Kinesis"
AGED = (*STREAMS, "documentdb")  # the kinds that IteratorAge is sent for
COUNTED = (*STREAMS, *KAFKA)  # the kinds with EventCount metrics
MINUTE = 60.0


def mappings(run: Result) -> dict[str, EventSourceMapping]:
    """The mappings of sources that keep their order, by name."""
    ordered = (
        t
        for t in run.triggers
        if isinstance(t, EventSourceMapping) and t.kind not in QUEUES
    )
    return {trigger.name: trigger for trigger in ordered}


def records(run: Result) -> pd.DataFrame:
    """One row a record and mapping: columns of `run.deliveries`, shard, source, written_s and read_s.

    written_s: when the source took the record, after any refusals (NaN: never); read_s: when it
    left the source, for its first batch or because its filter kept it out (NaN: not yet). Final
    invocations of windows are no records.
    """
    names = mappings(run)
    table = run.deliveries[
        run.deliveries.trigger.isin(names) & (run.deliveries.edge != TUMBLING_WINDOW)
    ]
    table = table[table.arrived_s <= run.trace.ended / MICROSECONDS]
    waits = run.spans[
        (run.spans.stage == "queue") & run.spans.delivery.isin(table.delivery)
    ]
    waits = waits.drop_duplicates("delivery").set_index("delivery")
    left = waits.end_s.where(waits.outcome != "in flight")
    return table.assign(
        shard=table.delivery.map(run.trace.shards).fillna(0).astype(int),
        source=table.trigger.map(
            {name: trigger.source for name, trigger in names.items()}
        ),
        written_s=table.delivery.map(waits.start_s),
        read_s=table.delivery.map(left),
    )


def batches(run: Result) -> pd.DataFrame:
    """One row a call of a function with a batch of records.

    Columns: trigger, kind, function, invocation, at_s, end_s, records, age_s (of the last record
    when the function got the batch), outcome (the worst; empty while it runs).
    """
    of = records(run).set_index("delivery")
    spans = run.spans[
        (run.spans.invocation >= 0)
        & run.spans.delivery.isin(of.index)
        & (run.spans.environment >= 0)
    ]
    spans = spans.assign(
        trigger=spans.delivery.map(of.trigger), written=spans.delivery.map(of.written_s)
    )
    rank = {name: number for number, name in enumerate(functions.OUTCOMES)}
    spans["worst"] = (
        spans.outcome.map(rank).astype(float).where(spans.stage == "handler", -1.0)
    )
    keys = ["trigger", "resource", "invocation"]
    columns = {
        "start_s": "min",
        "end_s": "max",
        "delivery": "nunique",
        "written": "max",
        "worst": "max",
    }
    table = spans.groupby(keys, as_index=False).agg(columns)
    outcome = np.array([*functions.OUTCOMES, ""], dtype=object)[
        table.worst.fillna(-1.0).astype(int)
    ]
    kinds = {name: trigger.kind for name, trigger in mappings(run).items()}
    table = table.assign(
        outcome=outcome,
        kind=table.trigger.map(kinds),
        age_s=(table.start_s - table.written).round(6),
    )
    names = {"resource": "function", "start_s": "at_s", "delivery": "records"}
    order = [
        "trigger",
        "kind",
        "function",
        "invocation",
        "at_s",
        "end_s",
        "records",
        "age_s",
        "outcome",
    ]
    return table.rename(columns=names)[order].sort_values(
        "at_s", kind="stable", ignore_index=True
    )


def samples(run: Result) -> Iterator[Samples]:
    """CloudWatch's metrics of these mappings and sources.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    if not mappings(run):
        return
    table, called = records(run), batches(run)
    aged = called[called.kind.isin(AGED)]
    for function, mine in aged.groupby("function"):
        yield _samples(
            "IteratorAge",
            "Milliseconds",
            f"FunctionName={function}",
            mine.at_s,
            mine.age_s * 1000,
        )
    for name, trigger in mappings(run).items():
        own, runs = table[table.trigger == name], called[called.trigger == name]
        if trigger.kind in COUNTED:
            yield from _counts(run, name, own, runs)
        if trigger.kind in KAFKA:
            yield _lag(run, trigger, own)
            yield _pollers_of_mapping(run, trigger)
        if trigger.kind == "documentdb":
            large = own.settled_s[(own.fate == "dropped") & (own.runs == 0)]
            yield _samples(
                "OversizedRecordCount",
                "Count",
                f"FunctionName={trigger.function}",
                large,
                np.ones(len(large)),
            )
    yield from _of_kinesis(run, table)


def _counts(
    run: Result, name: str, own: pd.DataFrame, runs: pd.DataFrame
) -> Iterator[Samples]:
    """The EventCount group of a mapping; here a record counts as polled when it leaves the source.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    dimensions = f"EventSourceMappingUUID={name}"
    done = runs[runs.outcome != ""]
    failed = done[done.outcome != "succeeded"]
    given_up = own[own.condition != ""]
    kept = given_up[given_up.stores != ""]
    for metric, at, value in (
        ("PolledEventCount", own.read_s.dropna(), None),
        ("FilteredOutEventCount", own.read_s[own.fate == "filtered"].dropna(), None),
        ("InvokedEventCount", done.at_s, done.records),
        ("FailedInvokeEventCount", failed.end_s, failed.records),
        ("DroppedEventCount", given_up.settled_s, None),
        ("OnFailureDestinationDeliveredEventCount", kept.settled_s, None),
    ):
        yield _samples(
            metric,
            "Count",
            dimensions,
            at,
            np.ones(len(at)) if value is None else value,
        )


def _lag(run: Result, trigger: EventSourceMapping, own: pd.DataFrame) -> Samples:
    """Once a minute: the longest of the partitions' lags, in records written but not done with.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    at = np.arange(MINUTE, run.trace.ended / MICROSECONDS + 1e-9, MINUTE)
    longest = np.zeros(len(at))
    for _, mine in own[own.written_s.notna()].groupby("shard"):
        written = np.searchsorted(np.sort(mine.written_s), at, side="right")
        settled = np.searchsorted(np.sort(mine.settled_s.dropna()), at, side="right")
        longest = np.maximum(longest, written - settled)
    return _samples(
        "OffsetLag", "Count", f"FunctionName={trigger.function}", at, longest
    )


def _pollers_of_mapping(run: Result, trigger: EventSourceMapping) -> Samples:
    """Once a minute: how many pollers a mapping in provisioned mode has."""
    steps = [
        (at / MICROSECONDS, count)
        for name, at, count in run.trace.pollers
        if name == trigger.name
    ]
    provisioned = trigger.provisioned_poller_config is not None
    at = (
        np.arange(0, run.trace.ended / MICROSECONDS, MINUTE)
        if provisioned
        else np.empty(0)
    )
    place = np.searchsorted([start for start, _ in steps], at, side="right") - 1
    counts = np.array([count for _, count in steps])[place]
    return _samples(
        "ProvisionedPollers",
        "Count",
        f"EventSourceMappingUUID={trigger.name}",
        at,
        counts,
    )


def _of_kinesis(run: Result, table: pd.DataFrame) -> Iterator[Samples]:
    """Records taken and refused, each once however many mappings read it.

    https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
    """
    refused = run.spans[
        run.spans.outcome == "ProvisionedThroughputExceeded"
    ].drop_duplicates(["event", "start_s"])
    for stream in run.scenario.streams:
        name = f"StreamName={stream.name}"
        mine = table[
            (table.source == stream.name) & table.written_s.notna()
        ].drop_duplicates("event")
        again = refused.start_s[refused.resource == stream.name]
        yield _samples(
            "IncomingRecords",
            "Count",
            name,
            mine.written_s,
            np.ones(len(mine)),
            KINESIS,
        )
        yield _samples(
            "WriteProvisionedThroughputExceeded",
            "Count",
            name,
            again,
            np.ones(len(again)),
            KINESIS,
        )


def _samples(
    metric: str,
    unit: str,
    dimensions: str,
    at: object,
    value: object,
    space: str = LAMBDA,
) -> Samples:
    return Samples(
        space, metric, dimensions, unit, np.asarray(at, float), np.asarray(value, float)
    )
