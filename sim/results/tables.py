"""The trace as DataFrames; times in seconds from the start of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results import delivery_counts
from sim.results.delivery_numbers import DeliveryNumbers
from sim.results.ends import categorical
from sim.results.groups import ties
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import Trigger
from sim.trace import (
    MICROSECONDS,
    Allocation,
    Condition,
    EnvironmentStart,
    Fate,
    Initialization,
    Outcome,
    Stage,
    Trace,
)
from sim.workload.workload import Workload

INIT_STAGES = tuple(stage.label for stage in delivery_counts.INITS)
ATTEMPTS = [
    "delivery",
    "event",
    "attempt",
    "start_s",
    "end_s",
    "init_s",
    "handler_s",
    "cold",
    "outcome",
    "environment",
    "resource",
    "invocation",
]
Columns = Mapping[str, Any]


def span_rows(trace: Trace) -> NDArray[np.void]:
    """The trace's spans in order of start, without what begins after the end, and cut there."""
    spans = trace.spans
    rows = spans[_in_order(spans)]
    rows = rows[: np.searchsorted(rows["start"], trace.ended, side="right")]
    is_cut = rows["end"] > trace.ended
    rows["end"][is_cut] = trace.ended
    rows["outcome"][is_cut] = Outcome.IN_FLIGHT
    return rows


def _in_order(rows: NDArray[Any]) -> NDArray[np.int64]:
    """The places of spans by start; of those that start at once, by what else they have."""
    order = np.argsort(rows["start"], kind="stable")
    places = ties(rows["start"][order])
    tied = order[places]
    keys = ["stage", "end", "attempt", "delivery", "start"]
    order[places] = tied[np.lexsort([rows[key][tied] for key in keys])]
    return order


def spans(
    scenario: Scenario, trace: Trace, rows: NDArray[np.void]
) -> pd.DataFrame:
    """One row a span of a delivery's life, in order of start.

    A span that goes on at the end of the simulation is cut there, and in flight. Columns: delivery,
    event, attempt, stage, start_s, end_s, outcome, environment, resource, invocation (the number of
    the function's run with a batch; -1: none). `rows`: those of `span_rows`.
    """
    event = np.array(trace.deliveries.event, np.int64)
    return pd.DataFrame(
        {
            "delivery": rows["delivery"].astype(np.int64),
            "event": event[rows["delivery"]],
            "attempt": rows["attempt"].astype(np.int64),
            "stage": labels(Stage, rows["stage"]),
            "start_s": rows["start"] / MICROSECONDS,
            "end_s": rows["end"] / MICROSECONDS,
            "outcome": labels(Outcome, rows["outcome"]),
            "environment": rows["environment"].astype(np.int64),
            "resource": names(scenario.resource_names, rows["resource"]),
            "invocation": rows["invocation"].astype(np.int64),
        },
        copy=False,
    )


def deliveries(
    workload: Workload,
    trace: Trace,
    triggers: list[Trigger],
    found: DeliveryNumbers,
) -> pd.DataFrame:
    """One row a delivery, with its one fate.

    Columns: delivery, event; traffic, n (its number there; -1: not from outside), key (-1: none),
    parent and edge (the event that caused it, and by what; -1 and empty: it is from outside);
    trigger, kind, function; arrived_s, accepted_s (by Lambda, of an asynchronous event), settled_s,
    latency_s (from arrival to its fate); fate (AWS's view); end (with what was done of its work:
    `sim.results.ends.End`); told and told_s (what the caller was last told, and when), condition
    (in the words of AWS's invocation record); runs, successes, side_effects (how often its work was
    done), work_done (whether it ever was, or a pipe handed it over: not for each fate `succeeded`,
    for a function that failed may have returned normally), receives, throttles, cold (whether a run
    of it waited for an init), stores (where it was kept, joined by `;`). Times are NaN where there
    is none.
    """
    # copied: a table is its reader's to change
    numbers = {name: column.copy() for name, column in found.columns.items()}
    columns = {
        **_origins(workload, trace, numbers["event"]),
        **_ways(triggers, numbers["trigger"]),
        **_times(numbers),
        "fate": labels(Fate, numbers["fate"]),
        "end": categorical(found.end),
        "told": names(trace.answers, numbers["told"]),
        "told_s": _seconds(numbers["told_at"]),
        "condition": labels(Condition, numbers["condition"]),
        "runs": numbers["runs"],
        "successes": numbers["successes"],
        "side_effects": found.side_effects.copy(),
        "work_done": found.work_done,
        "receives": numbers["receives"],
        "throttles": delivery_counts.count_throttles(trace),
        "cold": delivery_counts.cold_runs(trace) > 0,
        "stores": _stores(trace),
    }
    return pd.DataFrame(columns, copy=False)


def attempts(spans: pd.DataFrame) -> pd.DataFrame:
    """One row for each time the function was tried: runs, and throttled attempts with `Reason`.

    Columns: delivery, event, attempt, start_s, end_s, init_s, handler_s, cold, outcome,
    environment, resource, invocation. `init_s` counts suppressed inits too; records that a batch
    did not reach have no row. The attempt at a second copy of an event is number 0, but a message
    that a queue hands out twice has another receive.
    """
    keys = ["delivery", "attempt", "resource", "environment", "invocation"]
    length = spans.end_s - spans.start_s
    inits = spans.assign(init_s=length)[spans.stage.isin(INIT_STAGES)]
    inits = inits.groupby(keys, as_index=False).agg(
        init_s=("init_s", "sum"), init_start_s=("start_s", "min")
    )
    is_try = spans.stage.isin(["handler", "throttle"])
    tries = spans.assign(handler_s=length)[
        is_try & (spans.outcome != "not reached")
    ]
    joined = tries.merge(inits, on=keys, how="left", validate="many_to_one")
    joined["cold"] = joined.init_s.notna()
    joined["init_s"] = joined.init_s.fillna(0.0)
    joined["start_s"] = joined.init_start_s.fillna(joined.start_s)
    order = ["start_s", "delivery", "attempt"]
    return joined[ATTEMPTS].sort_values(order, kind="stable", ignore_index=True)


