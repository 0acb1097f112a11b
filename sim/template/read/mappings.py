"""Event source mappings: what Lambda polls, of which kind, for which function."""

from __future__ import annotations

from typing import Any

from sim.scenario.scenario import SOURCES
from sim.scenario.source_kinds import API, QUEUES, STARTING
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.arn import arn_service
from sim.template.cloudformation.property_tables import list_of
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.idle_filters import leave_out_idle_filters
from sim.template.read.references import (
    add_outside,
    function_named,
    qualifier_of,
    resource_named,
)

CONSUMER = "AWS::Kinesis::StreamConsumer"
QUEUE = "AWS::SQS::Queue"
KIND_OF_TYPE = {
    "AWS::Kinesis::Stream": "kinesis",
    CONSUMER: "kinesis_efo",
    "AWS::DynamoDB::Table": "ddb_streams",
    "AWS::DynamoDB::GlobalTable": "ddb_streams",
    "AWS::MSK::Cluster": "msk",
    "AWS::MSK::ServerlessCluster": "msk",
    "AWS::AmazonMQ::Broker": "mq",
    "AWS::DocDB::DBCluster": "documentdb",
}
KIND_OF_SERVICE = {
    "kinesis": "kinesis",
    "dynamodb": "ddb_streams",
    "kafka": "msk",
    "mq": "mq",
    "rds": "documentdb",
}
KIND_OF_SETTING = {
    "Topics": "msk",
    "Queues": "mq",
    "DocumentDBEventSourceConfig": "documentdb",
}
"""The kind of source that must have a setting."""
NO_START = "AWS asks for none here, and does not say where it begins."
TABLE_ITSELF = (
    f"{{0}}'s own ARN is no source: Lambda reads its StreamArn ({API})."
)
ALREADY_EXISTS = (
    "Lambda refuses it: another mapping joins this queue to this function."
)


def read_mappings(draft: Draft) -> None:
    """Put every event source mapping into the draft."""
    for consumer in draft.template.of_type(CONSUMER):
        draft.used.add(consumer.name)
    for mapping in draft.template.of_type("AWS::Lambda::EventSourceMapping"):
        share = leave_out_idle_filters(
            draft, mapping, _kind_of_source(draft, mapping)
        )
        fields = read_fields(draft, mapping) | share
        known = all(
            draft.check_known(mapping, name, mapping.get(name))
            for name in ("EventSourceArn", "FunctionName")
        )
        if not known:
            continue
        named = mapping.get("FunctionName")
        function = function_named(draft, named)
        if function is None:
            draft.not_in_template(mapping, "FunctionName", named)
        else:
            fields |= qualifier_of(draft, function, named)
            _add_mapping(draft, mapping, function, fields)


def _add_mapping(
    draft: Draft, mapping: Resource, function: str, fields: Fields
) -> None:
    kind = _kind_of_source(draft, mapping)
    if kind is None:
        mapping.add_problem("the mapping names no source.", "EventSourceArn")
        return
    source = _source(draft, mapping, kind)
    if source is None:
        return
    if kind in STARTING and not mapping.get("StartingPosition"):
        if not _begins_by_itself(kind):
            needs = (
                f"a mapping of kind {kind} needs a StartingPosition ({API})."
            )
            mapping.add_problem(needs)
            return
        assume_start(draft, mapping, fields, API)
    joined = (source, function, fields.get("qualifier"))
    if kind in QUEUES and joined in _polled_queues(draft):
        draft.not_simulated(mapping, "", source, ALREADY_EXISTS)
        return
    draft.add_trigger(kind, mapping, function, source=source, fields=fields)


def _begins_by_itself(kind: str) -> bool:
    """Whether a mapping needs no StartingPosition: of change streams, and of one's own Kafka.

    https://docs.aws.amazon.com/cli/latest/reference/lambda/create-event-source-mapping.html
    """
    return kind in ("documentdb", "self_managed_kafka")


def assume_start(
    draft: Draft, mapping: Resource, fields: Fields, source: str
) -> None:
    """Begin at the latest record where AWS asks for no position; `source` says that it does not."""
    fields["starting_position"] = "LATEST"
    draft.report.add(
        "assumed",
        mapping.name,
        "StartingPosition",
        "LATEST",
        line=mapping.line(),
        note=NO_START,
        source=source,
    )


