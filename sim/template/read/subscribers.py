"""Subscribers of Custom Event Buses: each delivers the events of a bus to one function.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-cloudformation.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.settings import LATEST
from sim.scenario.subscriber import EVENT, REQUEST_RESPONSE
from sim.template.cloudformation.property_tables import values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import (
    function_named,
    qualifier_of,
    resource_named,
)

SUBSCRIBER = "AWS::EventsV2::Subscriber"
TARGET = "InvokeConfiguration.TargetArn"
PARAMETERS = "InvokeConfiguration.LambdaParameters"
POINT_IN_TIME = "point_in_time_configuration"
KINDS = {"EVENT": EVENT, "REQUEST_RESPONSE": REQUEST_RESPONSE}
ELSEWHERE = "Only a function as target is simulated: put traffic into the target itself."
TYPES = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"
NO_TYPE = (
    "AWS names no default; here an event is delivered once Lambda accepts it."
)
NOBODY_WAITS = "It ends no call of type EVENT, which is answered at once."
ALL_RETAINED = (
    "All events that the bus retains are delivered, those before the date, too."
)


def read_subscribers(draft: Draft) -> None:
    """Put every subscriber with a function as target into the draft."""
    for subscriber in draft.template.of_type(SUBSCRIBER):
        fields = read_fields(draft, subscriber)
        target = _first(subscriber, TARGET)
        is_known = [
            draft.check_known(subscriber, path, _first(subscriber, path))
            for path in ("EventBusArn", TARGET)
        ]
        if not all(is_known):
            continue
        function = function_named(draft, target)
        if function is None:
            draft.not_simulated(subscriber, TARGET, target, ELSEWHERE)
        else:
            _add_subscriber(draft, subscriber, function, fields)


def _add_subscriber(
    draft: Draft, subscriber: Resource, function: str, fields: Fields
) -> None:
    arn = subscriber.get("EventBusArn")
    bus = resource_named(
        draft, subscriber, "EventBusArn", arn, "custom_event_buses"
    )
    if bus is None:
        return
    fields |= _qualifier(draft, subscriber, function)
    if fields.get(POINT_IN_TIME, {}).get("point_type") == "TIMESTAMP":
        fields[POINT_IN_TIME] = {"point_type": "HORIZON"}
        draft.report.add(
            "assumed",
            subscriber.name,
            "PointInTimeConfiguration.PointType",
            "HORIZON",
            line=subscriber.line("PointInTimeConfiguration"),
            note=ALL_RETAINED,
        )
    kind = _kind(draft, subscriber)
    if kind == EVENT and "invocation_timeout_seconds" in fields:
        seconds = fields.pop("invocation_timeout_seconds")
        path = f"{PARAMETERS}.InvocationTimeoutSeconds"
        draft.not_simulated(subscriber, path, seconds, NOBODY_WAITS)
    draft.add_trigger(kind, subscriber, function, source=bus, fields=fields)


def _kind(draft: Draft, subscriber: Resource) -> str:
    path = f"{PARAMETERS}.InvocationType"
    invocation_type = _first(subscriber, path)
    if invocation_type is None:
        draft.report.add(
            "assumed",
            subscriber.name,
            path,
            "EVENT",
            line=subscriber.line("InvokeConfiguration"),
            note=NO_TYPE,
        )
        return EVENT
    if invocation_type not in KINDS:
        words = " or ".join(KINDS)
        subscriber.add_problem(
            f"InvocationType is {invocation_type!r}, but {words} is expected ({TYPES}).",
            path,
        )
    return KINDS.get(invocation_type, EVENT)


def _qualifier(draft: Draft, subscriber: Resource, function: str) -> Fields:
    """Whether it invokes $LATEST beside an alias: the ARN or a parameter may name that."""
    named = _first(subscriber, f"{PARAMETERS}.Qualifier")
    if named is None:
        return qualifier_of(draft, function, _first(subscriber, TARGET))
    is_latest = str(named).startswith(LATEST)
    has_alias = "auto_publish_alias" in draft.functions.get(function, {})
    return {"qualifier": LATEST} if is_latest and has_alias else {}


def _first(subscriber: Resource, path: str) -> Any:
    return next(iter(values_at(subscriber.properties, path)), None)
