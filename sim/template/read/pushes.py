"""What hands events to Lambda: topics, buckets, rules, schedules, and every service that names a function."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.template.cloudformation import property_tables
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

NOTIFICATIONS = "NotificationConfiguration"
CUSTOM = "AWS::CloudFormation::CustomResource"


def read(draft: Draft) -> None:
    """Put every trigger that is not polled, and no API's or workflow's, into the draft."""
    _subscriptions(draft)
    _notifications(draft)
    for resource in draft.template.of_type("AWS::Events::Rule"):
        _rule(draft, resource)
    for resource in draft.template.of_type("AWS::Scheduler::Schedule"):
        _schedule(draft, resource)
    for resource in draft.template.resources.values():
        _named_functions(draft, resource)


# SNS


def _subscriptions(draft: Draft) -> None:
    for topic in draft.template.of_type("AWS::SNS::Topic"):
        for item in topic.get("Subscription") or ():
            if isinstance(item, dict):
                _subscribe(draft, topic, topic.name, item, {}, "Subscription")
    for resource in draft.template.of_type("AWS::SNS::Subscription"):
        fields = draft.fields(resource)
        if draft.complete(resource, "TopicArn", resource.get("TopicArn")):
            topic_name = draft.target(
                resource, "TopicArn", resource.get("TopicArn"), "topics"
            )
            if topic_name is not None:
                _subscribe(
                    draft, resource, topic_name, resource.properties, fields, "Endpoint"
                )


def _subscribe(
    draft: Draft,
    resource: Resource,
    topic: str,
    item: Any,
    fields: dict[str, Any],
    path: str,
) -> None:
    protocol, endpoint = item.get("Protocol"), item.get("Endpoint")
    if not draft.complete(
        resource, path, [protocol, endpoint if protocol in ("lambda", "sqs") else ""]
    ):
        return
    function = draft.function(endpoint)
    if protocol == "lambda" and function is not None:
        suffix = function if resource.name == topic else ""
        draft.join("sns", resource, function, suffix, source=topic, **fields)
    elif protocol == "sqs":
        queue = draft.target(resource, path, endpoint)
        subscribed = draft.groups["topics"][topic].setdefault("queues", ())
        if queue is not None and queue not in subscribed:
            draft.groups["topics"][topic]["queues"] = (*subscribed, queue)
        if item.get("FilterPolicy"):
            draft.note(
                resource,
                "FilterPolicy",
                item["FilterPolicy"],
                "Here the queue gets every message of the topic.",
            )
    else:
        draft.note(
            resource,
            "Protocol",
            protocol,
            f"What SNS delivers by {protocol} is not simulated.",
        )


# S3


def _notifications(draft: Draft) -> None:
    for bucket in draft.template.of_type("AWS::S3::Bucket"):
        _notify(draft, bucket, bucket.name, bucket.get(NOTIFICATIONS), "Function")
    for custom in draft.template.of_type("Custom::S3BucketNotifications"):
        draft.used.add(custom.name)
        bucket_name = draft.target(
            custom, "BucketName", custom.get("BucketName"), "buckets"
        )
        if bucket_name is not None:
            _notify(
                draft,
                custom,
                bucket_name,
                custom.get(NOTIFICATIONS),
                "LambdaFunctionArn",
            )


def _notify(
    draft: Draft, resource: Resource, bucket: str, configuration: Any, key: str
) -> None:
    if not isinstance(configuration, dict) or not draft.complete(
        resource, NOTIFICATIONS, configuration
    ):
        return
    for group in ("LambdaConfigurations", "LambdaFunctionConfigurations"):
        for item in property_tables.at(configuration, f"{group}[]"):
            _notified(
                draft,
                resource,
                bucket,
                item,
                item.get(key) if isinstance(item, dict) else None,
            )
    for group in (
        "QueueConfigurations",
        "TopicConfigurations",
        "EventBridgeConfiguration",
    ):
        if configuration.get(group):
            why = "What S3 sends to others than functions is not simulated: put traffic into the queue, topic or rule."
            draft.note(resource, f"{NOTIFICATIONS}.{group}", configuration[group], why)


def _notified(
    draft: Draft, resource: Resource, bucket: str, item: Any, value: Any
) -> None:
    function = draft.function(value)
    path = f"{NOTIFICATIONS}.LambdaConfigurations"
    if function is None:
        draft.note(resource, path, value, "Its function is not in this template.")
        return
    draft.report.add(
        "read",
        resource.name,
        path,
        item,
        line=resource.line(path),
        source=property_tables.page("AWS::S3::Bucket"),
    )
    if item.get("Filter"):
        draft.share(resource, f"{path}.Filter", of=function)
    owner = draft.owners.get(bucket, resource)
    draft.join("s3_notification", owner, function, function, source=bucket)


# EventBridge


def _rule(draft: Draft, rule: Resource) -> None:
    draft.fields(rule)
    scheduled = rule.get("ScheduleExpression") if not rule.get("EventPattern") else None
    kind = "eventbridge_schedule_rule" if scheduled else "eventbridge_rule"
    targets = [
        target for target in rule.get("Targets") or () if isinstance(target, dict)
    ]
    names = [draft.function(target.get("Arn")) for target in targets]
    for target, function in zip(targets, names, strict=True):
        path = "Targets."
        if not draft.complete(rule, "Targets", target.get("Arn")):
            continue
        source = None if scheduled else _bus(draft, rule, targets)
        if function is None:
            _passed_on(draft, rule, source, target)
            continue
        fields = draft.fields(rule, "AWS::Events::Rule Target", target, path)
        schedule = (
            _scheduled(draft, rule, {"service": "rule"})
            if rule.get("ScheduleExpression")
            else None
        )
        draft.join(
            kind,
            rule,
            function,
            str(target.get("Id", function)),
            source,
            schedule,
            **fields,
        )


def _passed_on(
    draft: Draft, rule: Resource, bus: str | None, target: Mapping[str, Any]
) -> None:
    """A bus of the template sends on to the template's queues and topics; all other targets are noted."""
    to = _passes(draft, target)
    if bus is None or to is None:
        why = "Where this rule sends events is not simulated: put traffic into the target itself."
        draft.note(rule, "Targets", target.get("Arn"), why)
        return
    draft.passed.append((rule, bus, to))
    settings = draft.groups["event_buses"][bus]
    settings["targets"] = tuple(dict.fromkeys((*settings.get("targets", ()), to)))
    for key in target.keys() & {"DeadLetterConfig", "RetryPolicy"}:
        draft.note(
            rule,
            f"Targets.{key}",
            target[key],
            "Here a bus always reaches its queues and topics.",
        )


