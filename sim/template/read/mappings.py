"""Event source mappings: what Lambda polls, of which kind, for which function."""

from __future__ import annotations

from typing import Any

from sim.scenario.event_source_mapping import KAFKA, QUEUES, STREAMS
from sim.template.cloudformation import placeholders, property_tables
from sim.template.cloudformation.template import Resource, arn
from sim.template.read.draft import Draft

KINDS = {
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::Kinesis::StreamConsumer": "kinesis_efo",
    "AWS::DynamoDB::Table": "ddb_streams",
    "AWS::DynamoDB::GlobalTable": "ddb_streams",
    "AWS::MSK::Cluster": "msk",
    "AWS::MSK::ServerlessCluster": "msk",
    "AWS::AmazonMQ::Broker": "mq",
    "AWS::DocDB::DBCluster": "documentdb",
}
SERVICES = {
    "kinesis": "kinesis",
    "dynamodb": "ddb_streams",
    "kafka": "msk",
    "mq": "mq",
    "rds": "documentdb",
}
GROUPS = {
    "sqs_standard": "queues",
    "sqs_fifo": "queues",
    "kinesis": "streams",
    "kinesis_efo": "streams",
    "ddb_streams": "tables",
    "msk": "kafka_topics",
    "self_managed_kafka": "kafka_topics",
    "mq": "brokers",
    "documentdb": "document_db_clusters",
}

API = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"


def read(draft: Draft) -> None:
    """Put every event source mapping into the draft."""
    for resource in draft.template.of_type("AWS::Kinesis::StreamConsumer"):
        draft.used.add(resource.name)
    for resource in draft.template.of_type("AWS::Lambda::EventSourceMapping"):
        fields = draft.fields(resource)
        source = resource.get("EventSourceArn")
        known = all(
            draft.complete(resource, name, resource.get(name))
            for name in ("EventSourceArn", "FunctionName")
        )
        function = draft.function(resource.get("FunctionName"))
        if function is None:
            if known:
                draft.note(
                    resource,
                    "FunctionName",
                    resource.get("FunctionName"),
                    "Its function is not in this template.",
                )
        elif known:
            _join(draft, resource, function, source, fields)


def _join(
    draft: Draft, resource: Resource, function: str, source: Any, fields: dict[str, Any]
) -> None:
    kind = _kind(draft, resource, source)
    if kind is None:
        draft.problem(resource, "EventSourceArn", "the mapping names no source.")
        return
    name = _source(draft, resource, kind, source)
    if name is None:
        return
    if kind in (*STREAMS, *KAFKA, "documentdb") and not resource.get(
        "StartingPosition"
    ):
        draft.problem(
            resource,
            "",
            f"a mapping of kind {kind} needs a StartingPosition, its starting_position ({API}).",
        )
        return
    polled = [
        join.fields["source"] for join in draft.joins if join.fields["kind"] in QUEUES
    ]
    if kind in QUEUES and name in polled:
        draft.note(
            resource,
            "EventSourceArn",
            source,
            "Another mapping polls this queue; here each queue feeds one function.",
        )
        return
    draft.join(kind, resource, function, source=name, **fields)


def _kind(draft: Draft, resource: Resource, source: Any) -> str | None:
    if resource.get("SelfManagedEventSource"):
        return "self_managed_kafka"
    if not isinstance(source, str):
        return None
    found = draft.template.find(source)
    if found is not None and found.type == "AWS::SQS::Queue":
        return (
            "sqs_fifo"
            if str(found.get("FifoQueue")).lower() == "true"
            else "sqs_standard"
        )
    if found is not None and found.type in KINDS:
        return KINDS[found.type]
    return _by_arn(source) or _by_settings(resource, source, certain=bool(arn(source)))


def _by_arn(source: str) -> str | None:
    service = arn(source)[2] if arn(source) else ""
    return (
        "kinesis_efo"
        if service == "kinesis" and "/consumer/" in source
        else SERVICES.get(service)
    )


def _by_settings(resource: Resource, source: str, *, certain: bool) -> str:
    """The kind of a source that another stack exports: each kind has a setting that it must have."""
    for setting, kind in (
        ("Topics", "msk"),
        ("Queues", "mq"),
        ("DocumentDBEventSourceConfig", "documentdb"),
    ):
        if resource.get(setting):
            return kind
    words = source.lower()
    if resource.get("StartingPosition") and not certain:
        return (
            "ddb_streams"
            if any(word in words for word in ("dynamo", "ddb", "table"))
            else "kinesis"
        )
    return (
        "sqs_fifo"
        if words.endswith(".fifo") or (not certain and "fifo" in words)
        else "sqs_standard"
    )


def _source(draft: Draft, resource: Resource, kind: str, source: Any) -> str | None:
    if GROUPS[kind] == "kafka_topics":
        return _topic(draft, resource)
    found = draft.template.find(source)
    if found is not None and found.type == "AWS::Kinesis::StreamConsumer":
        source = found.get("StreamARN")
        if not draft.complete(found, "StreamARN", source):
            return None
    if kind == "ddb_streams" and found is not None and found.name not in draft.owners:
        draft.problem(
            found,
            "",
            f"{resource.name} reads its stream, but StreamSpecification does not switch one on.",
        )
        return None
    return draft.target(resource, "EventSourceArn", source, GROUPS[kind])


def _topic(draft: Draft, resource: Resource) -> str | None:
    topics = [
        topic
        for topic in resource.get("Topics") or ()
        if draft.complete(resource, "Topics", topic)
    ]
    if not topics:
        if not list(placeholders.asked(resource.get("Topics"))):
            draft.problem(
                resource, "Topics", "a Kafka mapping needs Topics, a list of one."
            )
        return None
    name = draft.outside(resource, "Topics", str(topics[0]), "kafka_topics")
    for cluster in property_tables.at({"of": resource.properties}, "of.EventSourceArn"):
        found = draft.template.find(cluster)
        if found is not None:
            draft.used.add(found.name)
    return name
