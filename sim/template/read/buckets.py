"""Event notifications of S3 buckets, also as CDK makes them, by a custom resource."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.references import (
    function_named,
    qualifier_of,
    resource_named,
)

BUCKET = "AWS::S3::Bucket"
NOTIFICATIONS = "NotificationConfiguration"
FUNCTION_GROUPS = ("LambdaConfigurations", "LambdaFunctionConfigurations")
OTHER_GROUPS = (
    "QueueConfigurations",
    "TopicConfigurations",
    "EventBridgeConfiguration",
)
OTHERS = (
    "What S3 sends to others than functions is not simulated: "
    "put traffic into the queue, topic or rule."
)


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
    resource, configuration = (
        notifications.resource,
        notifications.configuration,
    )
    if not isinstance(configuration, dict):
        return
    if not draft.check_known(resource, NOTIFICATIONS, configuration):
        return
    for group in FUNCTION_GROUPS:
        for item in values_at(configuration, f"{group}[]"):
            _add_function(draft, notifications, item)
    for group in OTHER_GROUPS:
        value = configuration.get(group)
        if value:
            draft.not_simulated(
                resource, f"{NOTIFICATIONS}.{group}", value, OTHERS
            )


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
