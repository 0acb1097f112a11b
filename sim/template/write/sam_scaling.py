"""Application Auto Scaling of a function's provisioned concurrency, as resources.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.function import Function
from sim.scenario.provisioned_concurrency import ScalableTarget
from sim.template.read.scaling import DIMENSION, POLICY, TARGET
from sim.template.write.sam_yaml import Ref


def scaling_resources(function: Function, logical_id: str) -> dict[str, Any]:
    """What changes the provisioned concurrency of the function with this logical ID."""
    config = function.provisioned_concurrency_config
    if config is None or config.scalable_target is None:
        return {}
    target = config.scalable_target
    resources = {
        f"{logical_id}ScalableTarget": _target(function, logical_id, target)
    }
    if target.target_value is not None:
        policy = _policy(logical_id, target.target_value)
        resources[f"{logical_id}ScalingPolicy"] = policy
    return resources


def _target(
    function: Function, logical_id: str, target: ScalableTarget
) -> dict[str, Any]:
    alias = function.auto_publish_alias
    properties: dict[str, Any] = {
        "ServiceNamespace": "lambda",
        "ScalableDimension": DIMENSION,
        "ResourceId": {"Fn::Sub": f"function:${{{logical_id}}}:{alias}"},
        "MinCapacity": target.min_capacity,
        "MaxCapacity": target.max_capacity,
    }
    if target.scheduled_actions:
        properties["ScheduledActions"] = _actions(target)
    depends_on = f"{logical_id}Alias{alias}"
    return {"Type": TARGET, "DependsOn": depends_on, "Properties": properties}


def _actions(target: ScalableTarget) -> list[dict[str, Any]]:
    actions = []
    for number, action in enumerate(target.scheduled_actions, start=1):
        bounds = {
            "MinCapacity": action.min_capacity,
            "MaxCapacity": action.max_capacity,
        }
        actions.append(
            {
                "ScheduledActionName": f"Action{number}",
                "Schedule": action.schedule,
                "ScalableTargetAction": bounds,
            }
        )
    return actions


def _policy(logical_id: str, target_value: float) -> dict[str, Any]:
    metric = {"PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"}
    tracking = {
        "PredefinedMetricSpecification": metric,
        "TargetValue": target_value,
    }
    properties = {
        "PolicyName": f"{logical_id}ScalingPolicy",
        "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": Ref(f"{logical_id}ScalableTarget"),
        "TargetTrackingScalingPolicyConfiguration": tracking,
    }
    return {"Type": POLICY, "Properties": properties}
