"""Filter policies of SNS subscriptions, as properties and as arguments of CDK code.

https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
"""

from __future__ import annotations

import json
from typing import Any

from sim.scenario.resources import FilterPolicy, Topic
from sim.scenario.triggers import FILTER_SCOPE, AsynchronousTrigger

Filtered = FilterPolicy | AsynchronousTrigger | None


def policy_of(topic: Topic, queue: str) -> FilterPolicy | None:
    """The filter policy of a queue's subscription to a topic."""
    return next(
        (each for each in topic.filter_policies if each.queue == queue), None
    )


def filter_policy_properties(subscription: Filtered) -> dict[str, Any]:
    """The policy of a subscription, and its scope if that is not the usual one."""
    if subscription is None or subscription.filter_policy is None:
        return {}
    properties = {"FilterPolicy": json.loads(subscription.filter_policy)}
    if subscription.filter_policy_scope != FILTER_SCOPE:
        properties["FilterPolicyScope"] = subscription.filter_policy_scope
    return properties


def filter_policy_argument(subscription: Filtered) -> str:
    """The policy of a subscription as a further argument in CDK code, with a comma before it."""
    if subscription is None or subscription.filter_policy is None:
        return ""
    policy = json.loads(subscription.filter_policy)
    if subscription.filter_policy_scope == "MessageBody":
        return f", filter_policy_with_message_body={_nested(policy)}"
    conditions = [f"{name!r}: {_filter(policy[name])}" for name in policy]
    return f", filter_policy={{{', '.join(conditions)}}}"


def _nested(policy: dict[str, Any]) -> str:
    parts = []
    for name, wanted in policy.items():
        is_leaf = isinstance(wanted, list)
        kind = "filter" if is_leaf else "policy"
        inner = _filter(wanted) if is_leaf else _nested(wanted)
        parts.append(f"{name!r}: sns.FilterOrPolicy.{kind}({inner})")
    return f"{{{', '.join(parts)}}}"


def _filter(conditions: list[Any]) -> str:
    """Conditions as they are: CDK's own words do not cover all operators."""
    return f"sns.SubscriptionFilter({conditions!r})"
