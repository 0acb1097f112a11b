"""Application Auto Scaling of provisioned concurrency: its bounds, its schedule and its target.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.template.cloudformation.property_tables import (
    mapping_of,
    reference_page,
    values_at,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
DIMENSION = "lambda:function:ProvisionedConcurrency"
CONFIG, COUNT = (
    "provisioned_concurrency_config",
    "provisioned_concurrent_executions",
)
DATED = (
    "A date has no place on a scenario's clock: an action with one is left out."
)
LEAST = "Nothing else says with how many it begins: with the least that scaling asks for."


def read_scaling(draft: Draft) -> None:
    """Put what scales the provisioned concurrency of functions into the draft."""
    for target in draft.template.of_type(TARGET):
        if target.get("ScalableDimension") != DIMENSION:
            continue
        identifier = target.get("ResourceId")
        if draft.check_known(target, "ResourceId", identifier):
            name = str(identifier).removeprefix("function:")
            function = function_named(draft, name)
            if function in draft.functions:
                _add_target(draft, target, str(function))


def _add_target(draft: Draft, target: Resource, function: str) -> None:
    fields = read_fields(draft, target)
    for policy in draft.template.of_type(POLICY):
        if draft.template.find(policy.get("ScalingTargetId")) is target:
            fields |= read_fields(draft, policy)
    fields["scheduled_actions"] = list(_actions(draft, target, fields))
    config = draft.functions[function].setdefault(CONFIG, {})
    config["scalable_target"] = fields
    if COUNT not in config and fields.get("min_capacity"):
        config[COUNT] = fields["min_capacity"]
        draft.report.add(
            "assumed",
            function,
            COUNT,
            config[COUNT],
            line=target.line("MinCapacity"),
            note=LEAST,
            source=reference_page(TARGET),
        )


def _actions(
    draft: Draft, target: Resource, fields: Fields
) -> Iterator[Fields]:
    """The scheduled actions; what an action does not set stays as it is."""
    least, most = fields.get("min_capacity"), fields.get("max_capacity")
    for action in values_at(target.properties, "ScheduledActions[]"):
        if not isinstance(action, dict):
            continue
        if not draft.check_known(target, "ScheduledActions", action):
            continue
        if action.get("StartTime") or action.get("EndTime"):
            path = f"ScheduledActions.{action.get('ScheduledActionName')}"
            draft.not_simulated(target, path, action, DATED)
            continue
        bounds = mapping_of(action.get("ScalableTargetAction"))
        least = bounds.get("MinCapacity", least)
        most = bounds.get("MaxCapacity", most)
        yield {
            "schedule": action.get("Schedule"),
            "min_capacity": least,
            "max_capacity": most,
        }