def environments(scenario: Scenario, trace: Trace) -> pd.DataFrame:
    """One row an execution environment that was started, in the order of their starts.

    Columns: function, environment, version (0: there first; n: of the scenario's n-th deployment;
    -1: `$LATEST` beside an alias, -1 - n: with the code of deployment n),
    initialization_type, started_s, init_s (or the time of its restore).
    """
    table = pd.DataFrame(trace.environments, columns=EnvironmentStart._fields)
    kinds = table.kind.to_numpy(np.int8)
    columns = {
        "function": names(
            scenario.resource_names, table.resource.to_numpy(np.int64)
        ),
        "environment": table.number,
        "version": table.version,
        "initialization_type": labels(Initialization, kinds),
        "started_s": table.started / MICROSECONDS,
        "init_s": table.init / MICROSECONDS,
    }
    return pd.DataFrame(columns)


def provisioned_concurrency(scenario: Scenario, trace: Trace) -> pd.DataFrame:
    """One row a change, by time.

    Columns: function, version, at_s, requested, allocated (usable from then on), status and
    status_reason, in the words of https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html
    """
    table = pd.DataFrame(trace.allocations, columns=Allocation._fields)
    numbers = table.resource.to_numpy(np.int64)
    function = names(scenario.resource_names, numbers)
    table = table.assign(function=function, at_s=table.time / MICROSECONDS)
    keys = ["function", "version", "at_s"]
    last = table.drop_duplicates(keys, keep="last", ignore_index=True)
    values = ["requested", "allocated", "status", "status_reason"]
    return last[[*keys, *values]]


def parents(workload: Workload, trace: Trace) -> NDArray[np.int64]:
    """By event: the event that caused it, -1 if it is from outside."""
    from_outside = np.full(len(workload.time), -1)
    children = np.array([child.parent for child in trace.children], np.int64)
    return np.concatenate([from_outside, children])


def roots(workload: Workload, trace: Trace) -> NDArray[np.int64]:
    """By event: the event of the workload with which its journey began, itself if it is one."""
    parent = parents(workload, trace)
    root = np.where(parent < 0, np.arange(len(parent)), parent)
    while True:
        further = root[root]  # each time twice as far
        if np.array_equal(further, root):
            return root
        root = further


def _origins(
    workload: Workload, trace: Trace, event: NDArray[np.int64]
) -> Columns:
    """Which event it is, and where that came from: columns of `deliveries`."""
    edges = np.array([child.edge for child in trace.children], dtype=object)
    edge, edge_names = pd.factorize(edges)
    from_outside = np.full(len(workload.time), -1)
    caused = np.full(len(edges), -1)
    traffic = np.concatenate([workload.traffic, caused])
    n = np.concatenate([workload.n, caused])
    key = np.concatenate([workload.key, caused])
    return {
        "delivery": np.arange(len(event)),
        "event": event,
        "traffic": names(workload.names, traffic[event]),
        "n": n[event],
        "key": key[roots(workload, trace)][event],
        "parent": parents(workload, trace)[event],
        "edge": names(edge_names, np.concatenate([from_outside, edge])[event]),
    }


def _ways(triggers: list[Trigger], number: NDArray[np.int64]) -> Columns:
    """Through which trigger to which function: columns of `deliveries`."""
    return {
        "trigger": names([trigger.name for trigger in triggers], number),
        "kind": names([trigger.kind for trigger in triggers], number),
        "function": names([trigger.function for trigger in triggers], number),
    }


def _times(numbers: Mapping[str, NDArray[np.int64]]) -> Columns:
    """When it came and went: columns of `deliveries`."""
    arrived = numbers["arrived"]
    settled = numbers["settled"]
    latency = (settled - arrived) / MICROSECONDS
    return {
        "arrived_s": arrived / MICROSECONDS,
        "accepted_s": _seconds(numbers["accepted"]),
        "settled_s": _seconds(settled),
        "latency_s": np.where(settled < 0, np.nan, latency),
    }


def _stores(trace: Trace) -> Any:
    number = np.full(len(trace.deliveries), -1)
    number[list(trace.stores)] = np.arange(len(trace.stores))
    joined = [";".join(stores) for stores in trace.stores.values()]
    return names(joined, number)


def labels(kind: type[Any], codes: NDArray[Any]) -> Any:
    """Numbers of an enumeration as the words that tables show."""
    labels = pd.Index([member.label for member in kind])
    return pd.Categorical.from_codes(codes.astype(np.int8), labels)


def categories(names: Sequence[str | None], numbers: NDArray[Any]) -> Any:
    """The names with these numbers, several of which may have the same, as a categorical."""
    places, words = pd.factorize(np.array(names, dtype=object))
    return pd.Categorical.from_codes(places[numbers], pd.Index(words))


def names(known: Iterable[str], numbers: NDArray[Any]) -> Any:
    """The names with these numbers; empty for -1."""
    return pd.array([*known, ""], dtype="str").take(numbers)


def _seconds(microseconds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Times in seconds; NaN where there is none, which the trace writes as -1."""
    return np.where(microseconds < 0, np.nan, microseconds / MICROSECONDS)
