"""The trigger catalogue: every event source that can be simulated, and one call that makes its trigger."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from sim import facts
from sim.distribution import Duration, LogNormal
from sim.invocation import AsynchronousTrigger, EventSourceMapping, SynchronousTrigger
from sim.scenario import SOURCES
from sim.setting import ScenarioError

FrontDoorLimit = {"apigw_rest": "ApiGateway.timeout_in_millis"}


@dataclass(frozen=True)
class TriggerKind:
    """One row of `data/triggers.csv`; `told_...` is what a waiting caller gets, empty where nobody waits."""

    kind: str
    service: str
    model: str
    who_waits: str
    told_on_success: str
    told_on_throttle: str
    told_on_error: str
    told_on_function_timeout: str
    told_on_limit: str
    cloudformation: str
    evidence: str
    source: str
    date: str


@cache
def catalogue() -> dict[str, TriggerKind]:
    """Every kind of trigger by its name."""
    with (facts.DATA / "triggers.csv").open(newline="", encoding="utf-8") as file:
        return {row["kind"]: TriggerKind(**row) for row in csv.DictReader(file)}


def trigger(
    kind: str, function: str, name: str | None = None, source: str | None = None, **settings: Any
) -> SynchronousTrigger | AsynchronousTrigger | EventSourceMapping:
    """Join a source to a function, with the documented or measured settings of that kind of source.

    `source` names a topic, bucket or queue; a missing one is created under the trigger's name. Further settings are
    the fields of the trigger's class. An unknown kind raises `ScenarioError` with the nearest known ones.
    """
    model = trigger_kind(kind).model
    name = name or kind
    if model == "synchronous":
        return SynchronousTrigger(name=name, kind=kind, function=function, **{**_limit(kind), **settings})
    source = source or (name if kind in SOURCES else None)
    settings = {"latency": _latency(kind), **settings}
    if model == "asynchronous":
        return AsynchronousTrigger(name=name, kind=kind, function=function, source=source, **settings)
    return EventSourceMapping(name=name, kind=kind, function=function, source=source or name, **settings)


def trigger_kind(kind: str) -> TriggerKind:
    """The catalogue's row of this kind; raises `ScenarioError` with the nearest known kinds."""
    known = catalogue()
    if kind not in known:
        near = [k for k in known if k.startswith(kind)] or get_close_matches(kind, known, n=2, cutoff=0.4)
        raise ScenarioError(f"There is no trigger kind {kind!r}; did you mean {' or '.join(near or known)}?")
    return known[kind]


def _limit(kind: str) -> dict[str, Any]:
    name = FrontDoorLimit.get(kind)
    return {} if name is None else {"timeout_in_millis": facts.fact(name).value}


def _latency(kind: str) -> Duration | None:
    measured = {latency.name: latency for latency in facts.latencies()}.get(kind)
    if measured is None:
        return None
    return LogNormal(median=measured.p50 / 1000, p99=measured.p99 / 1000)
