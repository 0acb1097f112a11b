"""Application Auto Scaling of provisioned concurrency: its bounds, its schedule and its target.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.template.cloudformation import property_tables
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
DIMENSION = "lambda:function:ProvisionedConcurrency"
CONFIG, COUNT = "provisioned_concurrency_config", "provisioned_concurrent_executions"


def read(draft: Draft) -> None:
    """Put what scales the provisioned concurrency of functions into the draft."""
    for target in draft.template.of_type(TARGET):
        if target.get("ScalableDimension") != DIMENSION:
            continue
        identifier = target.get("ResourceId")
        if not draft.complete(target, "ResourceId", identifier):
            continue
        function = draft.function(str(identifier).removeprefix("function:"))
        if function in draft.groups["functions"]:
            _scaled(draft, target, str(function))


def _scaled(draft: Draft, target: Resource, function: str) -> None:
    fields = draft.fields(target)
    for policy in draft.template.of_type(POLICY):
        if draft.template.find(policy.get("ScalingTargetId")) is target:
            fields |= draft.fields(policy)
    fields["scheduled_actions"] = list(_actions(draft, target, fields))
    config = draft.groups["functions"][function].setdefault(CONFIG, {})
    config["scalable_target"] = fields
    if COUNT not in config and fields.get("min_capacity"):
        config[COUNT] = fields["min_capacity"]
        note = "Nothing else says with how many it begins: with the least that scaling asks for."
        line = target.line("MinCapacity")
        draft.report.add(
            "assumed",
            function,
            COUNT,
            config[COUNT],
            line=line,
            note=note,
            source=property_tables.page(TARGET),
        )


def _actions(
    draft: Draft, target: Resource, fields: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """What an action does not set stays as it is; dates have no place on a scenario's clock."""
    least, most = fields.get("min_capacity"), fields.get("max_capacity")
    for action in property_tables.at(target.properties, "ScheduledActions[]"):
        if not isinstance(action, dict) or not draft.complete(
            target, "ScheduledActions", action
        ):
            continue
        if action.get("StartTime") or action.get("EndTime"):
            why = "A date has no place on a scenario's clock: an action with one is left out."
            draft.note(
                target,
                f"ScheduledActions.{action.get('ScheduledActionName')}",
                action,
                why,
            )
            continue
        bounds = action.get("ScalableTargetAction") or {}
        least, most = bounds.get("MinCapacity", least), bounds.get("MaxCapacity", most)
        yield {
            "schedule": action.get("Schedule"),
            "min_capacity": least,
            "max_capacity": most,
        }