def _polled_queues(draft: Draft) -> list[tuple[str, str, str | None]]:
    """Each queue that a mapping polls, with the function that it invokes, and the qualifier."""
    triggers = [trigger.fields for trigger in draft.triggers]
    return [
        (fields["source"], fields["function"], fields.get("qualifier"))
        for fields in triggers
        if fields["kind"] in QUEUES
    ]


def _kind_of_source(draft: Draft, mapping: Resource) -> str | None:
    if mapping.get("SelfManagedEventSource"):
        return "self_managed_kafka"
    source = mapping.get("EventSourceArn")
    if not isinstance(source, str):
        return None
    return kind_in_template(draft, source) or _kind_of_outside(mapping, source)


def kind_in_template(draft: Draft, source: Any) -> str | None:
    """The kind of a source that the template has; None: it has none of this name."""
    found = draft.template.find(source)
    if found is None:
        return None
    if found.type == QUEUE:
        return _kind_of_queue(str(found.get("FifoQueue")).lower() == "true")
    return KIND_OF_TYPE.get(found.type)


def kind_by_arn(source: str) -> str | None:
    """The kind of a source of another stack by its ARN; None: it is no ARN, or of no such kind."""
    service = arn_service(source)
    if service == "kinesis" and "/consumer/" in source:
        return "kinesis_efo"
    if service == "sqs":
        return _kind_of_queue(source.lower().endswith(".fifo"))
    return KIND_OF_SERVICE.get(service)


def _kind_of_queue(is_fifo: bool) -> str:
    return "sqs_fifo" if is_fifo else "sqs_standard"


def _kind_of_outside(mapping: Resource, source: str) -> str:
    """The kind of a source of another stack: by its ARN, else by settings that it must have."""
    by_arn = kind_by_arn(source)
    if by_arn is not None:
        return by_arn
    for setting, kind in KIND_OF_SETTING.items():
        if mapping.get(setting):
            return kind
    words = source.lower()
    if arn_service(source):
        return _kind_of_queue(words.endswith(".fifo"))
    if mapping.get("StartingPosition"):
        is_table = any(word in words for word in ("dynamo", "ddb", "table"))
        return "ddb_streams" if is_table else "kinesis"
    return _kind_of_queue("fifo" in words)


def _source(draft: Draft, mapping: Resource, kind: str) -> str | None:
    """The name of what the mapping polls."""
    group, _ = SOURCES[kind]
    if group == "kafka_topics":
        return _kafka_topic(draft, mapping)
    return polled_resource(draft, mapping, "EventSourceArn", kind)


def polled_resource(
    draft: Draft, mapping: Resource, path: str, kind: str
) -> str | None:
    """The name of what a mapping or pipe polls, whose property at `path` names it."""
    group, _ = SOURCES[kind]
    source = mapping.get(path)
    found = draft.template.find(source)
    if found is not None and found.type == CONSUMER:
        source = found.get("StreamARN")
        if not draft.check_known(found, "StreamARN", source):
            return None
    is_table = kind == "ddb_streams" and found is not None
    if found is not None and is_table and _is_table_itself(found, str(source)):
        mapping.add_problem(TABLE_ITSELF.format(found.name), path)
        return None
    if found is not None and is_table and found.name not in draft.resources:
        found.add_problem(
            f"{mapping.name} reads its stream, "
            "but StreamSpecification does not switch one on."
        )
        return None
    return resource_named(draft, mapping, path, source, group)


def _is_table_itself(table: Resource, source: str) -> bool:
    """Whether a value is the ARN of a table, and not that of its stream."""
    is_literal = source.startswith("arn:") and "/stream/" not in source
    names = placeholders.names_only(source)
    return names == f"{table.name}.Arn" or (
        is_literal and placeholders.PLACEHOLDER.search(source) is None
    )


def _kafka_topic(draft: Draft, mapping: Resource) -> str | None:
    written = mapping.get("Topics")
    topics = [
        topic
        for topic in list_of(written)
        if draft.check_known(mapping, "Topics", topic)
    ]
    if not topics:
        if not placeholders.is_unknown(written):
            mapping.add_problem(
                "a Kafka mapping needs Topics, a list of one.", "Topics"
            )
        return None
    name = add_outside(draft, mapping, "Topics", str(topics[0]), "kafka_topics")
    cluster = draft.template.find(mapping.get("EventSourceArn"))
    if cluster is not None:
        draft.used.add(cluster.name)
    return name
