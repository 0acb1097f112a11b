"""Custom Event Buses and their subscribers as CloudFormation resources within a SAM template."""

from __future__ import annotations

from typing import Any

from sim.scenario.settings import LATEST
from sim.scenario.subscriber import CustomEventBus, Subscriber
from sim.template.write.names import bus_name
from sim.template.write.sam_names import Fragment, SamNames
from sim.template.write.sam_roles import allow, role
from sim.template.write.sam_yaml import GetAtt, Ref
from sim.template.write.subscriber_settings import (
    PRINCIPAL,
    subscriber_properties,
)
from sim.template.write.written_settings import as_properties, differing


def custom_event_bus(bus: CustomEventBus) -> dict[str, Any]:
    """The resource of a Custom Event Bus."""
    settings = as_properties(differing(bus, "AWS::EventsV2::EventBus"))
    properties = {"Name": bus_name(bus.name), **settings}
    return {"Type": "AWS::EventsV2::EventBus", "Properties": properties}


def subscriber_fragment(
    names: SamNames, logical_id: str, subscriber: Subscriber
) -> Fragment:
    """A subscriber, and the role with which it invokes its function and keeps what failed."""
    role_id = f"{logical_id}Role"
    properties = subscriber_properties(
        subscriber,
        logical_id,
        bus=names.arn(subscriber.source),
        target=_target(names, subscriber),
        role=GetAtt(f"{role_id}.Arn"),
        on_failure=subscriber.on_failure and names.arn(subscriber.on_failure),
    )
    resource = {"Type": "AWS::EventsV2::Subscriber", "Properties": properties}
    own_role = _delivery_role(names, subscriber)
    return {"Resources": {logical_id: resource, role_id: own_role}}


def _target(names: SamNames, subscriber: Subscriber) -> GetAtt | Ref:
    """What it invokes: the function itself where it says so, else the alias, if there is one."""
    if subscriber.qualifier != LATEST:
        return names.invoked(subscriber.function)
    return GetAtt(f"{names.ids.functions[subscriber.function]}.Arn")


def _delivery_role(names: SamNames, subscriber: Subscriber) -> dict[str, Any]:
    function = names.ids.functions[subscriber.function]
    versions = {"Fn::Sub": f"${{{function}.Arn}}:*"}
    resources = [GetAtt(f"{function}.Arn"), versions]
    allowed = [allow("lambda:InvokeFunction", resources)]
    if subscriber.on_failure is not None:
        store = names.arn(subscriber.on_failure)
        allowed.append(allow("sqs:SendMessage", store))
    return role(PRINCIPAL, "deliver", allowed)
