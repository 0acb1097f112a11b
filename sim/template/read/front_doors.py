"""APIs and load balancers as alarms name them: which trigger each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim import facts
from sim.template.cloudformation.property_tables import mapping_of, values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.authorizers import REST_API, body_of
from sim.template.read.draft import Draft

BALANCER = "AWS::ElasticLoadBalancingV2"
TARGET_GROUPS = (
    "DefaultActions[].TargetGroupArn",
    "DefaultActions[].ForwardConfig.TargetGroups[].TargetGroupArn",
    "Actions[].TargetGroupArn",
    "Actions[].ForwardConfig.TargetGroups[].TargetGroupArn",
)
"""Where listeners, with `DefaultActions`, and their rules name target groups."""


def front_door_named(draft: Draft, dimension: str, value: Any) -> str | None:
    """The trigger that a dimension's value names; None where there is none, or more than one."""
    makers = {one.name for one in _makers(draft, dimension, value)}
    found = [
        one
        for one in draft.triggers
        if one.resource.name in makers and not one.name  # no authorizer
    ]
    doors = facts.front_doors_by_dimension()[dimension]
    kinds = [door.kind for door in doors]
    if len(found) != 1 or found[0].fields["kind"] not in kinds:
        return None
    return found[0].resource.name


def _makers(draft: Draft, dimension: str, value: Any) -> Iterator[Resource]:
    """The resources that triggers are made of behind an API or a load balancer."""
    if dimension == "ApiName":
        for api in draft.template.of_type(REST_API):
            if _api_name(draft, api) == value:
                yield api
        return
    found = draft.template.find(value)
    if found is not None and dimension == "LoadBalancer":
        yield from _target_groups(draft, found)
    elif found is not None:
        yield found


def _api_name(draft: Draft, api: Resource) -> Any:
    """A REST API without a name has the title of its body; SAM writes the stack's name there.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
    """
    about = mapping_of(mapping_of(body_of(draft, api)).get("info"))
    stack = draft.template.resolver.parameters["AWS::StackName"]
    return api.get("Name") or about.get("title") or stack


def _target_groups(draft: Draft, balancer: Resource) -> Iterator[Resource]:
    """The target groups to which a load balancer's listeners and their rules forward."""
    template = draft.template
    listeners = [
        one
        for one in template.of_type(f"{BALANCER}::Listener")
        if template.find(one.get("LoadBalancerArn")) is balancer
    ]
    rules = [
        one
        for one in template.of_type(f"{BALANCER}::ListenerRule")
        if template.find(one.get("ListenerArn")) in listeners
    ]
    arns = (
        arn
        for part in (*listeners, *rules)
        for place in TARGET_GROUPS
        for arn in values_at(part.properties, place)
    )
    yield from filter(None, map(template.find, arns))
