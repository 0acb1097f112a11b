"""What topics and event buses send to others than functions, with their right to do so."""

from __future__ import annotations

from typing import Any

from sim.scenario.resources import Bucket, EventBus, Topic
from sim.template.write.filter_policies import (
    filter_policy_properties,
    policy_of,
)
from sim.template.write.sam_names import SamNames
from sim.template.write.sam_yaml import GetAtt, Ref
from sim.template.write.trigger_settings import rule_pattern


def subscription_resources(
    names: SamNames, topic_of: Topic, subscriber: str
) -> dict[str, Any]:
    """A queue's subscription to a topic, and the topic's right to send to it, by logical IDs.

    https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    """
    topic = names.ids.sources[topic_of.name]
    queue = names.ids.sources[subscriber]
    logical_id = f"{topic}To{queue}"
    subscription = {
        "TopicArn": Ref(topic),
        "Protocol": "sqs",
        "Endpoint": GetAtt(f"{queue}.Arn"),
        **filter_policy_properties(policy_of(topic_of, subscriber)),
    }
    return {
        logical_id: {
            "Type": "AWS::SNS::Subscription",
            "Properties": subscription,
        },
        f"{logical_id}Policy": _queue_policy(
            queue, "sns.amazonaws.com", Ref(topic)
        ),
    }


def rule_resources(names: SamNames, bus: EventBus) -> dict[str, Any]:
    """The rules by which a bus sends to queues and topics, and its right to send to them.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    resources: dict[str, Any] = {}
    bus_id = names.ids.sources[bus.name]
    for target in bus.targets:
        if names.ids.groups[target] == "state_machines":
            continue  # their rules are events of the state machine
        target_id = names.ids.sources[target]
        logical_id = f"{bus_id}To{target_id}"
        rule = {
            "EventBusName": names.bus(bus.name),
            "EventPattern": rule_pattern(names.scenario, bus.name, bus.name),
            "Targets": [{"Id": target_id, "Arn": names.arn(target)}],
        }
        is_topic = names.ids.groups[target] == "topics"
        policy = _topic_policy if is_topic else _queue_policy
        arn = GetAtt(f"{logical_id}.Arn")
        resources |= {
            logical_id: {"Type": "AWS::Events::Rule", "Properties": rule},
            f"{logical_id}Policy": policy(
                target_id, "events.amazonaws.com", arn
            ),
        }
    return resources


def bucket_resources(names: SamNames, bucket: Bucket) -> dict[str, Any]:
    """A bucket, what gets its notifications, and its right to send to them.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    """
    bucket_id = names.ids.sources[bucket.name]
    resource: dict[str, Any] = {"Type": "AWS::S3::Bucket"}
    resources: dict[str, Any] = {bucket_id: resource}
    configuration: dict[str, Any] = {}
    for target in bucket.targets:
        target_id, group = names.ids.sources[target], names.ids.groups[target]
        if group == "event_buses":
            enabled = {"EventBridgeEnabled": True}
            configuration["EventBridgeConfiguration"] = enabled
            continue
        word = "Topic" if group == "topics" else "Queue"
        policy = _topic_policy if group == "topics" else _queue_policy
        policy_id = f"{bucket_id}To{target_id}Policy"
        # The account, as a bucket cannot be named before it is there.
        resources[policy_id] = policy(target_id, "s3.amazonaws.com", None)
        resource.setdefault("DependsOn", []).append(policy_id)
        item = {"Event": "s3:ObjectCreated:*", word: names.arn(target)}
        configuration.setdefault(f"{word}Configurations", []).append(item)
    if configuration:
        resource["Properties"] = {"NotificationConfiguration": configuration}
    return resources


def _queue_policy(queue: str, service: str, sender: Any) -> dict[str, Any]:
    document = _document(
        service, "sqs:SendMessage", GetAtt(f"{queue}.Arn"), sender
    )
    properties = {"Queues": [Ref(queue)], "PolicyDocument": document}
    return {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}


def _topic_policy(topic: str, service: str, sender: Any) -> dict[str, Any]:
    document = _document(service, "sns:Publish", Ref(topic), sender)
    properties = {"Topics": [Ref(topic)], "PolicyDocument": document}
    return {"Type": "AWS::SNS::TopicPolicy", "Properties": properties}


def _document(
    service: str, action: str, resource: Any, sender: Any
) -> dict[str, Any]:
    condition = {"ArnEquals": {"aws:SourceArn": sender}}
    if sender is None:
        account = Ref("AWS::AccountId")
        condition = {"StringEquals": {"aws:SourceAccount": account}}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
