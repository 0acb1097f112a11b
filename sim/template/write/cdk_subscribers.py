"""Custom Event Buses and their subscribers as CDK's L1 constructs: it has none above them yet."""

from __future__ import annotations

from sim.scenario.settings import LATEST
from sim.scenario.subscriber import CustomEventBus, Subscriber
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_properties import Code, l1_arguments
from sim.template.write.names import bus_name, variable
from sim.template.write.subscriber_settings import (
    PRINCIPAL,
    subscriber_properties,
)
from sim.template.write.written_settings import as_properties, differing

BUS = "eventsv2.CfnEventBus"
SUBSCRIBER = "eventsv2.CfnSubscriber"


def custom_event_bus_arguments(bus: CustomEventBus) -> str:
    """The arguments of a Custom Event Bus."""
    settings = as_properties(differing(bus, "AWS::EventsV2::EventBus"))
    return l1_arguments(BUS, {"Name": bus_name(bus.name), **settings})


def subscriber_statements(
    names: CdkNames, construct_id: str, subscriber: Subscriber
) -> list[str]:
    """A subscriber, and the role with which it invokes its function and keeps what failed."""
    role_id = f"{construct_id}Role"
    role = variable(role_id)
    trusts = f"assumed_by=iam.ServicePrincipal({PRINCIPAL!r})"
    function = names.function(subscriber.function)
    statements = [
        f"{role} = iam.Role(self, {role_id!r}, {trusts})",
        f"{function}.grant_invoke({role})",
    ]
    if subscriber.qualifier != LATEST:
        function = names.invoked(subscriber.function)
    on_failure = None
    if subscriber.on_failure is not None:
        store = names.source(subscriber.on_failure)
        statements.append(f"{store}.grant_send_messages({role})")
        on_failure = Code(f"{store}.queue_arn")
    properties = subscriber_properties(
        subscriber,
        construct_id,
        bus=Code(f"{names.source(subscriber.source)}.attr_event_bus_arn"),
        target=Code(f"{function}.function_arn"),
        role=Code(f"{role}.role_arn"),
        on_failure=on_failure,
    )
    arguments = l1_arguments(SUBSCRIBER, properties)
    return [*statements, f"{SUBSCRIBER}(self, {construct_id!r}{arguments})"]
