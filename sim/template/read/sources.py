"""Queues, topics, buckets, event buses, streams, tables, brokers and clusters."""

from __future__ import annotations

import json
from typing import Any

from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

TYPES = {
    "AWS::SQS::Queue": "queues",
    "AWS::SNS::Topic": "topics",
    "AWS::S3::Bucket": "buckets",
    "AWS::Events::EventBus": "event_buses",
    "AWS::Kinesis::Stream": "streams",
    "AWS::DynamoDB::Table": "tables",
    "AWS::DynamoDB::GlobalTable": "tables",
    "AWS::AmazonMQ::Broker": "brokers",
    "AWS::DocDB::DBCluster": "document_db_clusters",
}

NO_STREAM = "A table without a stream sends no events."


def read(draft: Draft) -> None:
    """Put every source into the draft; a table takes part if it has a stream."""
    for resource in draft.template.of_type(*TYPES):
        if resource.type.startswith("AWS::DynamoDB::") and not _streams(resource):
            draft.report.add(
                "not supported", resource.name, line=resource.line(), note=NO_STREAM
            )
            draft.used.add(resource.name)
        else:
            draft.add(TYPES[resource.type], resource, {})


def _streams(table: Resource) -> bool:
    """Whether a table has a stream; a global table of several Regions always has."""
    replicated = (
        table.type == "AWS::DynamoDB::GlobalTable"
        and len(table.get("Replicas") or ()) > 1
    )
    return bool(table.get("StreamSpecification")) or replicated


def read_settings(draft: Draft) -> None:
    """Read the sources' settings, once every resource has its name."""
    for resource in draft.template.of_type(*TYPES):
        if resource.name in draft.owners:
            _parse_redrive(resource)
            fields = draft.fields(resource)
            if resource.type == "AWS::DynamoDB::GlobalTable":
                fields["global_table"] = len(resource.get("Replicas") or ()) > 1
            if resource.type == "AWS::SNS::Topic" and _true(resource.get("FifoTopic")):
                draft.note(
                    resource,
                    "FifoTopic",
                    True,
                    "Here the topic is a standard one: neither order nor deduplication.",
                )
            draft.groups[TYPES[resource.type]][resource.name].update(fields)


def _parse_redrive(resource: Resource) -> None:
    policy = resource.properties.get("RedrivePolicy")
    if isinstance(policy, str):
        try:
            resource.properties["RedrivePolicy"] = json.loads(policy)
        except ValueError:
            resource.template.problems.append(
                f"{resource.place('RedrivePolicy')}: RedrivePolicy is no JSON."
            )


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
