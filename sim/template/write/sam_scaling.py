"""Application Auto Scaling of a function's provisioned concurrency, as CloudFormation's resources.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.function import Function, ScalableTarget
from sim.template.read.scaling import DIMENSION, POLICY, TARGET
from sim.template.write.sam_yaml import Ref


def scaling(function: Function, made: str) -> dict[str, Any]:
    """What changes the provisioned concurrency of the function that is called `made` in the template."""
    config = function.provisioned_concurrency_config
    if config is None or config.scalable_target is None:
        return {}
    target = config.scalable_target
    alias = f"{made}Alias{function.auto_publish_alias}"
    settings: dict[str, Any] = {
        "ServiceNamespace": "lambda",
        "ScalableDimension": DIMENSION,
        "ResourceId": {
            "Fn::Sub": f"function:${{{made}}}:{function.auto_publish_alias}"
        },
        "MinCapacity": target.min_capacity,
        "MaxCapacity": target.max_capacity,
    }
    if target.scheduled_actions:
        settings["ScheduledActions"] = _actions(target)
    resources = {
        f"{made}ScalableTarget": {
            "Type": TARGET,
            "DependsOn": alias,
            "Properties": settings,
        }
    }
    if target.target_value is None:
        return resources
    return resources | {
        f"{made}ScalingPolicy": {
            "Type": POLICY,
            "Properties": _policy(made, target.target_value),
        }
    }


def _actions(target: ScalableTarget) -> list[dict[str, Any]]:
    return [
        {
            "ScheduledActionName": f"Action{number}",
            "Schedule": action.schedule,
            "ScalableTargetAction": {
                "MinCapacity": action.min_capacity,
                "MaxCapacity": action.max_capacity,
            },
        }
        for number, action in enumerate(target.scheduled_actions, start=1)
    ]


def _policy(made: str, share: float) -> dict[str, Any]:
    metric = {"PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"}
    return {
        "PolicyName": f"{made}ScalingPolicy",
        "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": Ref(f"{made}ScalableTarget"),
        "TargetTrackingScalingPolicyConfiguration": {
            "PredefinedMetricSpecification": metric,
            "TargetValue": share,
        },
    }
