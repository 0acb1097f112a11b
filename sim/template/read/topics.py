"""Subscriptions to SNS topics: functions become triggers, queues get the topic's messages."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import list_of
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields, add_name
from sim.template.read.draft_entries import Sender
from sim.template.read.fields import read_fields
from sim.template.read.references import (
    function_named,
    qualifier_of,
    resource_named,
)
from sim.template.read.sources import parse_redrive_policy

SNS = "sns.amazonaws.com"


class _Subscription(NamedTuple):
    """A subscription: who says so, the topic's name, its settings, and where they are."""

    resource: Resource
    topic: str
    settings: dict[str, Any]
    path: str
    fields: Fields


def read_subscriptions(draft: Draft) -> None:
    """Put every subscription to a topic into the draft."""
    for topic in draft.template.of_type("AWS::SNS::Topic"):
        for settings in list_of(topic.get("Subscription")):
            if isinstance(settings, dict):
                path = "Subscription"
                _add(
                    draft, _Subscription(topic, topic.name, settings, path, {})
                )
    for resource in draft.template.of_type("AWS::SNS::Subscription"):
        parse_redrive_policy(resource)
        fields = read_fields(draft, resource)
        arn = resource.get("TopicArn")
        if draft.check_known(resource, "TopicArn", arn):
            name = resource_named(draft, resource, "TopicArn", arn, "topics")
            if name is not None:
                settings = resource.properties
                _add(
                    draft,
                    _Subscription(resource, name, settings, "Endpoint", fields),
                )


def _add(draft: Draft, subscription: _Subscription) -> None:
    resource = subscription.resource
    protocol = subscription.settings.get("Protocol")
    endpoint = subscription.settings.get("Endpoint")
    is_simulated = protocol in ("lambda", "sqs")
    needed = [protocol, endpoint if is_simulated else ""]
    if not draft.check_known(resource, subscription.path, needed):
        return
    function = function_named(draft, endpoint)
    if protocol == "lambda" and function is not None:
        topic = subscription.topic
        suffix = function if resource.name == topic else ""
        qualifier = qualifier_of(draft, function, endpoint)
        fields = {**subscription.fields, **qualifier}
        draft.add_trigger(
            "sns", resource, function, suffix, source=topic, fields=fields
        )
    elif protocol == "sqs":
        _add_queue(draft, subscription, endpoint)
    else:
        why = f"What SNS delivers by {protocol} is not simulated."
        draft.not_simulated(resource, "Protocol", protocol, why)


def _add_queue(
    draft: Draft, subscription: _Subscription, endpoint: Any
) -> None:
    resource = subscription.resource
    queue = resource_named(draft, resource, subscription.path, endpoint)
    if queue is None:
        return
    add_name(draft.groups["topics"][subscription.topic], "queues", queue)
    draft.senders.append(Sender(resource.name, SNS, queue))
    if subscription.settings.get("FilterPolicy"):
        _add_policy(draft, subscription, queue)


def _add_policy(draft: Draft, subscription: _Subscription, queue: str) -> None:
    """Which of the topic's messages the queue gets."""
    resource, settings = subscription.resource, subscription.settings
    policy = settings["FilterPolicy"]
    if not draft.check_known(resource, "FilterPolicy", policy):
        return
    topic = draft.groups["topics"][subscription.topic]
    text = policy if isinstance(policy, str) else json.dumps(policy)
    read = {"queue": queue, "filter_policy": text}
    if "FilterPolicyScope" in settings:
        read["filter_policy_scope"] = settings["FilterPolicyScope"]
    topic["filter_policies"] = (*topic.get("filter_policies", ()), read)
    draft.report_read(resource, "FilterPolicy", policy)
