"""A scenario's queues, topics, buckets, event buses, streams and tables as resources."""

from __future__ import annotations

from typing import Any

from sim.scenario.resources import DEFAULT_BUS, Queue, Topic
from sim.scenario.streams import Stream, Table
from sim.template.write.comments import queue_comments
from sim.template.write.names import bus_name
from sim.template.write.sam_forwarding import (
    bucket_resources,
    rule_resources,
    subscription_resources,
)
from sim.template.write.sam_names import SamNames
from sim.template.write.sam_subscribers import custom_event_bus
from sim.template.write.sam_yaml import GetAtt, Ref, comment_keys
from sim.template.write.written_settings import as_properties, differing

TOPIC = "AWS::SNS::Topic"
TABLE: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
SECOND_REGION = {"Region": "us-west-2"}
TABLE_STREAM = {"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}}


def source_resources(names: SamNames) -> dict[str, Any]:
    """Every source, by its logical ID."""
    scenario, ids = names.scenario, names.ids.sources
    resources: dict[str, Any] = {}
    for queue in scenario.queues:
        resources[ids[queue.name]] = _queue(names, queue)
    for topic in scenario.topics:
        resources[ids[topic.name]] = _topic(topic)
        for name in topic.queues:
            resources |= subscription_resources(names, topic, name)
    for bucket in scenario.buckets:
        resources |= bucket_resources(names, bucket)
    for bus in scenario.event_buses:
        if bus.name != DEFAULT_BUS:
            properties = {"Name": bus_name(bus.name)}
            bus_resource = {
                "Type": "AWS::Events::EventBus",
                "Properties": properties,
            }
            resources[ids[bus.name]] = bus_resource
        resources |= rule_resources(names, bus)
    for custom_bus in scenario.custom_event_buses:
        resources[ids[custom_bus.name]] = custom_event_bus(custom_bus)
    for stream in scenario.streams:
        resources[ids[stream.name]] = _stream(stream)
    read_as_streams = [
        trigger.entry
        for trigger in scenario.triggers
        if trigger.kind == "ddb_streams"
    ]
    for table in scenario.tables:
        resources[ids[table.name]] = _table(
            table, has_stream=table.name in read_as_streams
        )
    return resources


def _table(table: Table, *, has_stream: bool) -> dict[str, Any]:
    """A table; a global one always has a stream."""
    settings = dict(TABLE)
    if has_stream or table.global_table:
        settings |= TABLE_STREAM
    if not table.global_table:
        return {"Type": "AWS::DynamoDB::Table", "Properties": settings}
    settings["Replicas"] = [{"Region": Ref("AWS::Region")}, SECOND_REGION]
    comments = comment_keys(["Its second Region is an example: put yours."])
    resource_type = "AWS::DynamoDB::GlobalTable"
    return {**comments, "Type": resource_type, "Properties": settings}


def _topic(topic: Topic) -> dict[str, Any]:
    properties = as_properties(differing(topic, TOPIC))
    if not properties:
        return {"Type": TOPIC}
    return {"Type": TOPIC, "Properties": properties}


def _queue(names: SamNames, queue: Queue) -> dict[str, Any]:
    settings = as_properties(differing(queue, "AWS::SQS::Queue"))
    policy = queue.redrive_policy
    if policy:
        target = names.ids.sources[policy.dead_letter_target_arn]
        settings["RedrivePolicy"] = {
            "deadLetterTargetArn": GetAtt(f"{target}.Arn"),
            "maxReceiveCount": policy.max_receive_count,
        }
    comments = comment_keys(list(queue_comments(names.scenario, queue)))
    resource = {**comments, "Type": "AWS::SQS::Queue"}
    return {**resource, "Properties": settings} if settings else resource


def _stream(stream: Stream) -> dict[str, Any]:
    mode: dict[str, Any] = {"ShardCount": stream.shard_count}
    if stream.stream_mode == "ON_DEMAND":
        mode = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    settings = as_properties(differing(stream, "AWS::Kinesis::Stream"))
    return {"Type": "AWS::Kinesis::Stream", "Properties": {**mode, **settings}}
