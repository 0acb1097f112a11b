"""One call makes a trigger of any kind, with what is documented or measured of that kind."""

from __future__ import annotations

from typing import Any

from sim import facts
from sim.scenario.durations import Constant, Duration, LogNormal
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import SOURCES
from sim.scenario.source_kinds import STARTING
from sim.scenario.trigger_catalogue import (
    WEBHOOKS,
    TriggerKind,
    measured_latency,
    trigger_kind,
)
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger


def trigger(
    kind: str,
    function: str,
    name: str | None = None,
    source: str | None = None,
    **settings: Any,
) -> SynchronousTrigger | AsynchronousTrigger | EventSourceMapping:
    """Join a source to a function, with the documented or measured settings of that kind of source.

    `source` names a topic, bucket, queue or stream; a missing one is created under the trigger's
    name. Further settings are the fields of the trigger's class; a pipe takes `invocation_type`,
    REQUEST_RESPONSE or FIRE_AND_FORGET. AWS asks for a starting position of streams, Kafka topics
    and change streams: here it is TRIM_HORIZON unless given. Raises `ScenarioError` for an unknown
    kind, with the nearest known ones.
    """
    row = trigger_kind(kind)
    forgets = (
        kind == "pipes_target"
        and settings.pop("invocation_type", "REQUEST_RESPONSE") == "FIRE_AND_FORGET"
    )
    model = "asynchronous" if forgets else row.model
    name = name or kind
    if model == "synchronous":
        return SynchronousTrigger(
            name=name,
            kind=kind,
            function=function,
            **{**_front_door(row, settings), **settings},
        )
    source = source or (name if kind in SOURCES else None)
    settings = {"latency": _latency(kind), **settings}
    if model == "asynchronous":
        settings = settings if forgets else {**_waits_for_report(row), **settings}
        return AsynchronousTrigger(
            name=name, kind=kind, function=function, source=source, **settings
        )
    if kind in STARTING:
        settings = {"starting_position": "TRIM_HORIZON", **settings}
    return EventSourceMapping(
        name=name, kind=kind, function=function, source=source or name, **settings
    )


def _waits_for_report(row: TriggerKind) -> dict[str, Any]:
    return (
        {}
        if row.wait_limit_seconds is None
        else {"service_timeout": row.wait_limit_seconds}
    )


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
    measured = measured_latency(kind)
    if measured is None:
        return None
    return LogNormal(median=measured.p50 / 1000, p99=measured.p99 / 1000)
