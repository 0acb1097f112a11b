"""One call makes a trigger of any kind, with what is documented or measured of that kind."""

from __future__ import annotations

from typing import Any

from sim import facts
from sim.scenario.arguments import checked
from sim.scenario.durations import Constant, Duration, Quantiles
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.pipe import PARAMETERS, PIPE, SOURCES_OF_PIPES, Pipe
from sim.scenario.scenario import SOURCES
from sim.scenario.source_kinds import STARTING
from sim.scenario.subscriber import SUBSCRIBERS, Subscriber
from sim.scenario.trigger_catalogue import (
    WEBHOOKS,
    TriggerKind,
    measured_latency,
    trigger_kind,
)
from sim.scenario.triggers import (
    OF_FIREHOSE,
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)

MICROSECOND = 6
"""Digits of a second that count."""


@checked
def trigger(
    kind: str,
    function: str,
    name: str | None = None,
    source: str | None = None,
    **settings: Any,
) -> Trigger:
    """Join a source to a function, with what is documented or measured of that kind of source.

    `function` may have its qualifier behind it, as in "worker:$LATEST". `source` names a topic,
    bucket, bus, queue or stream; a missing one is created under the trigger's name. Further
    settings are the fields of the trigger's class; a pipe takes `invocation_type`, REQUEST_RESPONSE
    or FIRE_AND_FORGET, and, to poll its `source`, the `source_kind` of that. AWS asks for a
    starting position of streams, Kafka topics and change streams: here it is TRIM_HORIZON unless
    given. Raises `ScenarioError` for an unknown kind, with the nearest known ones.
    """
    row = trigger_kind(kind)
    model = row.model
    if kind == PIPE and (source is not None or "source_kind" in settings):
        return _polling_pipe(function, name, source, settings)
    if kind == PIPE:
        invocation_type = settings.pop("invocation_type", "REQUEST_RESPONSE")
        model = (
            "asynchronous" if invocation_type == "FIRE_AND_FORGET" else model
        )
    name = kind if name is None else name
    if ":" in function:
        function, settings["qualifier"] = function.split(":", 1)
    joined = {"name": name, "kind": kind, "function": function}
    if source is not None or kind in SOURCES:
        joined["source"] = name if source is None else source
    if kind in SUBSCRIBERS:
        usual = {"latency": _latency(kind, model)}
        return Subscriber(**joined, **{**usual, **settings})
    usual = _usual_settings(row, model, settings)
    return _CLASSES[model](**joined, **{**usual, **settings})


def _polling_pipe(
    function: str,
    name: str | None,
    source: str | None,
    settings: dict[str, Any],
) -> Trigger:
    """A pipe that polls its source, as an event source mapping of that kind of source does."""
    kind = settings.pop("source_kind", None)
    if kind not in SOURCES_OF_PIPES:
        raise ScenarioError(
            f"A pipe that polls {source!r} needs its source_kind, one of "
            f"{', '.join(SOURCES_OF_PIPES)}; it is {kind!r} ({PARAMETERS})."
        )
    own = {
        field: settings.pop(field)
        for field in Pipe.model_fields
        if field in settings
    }
    name = PIPE if name is None else name
    return trigger(kind, function, name, source, pipe=Pipe(**own), **settings)


_CLASSES: dict[str, type[Trigger]] = {
    "synchronous": SynchronousTrigger,
    "asynchronous": AsynchronousTrigger,
    "polling": EventSourceMapping,
}


def _usual_settings(
    row: TriggerKind, model: str, settings: dict[str, Any]
) -> dict[str, Any]:
    """What is documented or measured of a kind, where the settings do not say it."""
    if model == "synchronous":
        return _front_door(row, settings)
    usual: dict[str, Any] = {"latency": _latency(row.kind, model)}
    if row.model == "asynchronous" and row.wait_limit_seconds is not None:
        usual["service_timeout"] = row.wait_limit_seconds
    if row.kind in STARTING:
        usual["starting_position"] = "TRIM_HORIZON"
    return usual


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
    if row.kind == "authorizer_rest":
        name = "authorizer_result_ttl_in_seconds"
        limits[name] = facts.fact(f"Authorizer.{name}").value
    if row.kind == "firehose":
        for name in OF_FIREHOSE:
            limits[name] = facts.fact(f"Firehose.{name}").value
        limits["failure_store"] = "processing-failed/"
    return limits


def _latency(kind: str, model: str) -> Duration | None:
    # the wait for the next poll is not in it
    if kind in ("kinesis", "ddb_streams"):
        return Constant(seconds=facts.fact(f"{kind}.propagation").value)
    measured = measured_latency(kind)
    if measured is None:
        return None
    # measured until the function starts: the queue's own dispatch is a part of it
    dispatch = 0.0
    if model == "asynchronous":
        dispatch = facts.fact("Choices.first_dispatch_seconds").value
    seconds = {
        name: round(getattr(measured, name) / 1000 - dispatch, MICROSECOND)
        for name in ("p10", "p50", "p90", "p99")
    }
    return Quantiles(**seconds)
