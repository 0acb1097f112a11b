"""What a run used of its streams, tables, topics, brokers and clusters, derived from its spans."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from sim.results.result import Result
from sim.results.usage.outcomes import outcome_names, severity
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import QUEUES
from sim.trace import MICROSECONDS, TUMBLING_WINDOW

BATCHES = [
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


class PollerChange(NamedTuple):
    """From the second `at_s` on a mapping has so many pollers."""

    at_s: float
    pollers: int


def mappings(run: Result) -> dict[str, EventSourceMapping]:
    """The mappings of sources that keep their order, by name."""
    return {
        trigger.name: trigger
        for trigger in run.triggers
        if isinstance(trigger, EventSourceMapping)
        and trigger.kind not in QUEUES
    }


def poller_changes(run: Result, mapping: str) -> list[PollerChange]:
    """How many pollers a mapping has, from when on; in order of time."""
    return [
        PollerChange(at / MICROSECONDS, count)
        for name, at, count in run.trace.pollers
        if name == mapping
    ]


def records(run: Result) -> pd.DataFrame:
    """One row a record and mapping.

    Columns: those of `run.deliveries`, shard, source, written_s, read_s. written_s: when the source
    took the record, after any refusals (NaN: never); read_s: when it left the source, for its first
    batch or because its filter kept it out (NaN: not yet). Final invocations of windows are no
    records.
    """
    sources = {name: mapping.source for name, mapping in mappings(run).items()}
    table = run.deliveries[run.deliveries.trigger.isin(sources)]
    is_record = (table.edge != TUMBLING_WINDOW) & (
        table.arrived_s <= run.ended_s
    )
    table = table[is_record]
    waits = run.spans[run.spans.stage == "queue"]
    waits = waits[waits.delivery.isin(table.delivery)]
    first_wait = waits.drop_duplicates("delivery").set_index("delivery")
    left = first_wait.end_s.where(first_wait.outcome != "in flight")
    return table.assign(
        shard=table.delivery.map(run.trace.shards).fillna(0).astype(int),
        source=table.trigger.map(sources),
        written_s=table.delivery.map(first_wait.start_s),
        read_s=table.delivery.map(left),
    )


def batches(run: Result) -> pd.DataFrame:
    """One row a call of a function with a batch of records.

    Columns: trigger, kind, function, invocation, at_s, end_s, records, age_s (of the last record
    when the function got the batch), outcome (the worst; empty while it runs).
    """
    of_record = records(run).set_index("delivery")
    spans = run.spans[run.spans.delivery.isin(of_record.index)]
    spans = spans[(spans.invocation >= 0) & (spans.environment >= 0)]
    spans = spans.assign(
        trigger=spans.delivery.map(of_record.trigger),
        written_s=spans.delivery.map(of_record.written_s),
        severity=severity(spans),
    )
    table = spans.groupby(
        ["trigger", "resource", "invocation"], as_index=False
    ).agg(
        {
            "start_s": "min",
            "end_s": "max",
            "delivery": "nunique",
            "written_s": "max",
            "severity": "max",
        }
    )
    kinds = {name: mapping.kind for name, mapping in mappings(run).items()}
    table = table.assign(
        outcome=outcome_names(table.severity),
        kind=table.trigger.map(kinds),
        age_s=(table.start_s - table.written_s).round(6),
    )
    names = {"resource": "function", "start_s": "at_s", "delivery": "records"}
    table = table.rename(columns=names)[BATCHES]
    return table.sort_values("at_s", kind="stable", ignore_index=True)
