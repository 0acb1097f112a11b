"""The trigger catalogue: every event source of Lambda, and one call that makes its trigger."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from sim import facts
from sim.distribution import Constant, Duration, LogNormal
from sim.invocation import AsynchronousTrigger, SynchronousTrigger
from sim.mapping import STARTING, EventSourceMapping
from sim.scenario import SOURCES
from sim.setting import ScenarioError

WEBHOOKS = {"stripe_webhook": "function_url"}
"""Senders over HTTP, with the front door that they call unless the trigger names another."""
SILENT = "nothing"
"""What a service is told that only hands events on: nobody reads it."""


@dataclass(frozen=True, kw_only=True)
class TriggerKind:
    """One row of `data/triggers.csv`, with the percentiles of its latency in milliseconds where there are any.

    `told_...` is what a waiting caller gets, empty where nobody waits; `told_on_limit` and `wait_limit_seconds` are
    those of the caller or front door, empty where only the function's own timeout ends the wait.
    `upstream_...` is what happens before Lambda has accepted the event, `after_failure` what happens from then on.
    `simulates` is `yes`, `not yet` or `with polling`; `event_checked_by` says whose word the sample event has.
    """

    kind: str
    service: str
    model: str
    simulates: str
    who_waits: str
    told_on_success: str
    told_on_throttle: str
    told_on_error: str
    told_on_function_timeout: str
    told_on_limit: str
    wait_limit_seconds: int | None
    request_limit: str
    response_limit: str
    upstream_attempts: int | None
    upstream_window_seconds: int | None
    upstream_retries: str
    after_failure: str
    failure_store: str
    order: str
    delivery: str
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    cloudformation: str
    cdk: str
    sam: str
    event_checked_by: str
    evidence: str
    source: str
    date: str
    links: str
    note: str


NUMBERS = ("wait_limit_seconds", "upstream_attempts", "upstream_window_seconds")


@cache
def catalogue() -> dict[str, TriggerKind]:
    """Every kind of trigger by its name, whether it simulates today or not."""
    with (facts.DATA / "triggers.csv").open(newline="", encoding="utf-8") as file:
        return {row["kind"]: _kind(row) for row in csv.DictReader(file, strict=True)}


def trigger(
    kind: str, function: str, name: str | None = None, source: str | None = None, **settings: Any
) -> SynchronousTrigger | AsynchronousTrigger | EventSourceMapping:
    """Join a source to a function, with the documented or measured settings of that kind of source.

    `source` names a topic, bucket, queue or stream; a missing one is created under the trigger's name. Further settings
    are the fields of the trigger's class; a pipe takes `invocation_type`, REQUEST_RESPONSE or FIRE_AND_FORGET. AWS asks
    for a starting position of streams, Kafka topics and change streams: here it is TRIM_HORIZON unless given. Raises
    `ScenarioError` for an unknown kind, with the nearest known ones, and for one that is only described so far, with
    those that simulate.
    """
    row = _simulated(kind)
    forgets = kind == "pipes_target" and settings.pop("invocation_type", "REQUEST_RESPONSE") == "FIRE_AND_FORGET"
    model = "asynchronous" if forgets else row.model
    name = name or kind
    if model == "synchronous":
        return SynchronousTrigger(name=name, kind=kind, function=function, **{**_front_door(row, settings), **settings})
    source = source or (name if kind in SOURCES else None)
    settings = {"latency": _latency(kind), **settings}
    if model == "asynchronous":
        settings = settings if forgets else {**_waits_for_report(row), **settings}
        return AsynchronousTrigger(name=name, kind=kind, function=function, source=source, **settings)
    if kind in STARTING:
        settings = {"starting_position": "TRIM_HORIZON", **settings}
    return EventSourceMapping(name=name, kind=kind, function=function, source=source or name, **settings)


def trigger_kind(kind: str) -> TriggerKind:
    """The catalogue's row of this kind; raises `ScenarioError` with the nearest known kinds."""
    known = catalogue()
    if kind not in known:
        near = [k for k in known if k.startswith(kind)] or get_close_matches(kind, known, n=2, cutoff=0.4)
        raise ScenarioError(f"There is no trigger kind {kind!r}; did you mean {' or '.join(near or known)}?")
    return known[kind]


def _simulated(kind: str) -> TriggerKind:
    row = trigger_kind(kind)
    if row.simulates != "yes":
        today = ", ".join(known.kind for known in catalogue().values() if known.simulates == "yes")
        raise ScenarioError(f"{row.service} ({kind!r}) cannot be simulated yet; today these can: {today}.")
    return row


def _kind(row: dict[str, str]) -> TriggerKind:
    cells: dict[str, Any] = {**row, **{name: int(row[name]) if row[name] else None for name in NUMBERS}}
    measured = _measured(row["kind"])
    latency = (measured.p50, measured.p99) if measured else (None, None)
    return TriggerKind(**cells, latency_p50_ms=latency[0], latency_p99_ms=latency[1])


def _measured(kind: str) -> facts.Latency | None:
    return {latency.name: latency for latency in facts.latencies()}.get(kind)


def _waits_for_report(row: TriggerKind) -> dict[str, Any]:
    return {} if row.wait_limit_seconds is None else {"service_timeout": row.wait_limit_seconds}


def _front_door(row: TriggerKind, settings: dict[str, Any]) -> dict[str, Any]:
    if row.kind in WEBHOOKS:
        door = trigger_kind(settings.get("front_door") or WEBHOOKS[row.kind])
        return {**_front_door(door, {}), "front_door": door.kind}
    limits: dict[str, Any] = {}
    if row.wait_limit_seconds is not None:
        limits["timeout_in_millis"] = row.wait_limit_seconds * 1000
    if row.kind.startswith("apigw"):
        for name in ("throttle_rate_limit", "throttle_burst_limit"):
            limits[name] = facts.fact(f"ApiGateway.{name}").value
    if row.kind == "firehose":
        limits["failure_store"] = "processing-failed/"
    return limits


def _latency(kind: str) -> Duration | None:
    if kind in ("kinesis", "ddb_streams"):  # the wait for the next poll is not in it
        return Constant(seconds=facts.fact(f"{kind}.propagation").value)
    measured = _measured(kind)
    if measured is None:
        return None
    return LogNormal(median=measured.p50 / 1000, p99=measured.p99 / 1000)
