"""What topics and event buses send to others than functions, with the right to do so, as CloudFormation's resources."""

from __future__ import annotations

from typing import Any

from sim.scenario.resources import EventBus
from sim.template.write import properties
from sim.template.write.sam_names import SamNames
from sim.template.write.sam_yaml import GetAtt, Ref


def subscribed(topic: str, queue: str) -> dict[str, Any]:
    """A queue's subscription to a topic, and the topic's right to send to it.

    https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
    """
    subscription = {
        "TopicArn": Ref(topic),
        "Protocol": "sqs",
        "Endpoint": GetAtt(f"{queue}.Arn"),
    }
    return {
        f"{topic}To{queue}": {
            "Type": "AWS::SNS::Subscription",
            "Properties": subscription,
        },
        f"{topic}To{queue}Policy": _queue_policy(
            queue, "sns.amazonaws.com", Ref(topic)
        ),
    }


def ruled(sam: SamNames, bus: EventBus) -> dict[str, Any]:
    """The rules by which a bus sends to queues and topics, and its right to send to them.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    made, resources = sam.names.sources[bus.name], dict[str, Any]()
    for target in bus.targets:
        to = sam.names.sources[target]
        rule = {
            "EventBusName": Ref(made),
            "EventPattern": properties.pattern(sam.scenario, bus.name, bus.name),
            "Targets": [{"Id": to, "Arn": sam.arn(target)}],
        }
        resources[f"{made}To{to}"] = {"Type": "AWS::Events::Rule", "Properties": rule}
        queue = target in {queue.name for queue in sam.scenario.queues}
        source = GetAtt(f"{made}To{to}.Arn")
        write = _queue_policy if queue else _topic_policy
        resources[f"{made}To{to}Policy"] = write(to, "events.amazonaws.com", source)
    return resources


def _queue_policy(queue: str, service: str, source: Any) -> dict[str, Any]:
    document = _document(service, "sqs:SendMessage", GetAtt(f"{queue}.Arn"), source)
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": [Ref(queue)], "PolicyDocument": document},
    }


def _topic_policy(topic: str, service: str, source: Any) -> dict[str, Any]:
    document = _document(service, "sns:Publish", Ref(topic), source)
    return {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {"Topics": [Ref(topic)], "PolicyDocument": document},
    }


def _document(service: str, action: str, resource: Any, source: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow", "Principal": {"Service": service}, "Action": action,
        "Resource": resource, "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }  # fmt: skip
    return {"Version": "2012-10-17", "Statement": [statement]}
