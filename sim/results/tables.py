"""The trace as DataFrames, and the facts as DataFrames; times in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import facts
from sim.scenario.scenario import Scenario
from sim.scenario.trigger_catalogue import catalogue
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

INIT_STAGES = ("init", "suppressed init", "restore")


def spans(scenario: Scenario, trace: Trace) -> pd.DataFrame:
    """One row a span: delivery, event, attempt, stage, start_s, end_s, outcome, environment, resource, invocation."""
    rows = np.sort(
        trace.spans,
        order=["start", "delivery", "attempt", "end", "stage"],
        kind="stable",
    )
    rows = rows[rows["start"] <= trace.ended]
    cut = rows["end"] > trace.ended
    outcome = np.where(cut, Outcome.IN_FLIGHT, rows["outcome"])
    return pd.DataFrame(
        {
            "delivery": rows["delivery"].astype(np.int64),
            "event": np.array(trace.deliveries.event, np.int64)[rows["delivery"]],
            "attempt": rows["attempt"].astype(np.int64),
            "stage": _labels(Stage, rows["stage"]),
            "start_s": rows["start"] / MICROSECONDS,
            "end_s": np.minimum(rows["end"], trace.ended) / MICROSECONDS,
            "outcome": _labels(Outcome, outcome),
            "environment": rows["environment"].astype(np.int64),
            "resource": _names(scenario.resource_names, rows["resource"]),
            "invocation": rows["invocation"].astype(np.int64),
        }
    )


def deliveries(
    scenario: Scenario, workload: Workload, trace: Trace, triggers: list[Trigger]
) -> pd.DataFrame:
    """One row a delivery, with its one fate.

    Columns: delivery, event, traffic, n, key (-1: none), parent, edge, trigger, kind, function,
    arrived_s, accepted_s, settled_s, latency_s, fate, told, told_s, condition, runs, successes,
    side_effects, receives, throttles, cold, stores.
    """
    columns, events = trace.deliveries, _events(workload, trace)
    numbers = {
        name: np.array(getattr(columns, name), np.int64) for name in columns.__slots__
    }
    event, arrived, settled = numbers["event"], numbers["arrived"], numbers["settled"]
    throttles, cold = _from_spans(trace, len(columns))
    of = numbers["trigger"]
    return pd.DataFrame(
        {
            "delivery": np.arange(len(columns)),
            "event": event,
            "traffic": _names(events["traffic"], event),
            "n": events["n"][event],
            "key": events["key"][event],
            "parent": events["parent"][event],
            "edge": _names(events["edge"], event),
            "trigger": _names([trigger.name for trigger in triggers], of),
            "kind": _names([trigger.kind for trigger in triggers], of),
            "function": _names([trigger.function for trigger in triggers], of),
            "arrived_s": arrived / MICROSECONDS,
            "accepted_s": _time(numbers["accepted"]),
            "settled_s": _time(settled),
            "latency_s": np.where(
                settled < 0, np.nan, (settled - arrived) / MICROSECONDS
            ),
            "fate": _labels(Fate, numbers["fate"]),
            "told": _names(trace.answers, numbers["told"]),
            "told_s": _time(numbers["told_at"]),
            "condition": _labels(Condition, numbers["condition"]),
            "runs": numbers["runs"],
            "successes": numbers["successes"],
            "side_effects": _side_effects(
                numbers["successes"], of, triggers, scenario, trace
            ),
            "receives": numbers["receives"],
            "throttles": throttles,
            "cold": cold,
            "stores": [
                ";".join(trace.stores.get(delivery, ()))
                for delivery in range(len(columns))
            ],
        }
    )


def attempts(spans: pd.DataFrame) -> pd.DataFrame:
    """One row for each time the function was tried: runs, and throttled attempts with their `Reason`.

    Columns: delivery, event, attempt, start_s, end_s, init_s, handler_s, cold, outcome,
    environment, resource, invocation. `init_s` counts suppressed inits too; records that a batch
    did not reach have no row.
    """
    keys = ["delivery", "attempt", "resource", "environment", "invocation"]
    tried = spans[
        spans.stage.isin(["handler", "throttle"]) & (spans.outcome != "not reached")
    ]
    length = spans.end_s - spans.start_s
    inits = spans.assign(init_s=length)[spans.stage.isin(INIT_STAGES)]
    inits = inits.groupby(keys, as_index=False).agg(
        init_s=("init_s", "sum"), init_start_s=("start_s", "min")
    )
    joined = tried.assign(handler_s=length[tried.index]).merge(
        inits, on=keys, how="left", validate="many_to_one"
    )
    joined["cold"] = joined.init_s.notna()
    joined["init_s"] = joined.init_s.fillna(0.0)
    joined["start_s"] = joined.init_start_s.fillna(joined.start_s)
    order = ["delivery", "event", "attempt", "start_s", "end_s", "init_s", "handler_s", "cold", "outcome",
             "environment", "resource", "invocation"]  # fmt: skip
    return joined[order].sort_values(
        ["start_s", "delivery", "attempt"], kind="stable", ignore_index=True
    )


def environments(scenario: Scenario, trace: Trace) -> pd.DataFrame:
    """One row an execution environment that was started, in the order of their starts.

    Columns: function, environment, version (0: there first; n: of the scenario's n-th deployment),
    initialization_type, started_s, init_s (or the time of its restore).
    """
    table = pd.DataFrame(trace.environments, columns=EnvironmentStart._fields)
    kinds = _labels(Initialization, table.kind.to_numpy(np.int8))
    names = _names(scenario.resource_names, table.resource.to_numpy(np.int64))
    times = {
        "started_s": table.started / MICROSECONDS,
        "init_s": table.init / MICROSECONDS,
    }
    columns = {
        "function": names,
        "environment": table.number,
        "version": table.version,
        "initialization_type": kinds,
    }
    return pd.DataFrame({**columns, **times})


def provisioned_concurrency(scenario: Scenario, trace: Trace) -> pd.DataFrame:
    """One row a change: function, version, at_s, requested, allocated (usable from then on)."""
    table = pd.DataFrame(trace.allocations, columns=Allocation._fields)
    names = _names(scenario.resource_names, table.resource.to_numpy(np.int64))
    table = table.assign(function=names, at_s=table.time / MICROSECONDS)
    table = table.drop_duplicates(
        ["function", "version", "at_s"], keep="last", ignore_index=True
    )
    return table[["function", "version", "at_s", "requested", "allocated"]]


def quotas() -> pd.DataFrame:
    """Defaults, ranges and fixed numbers: name, value, minimum, maximum, unit, help, evidence, source, date."""
    return pd.DataFrame(facts.quotas())


def prices() -> pd.DataFrame:
    """What AWS charges: name, value, unit, help, evidence, source, date."""
    return pd.DataFrame(facts.prices()).drop(columns=["minimum", "maximum"])


def cold_starts() -> pd.DataFrame:
    """Measured init by runtime: runtime, package_type, median, p95, p99, unit, handler times, evidence, source."""
    return pd.DataFrame(facts.cold_starts())


def latencies() -> pd.DataFrame:
    """Latency from trigger to function: name, p10, p50, p90, p99, unit, help, evidence, source, date."""
    return pd.DataFrame(facts.latencies())


def triggers() -> pd.DataFrame:
    """The trigger catalogue: one row for each kind that `sim.trigger` knows."""
    return pd.DataFrame(list(catalogue().values()))


def workload_events(workload: Workload, trace: Trace) -> NDArray[np.int64]:
    """By event: the event of the workload with which its journey began, itself if it is one."""
    root = list(range(len(workload.time)))
    for child in trace.children:  # a child comes after its parent
        root.append(root[child.parent])
    return np.array(root, np.int64)


def _events(workload: Workload, trace: Trace) -> dict[str, Any]:
    children = trace.children
    none = [""] * len(workload.time)
    return {
        "traffic": [workload.names[number] for number in workload.traffic]
        + [""] * len(children),
        "n": np.concatenate([workload.n, np.full(len(children), -1)]),
        "key": np.concatenate([workload.key, np.full(len(children), -1)])[
            workload_events(workload, trace)
        ],
        "parent": np.concatenate(
            [np.full(len(none), -1), np.array([c.parent for c in children], np.int64)]
        ),
        "edge": none + [child.edge for child in children],
    }


def _from_spans(
    trace: Trace, count: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    rows = trace.spans
    throttles = np.bincount(
        rows["delivery"][rows["stage"] == Stage.THROTTLE], minlength=count
    )
    cold = np.bincount(
        rows["delivery"][
            np.isin(rows["stage"], (Stage.INIT, Stage.SUPPRESSED_INIT, Stage.RESTORE))
        ],
        minlength=count,
    )
    return throttles, cold > 0


def _side_effects(
    successes: NDArray[np.int64],
    of: NDArray[np.int64],
    triggers: list[Trigger],
    scenario: Scenario,
    trace: Trace,
) -> NDArray[np.int64]:
    """How often each delivery's work was done: an idempotent handler does not repeat what it remembers."""
    memory = {
        f.name: f.behaviour.idempotency
        for f in scenario.functions
        if f.behaviour.idempotency is not None
    }
    effects = successes.copy()
    for delivery in np.flatnonzero(successes > 1).tolist():
        idempotency = memory.get(triggers[of[delivery]].function)
        if idempotency is not None:
            effects[delivery] = _remembered(
                trace, delivery, idempotency.expires_after_seconds * MICROSECONDS
            )
    return effects


def _remembered(trace: Trace, delivery: int, memory: int) -> int:
    rows = trace.spans
    ended = (rows["stage"] == Stage.HANDLER) & (rows["outcome"] == Outcome.SUCCEEDED)
    done = rows[ended & (rows["delivery"] == delivery)]
    effects, forgotten = 0, -1
    for end in np.sort(done["end"]):
        if end > forgotten:
            effects, forgotten = effects + 1, end + memory
    return effects


def _labels(kind: type[Any], codes: NDArray[Any]) -> Any:
    return pd.Categorical.from_codes(
        codes.astype(np.int8), pd.Index([member.label for member in kind])
    )


def _names(names: Sequence[str], numbers: NDArray[Any]) -> Any:
    return np.array([*names, ""], dtype=object)[numbers]


def _time(microseconds: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(microseconds < 0, np.nan, microseconds / MICROSECONDS)
