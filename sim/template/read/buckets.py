"""Event notifications of S3 buckets, also as CDK makes them, by a custom resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, add_name
from sim.template.read.draft_entries import Sender
from sim.template.read.references import (
    function_named,
    qualifier_of,
    resource_named,
)

BUCKET = "AWS::S3::Bucket"
S3 = "s3.amazonaws.com"
NOTIFICATIONS = "NotificationConfiguration"
FUNCTION_GROUPS = ("LambdaConfigurations", "LambdaFunctionConfigurations")
KEYS = {
    "QueueConfigurations": ("Queue", "QueueArn"),
    "TopicConfigurations": ("Topic", "TopicArn"),
}
"""Where queues and topics are named, in CloudFormation's words and in the API's."""
BUS = "EventBridgeConfiguration"
OFF = ([False], ["false"])
NO_RULE = "No rule of this template takes the events of S3."


class _Notifications(NamedTuple):
    """The notifications of a bucket: who says so, the bucket, and the key that names a function."""

    resource: Resource
    bucket: str
    configuration: Any
    function_key: str


def read_notifications(draft: Draft) -> None:
    """Put every notification of a bucket into the draft."""
    for bucket in draft.template.of_type(BUCKET):
        configuration = bucket.get(NOTIFICATIONS)
        _add(
            draft,
            _Notifications(bucket, bucket.name, configuration, "Function"),
        )
    for custom in draft.template.of_type("Custom::S3BucketNotifications"):
        draft.used.add(custom.name)
        written = custom.get("BucketName")
        name = resource_named(draft, custom, "BucketName", written, "buckets")
        if name is not None:
            configuration = custom.get(NOTIFICATIONS)
            key = "LambdaFunctionArn"
            _add(draft, _Notifications(custom, name, configuration, key))


def _add(draft: Draft, notifications: _Notifications) -> None:
    resource = notifications.resource
    configuration = notifications.configuration
    if not isinstance(configuration, dict):
        return
    if not draft.check_known(resource, NOTIFICATIONS, configuration):
        return
    for group in FUNCTION_GROUPS:
        for item in values_at(configuration, f"{group}[]"):
            _add_function(draft, notifications, item)
    for group in KEYS:
        for item in values_at(configuration, f"{group}[]"):
            _add_target(draft, notifications, group, item)
    bus = configuration.get(BUS)
    if bus and values_at(bus, "EventBridgeEnabled") not in OFF:
        _add_bus(draft, notifications, bus)


def _add_target(
    draft: Draft, notifications: _Notifications, group: str, item: Any
) -> None:
    """A queue or topic gets the notifications."""
    resource, path = notifications.resource, f"{NOTIFICATIONS}.{group}"
    settings = item if isinstance(item, dict) else {}
    named = [settings[key] for key in KEYS[group] if key in settings]
    for value in named:
        kind = "queues" if group.startswith("Queue") else "topics"
        name = resource_named(draft, resource, path, value, kind)
        if name is not None:
            _notify(draft, notifications.bucket, name)
            draft.senders.append(Sender(resource.name, S3, name))
            draft.report_read(resource, path, item, BUCKET)
            if settings.get("Filter"):
                draft.share_unknown(resource, f"{path}.Filter", name)


def _add_bus(draft: Draft, notifications: _Notifications, written: Any) -> None:
    """Rules of the default bus get the notifications: here the bucket has a bus of its own."""
    resource, bucket = notifications.resource, notifications.bucket
    path = f"{NOTIFICATIONS}.{BUS}"
    if not any(takes_events_of(draft, r, bucket) for r in _rules(draft)):
        draft.not_simulated(resource, path, written, NO_RULE)
        return
    _notify(draft, bucket, draft.add_own_bus(bucket, resource))
    draft.report_read(resource, path, written, BUCKET)


def _rules(draft: Draft) -> Iterator[Resource]:
    for rule in draft.template.of_type("AWS::Events::Rule"):
        if rule.get("EventBusName") in (None, "default"):
            yield rule


def takes_events_of(draft: Draft, rule: Resource, bucket: str) -> bool:
    """Whether the pattern of a rule is about a bucket's events."""
    pattern = rule.get("EventPattern")
    if not isinstance(pattern, dict):
        return False
    if "aws.s3" not in values_at(pattern, "source[]"):
        return False
    names = values_at(pattern, "detail.bucket.name[]")
    found = [draft.template.find(name) for name in names]
    return not names or bucket in [one.name for one in found if one is not None]


def _notify(draft: Draft, bucket: str, target: str) -> None:
    add_name(draft.groups["buckets"][bucket], "targets", target)


def _add_function(
    draft: Draft, notifications: _Notifications, item: Any
) -> None:
    resource, bucket = notifications.resource, notifications.bucket
    value = (
        item.get(notifications.function_key) if isinstance(item, dict) else None
    )
    function = function_named(draft, value)
    path = f"{NOTIFICATIONS}.LambdaConfigurations"
    if function is None:
        draft.not_in_template(resource, path, value)
        return
    draft.report_read(resource, path, item, BUCKET)
    if item.get("Filter"):
        draft.share_unknown(resource, f"{path}.Filter", function)
    owner = draft.resources.get(bucket, resource)
    draft.add_trigger(
        "s3_notification",
        owner,
        function,
        function,
        source=bucket,
        fields=qualifier_of(draft, function, value),
    )
