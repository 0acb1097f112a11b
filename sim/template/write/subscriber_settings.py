"""The properties of a subscriber of a Custom Event Bus: the same for SAM and CDK's L1 constructs.

SAM's translator has no event for it, and CDK no construct above CloudFormation's own.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-cloudformation.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.subscriber import (
    REQUEST_RESPONSE,
    PointInTimeConfiguration,
    Subscriber,
)
from sim.template.cloudformation.property_tables import put_at
from sim.template.write.names import bus_name
from sim.template.write.written_settings import differing

PRINCIPAL = "events.amazonaws.com"
"""Who takes the role with which a subscriber delivers."""
LAMBDA_PARAMETERS = "InvokeConfiguration.LambdaParameters"


def subscriber_properties(
    subscriber: Subscriber, name: str, **references: Any
) -> dict[str, Any]:
    """Its properties; references are bus, target, role and, where it has one, on_failure."""
    properties: dict[str, Any] = {
        "Name": bus_name(name),
        "EventBusArn": references["bus"],
        "InvokeConfiguration": {
            "TargetArn": references["target"],
            "RoleArn": references["role"],
        },
    }
    waits = subscriber.kind == REQUEST_RESPONSE
    kind = "REQUEST_RESPONSE" if waits else "EVENT"
    put_at(properties, f"{LAMBDA_PARAMETERS}.InvocationType", kind)
    undated = _without_dates(subscriber)
    settings = differing(undated, "AWS::EventsV2::Subscriber")
    for setting in settings:
        put_at(properties, setting.property, setting.value)
    if subscriber.on_failure is not None:
        failure = {"Arn": references["on_failure"]}
        properties["OnFailureConfiguration"] = failure
    return properties


def _without_dates(subscriber: Subscriber) -> Subscriber:
    """A scenario has no dates: a replay from a moment on is written as one of all that is kept.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-replay.html
    """
    if subscriber.point_in_time_configuration is None:
        return subscriber
    return subscriber.replace(
        point_in_time_configuration=PointInTimeConfiguration()
    )
