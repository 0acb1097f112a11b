"""Queues, topics, buckets, event buses, streams, tables, brokers and clusters."""

from __future__ import annotations

import json

from sim.template.cloudformation.property_tables import list_of
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.fields import read_fields

GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
TOPIC = "AWS::SNS::Topic"
GROUP_OF_TYPE = {
    "AWS::SQS::Queue": "queues",
    TOPIC: "topics",
    "AWS::S3::Bucket": "buckets",
    "AWS::Events::EventBus": "event_buses",
    "AWS::EventsV2::EventBus": "custom_event_buses",
    "AWS::Kinesis::Stream": "streams",
    "AWS::DynamoDB::Table": "tables",
    GLOBAL_TABLE: "tables",
    "AWS::AmazonMQ::Broker": "brokers",
    "AWS::DocDB::DBCluster": "document_db_clusters",
}
NO_STREAM = "A table without a stream sends no events."
TO_KINESIS = "Its changes go to a Kinesis stream: put traffic into that stream."
FIFO_TOPIC = "Here a topic keeps neither order nor deduplication."


def read_sources(draft: Draft) -> None:
    """Put every source into the draft; a table takes part if it has a stream."""
    for resource in draft.template.of_type(*GROUP_OF_TYPE):
        group = GROUP_OF_TYPE[resource.type]
        if group != "tables" or _has_stream(resource):
            draft.add_resource(group, resource)
            continue
        to_kinesis = resource.get("KinesisStreamSpecification")
        note = TO_KINESIS if to_kinesis else NO_STREAM
        line = resource.line()
        draft.report.add("not supported", resource.name, line=line, note=note)
        draft.used.add(resource.name)


def _has_stream(table: Resource) -> bool:
    return bool(table.get("StreamSpecification")) or _has_replicas(table)


def _has_replicas(table: Resource) -> bool:
    """Whether it is a global table of several Regions, which always has a stream."""
    return (
        table.type == GLOBAL_TABLE and len(list_of(table.get("Replicas"))) > 1
    )


def read_source_settings(draft: Draft) -> None:
    """Read the sources' settings, once every resource has its name."""
    for resource in draft.template.of_type(*GROUP_OF_TYPE):
        if resource.name not in draft.resources:
            continue
        parse_redrive_policy(resource)
        fields = read_fields(draft, resource)
        if resource.type == GLOBAL_TABLE:
            fields["global_table"] = _has_replicas(resource)
        is_fifo = str(resource.get("FifoTopic")).lower() == "true"
        if resource.type == TOPIC and is_fifo:
            draft.not_simulated(resource, "FifoTopic", True, FIFO_TOPIC)
        draft.groups[GROUP_OF_TYPE[resource.type]][resource.name].update(fields)


def parse_redrive_policy(resource: Resource) -> None:
    """A redrive policy may be JSON in a text."""
    policy = resource.properties.get("RedrivePolicy")
    if not isinstance(policy, str):
        return
    try:
        resource.properties["RedrivePolicy"] = json.loads(policy)
    except ValueError:
        resource.add_problem("RedrivePolicy is no JSON.", "RedrivePolicy")