def _bus(draft: Draft, rule: Resource, targets: list[dict[str, Any]]) -> str | None:
    """The bus of the rule; of the default bus only what the rule lets through, unless something here sends to it."""
    bus = rule.get("EventBusName")
    if (
        bus
        and draft.complete(rule, "EventBusName", bus)
        and bus != "default"
        and not str(bus).endswith("/default")
    ):
        return draft.target(rule, "EventBusName", bus, "event_buses")
    if "default" in draft.groups["event_buses"]:
        return "default"
    if not any(_passes(draft, target) for target in targets):
        return None
    own = f"default-{rule.name}"  # AWS takes no slash in the name of a bus
    draft.groups["event_buses"].setdefault(own, {"name": own})
    draft.owners[own] = rule
    return own


def _passes(draft: Draft, target: Mapping[str, Any]) -> str | None:
    """The queue or topic of the template that is the target."""
    found = draft.template.find(target.get("Arn"))
    return (
        found.name
        if found is not None and found.type in ("AWS::SQS::Queue", "AWS::SNS::Topic")
        else None
    )


def _scheduled(
    draft: Draft, resource: Resource, fields: dict[str, Any]
) -> dict[str, Any] | None:
    """What the schedule's traffic is; none for a schedule that is switched off."""
    expression, state = resource.get("ScheduleExpression"), resource.get("State")
    if not draft.complete(resource, "ScheduleExpression", [expression, state]):
        return None
    if state == "DISABLED":
        draft.note(
            resource, "State", state, "It is switched off, so it makes no traffic."
        )
        return None
    return {"expression": expression, **fields}


def _input(resource: Resource) -> dict[str, Any]:
    """What a universal target is called with, which is JSON in a text.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """
    given = resource.get("Target.Input")
    try:
        given = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _schedule(draft: Draft, resource: Resource) -> None:
    fields = draft.fields(resource)
    target = resource.get("Target.Arn")
    function = draft.function(target) or draft.function(
        _input(resource).get("FunctionName")
    )
    if not draft.complete(resource, "Target", target):
        return
    if function is None:
        draft.note(
            resource,
            "Target",
            target,
            "What Scheduler sends to others than functions is not simulated.",
        )
        return
    window = resource.get("FlexibleTimeWindow.MaximumWindowInMinutes")
    mode = resource.get("FlexibleTimeWindow.Mode")
    known = draft.complete(resource, "FlexibleTimeWindow", [mode, window])
    flexible = known and mode == "FLEXIBLE" and window is not None
    settings = {"flexible_time_window_minutes": window} if flexible else {}
    zone = resource.get("ScheduleExpressionTimezone")
    if zone is not None and draft.complete(
        resource, "ScheduleExpressionTimezone", zone
    ):
        settings["schedule_expression_timezone"] = zone
    schedule = _scheduled(draft, resource, settings)
    draft.join("eventbridge_scheduler", resource, function, schedule=schedule, **fields)


# Every other service that names a function


def _named_functions(draft: Draft, resource: Resource) -> None:
    kind = CUSTOM if resource.type.startswith("Custom::") else resource.type
    places = property_tables.function_places(kind)
    joined = {
        function
        for place in places
        for function in _place(draft, resource, place, kind)
    }
    if joined:
        draft.fields(resource, kind) if property_tables.properties(
            kind
        ) else draft.used.add(resource.name)


def _place(
    draft: Draft, resource: Resource, place: property_tables.FunctionPlace, kind: str
) -> Iterator[str]:
    for value, beside in property_tables.beside(resource.properties, place.path):
        path = place.path.replace("[]", "")
        if not isinstance(value, str) or not draft.complete(resource, path, value):
            continue
        function = draft.function(value)
        if function is None or function not in draft.groups["functions"]:
            continue
        if not place.kind:
            draft.note(resource, path, value, place.note)
            draft.noted.add(function)
            continue
        fields = (
            draft.fields(resource, kind) if property_tables.properties(kind) else {}
        )
        draft.report.add(
            "read",
            resource.name,
            path,
            value,
            line=resource.line(path),
            source=property_tables.page(resource.type),
        )
        draft.join(_exactly(place.kind, beside), resource, function, **fields)
        yield function


def _exactly(kind: str, beside: Mapping[str, Any]) -> str:
    """The kind, where a word beside the function decides it."""
    if kind == "ses_event" and beside.get("InvocationType") == "RequestResponse":
        return "ses_sync"
    if kind == "edge_viewer" and str(beside.get("EventType")).startswith("origin"):
        return "edge_origin"
    return kind
