"""Event source mappings as events of a SAM function, with parameters for what is outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.template.write.sam_names import Fragment, SamNames
from sim.template.write.sam_yaml import GetAtt, Ref
from sim.template.write.written_settings import as_properties, differing

EVENT_TYPES = {
    "sqs_standard": "SQS",
    "sqs_fifo": "SQS",
    "kinesis": "Kinesis",
    "kinesis_efo": "Kinesis",
    "ddb_streams": "DynamoDB",
    "msk": "MSK",
    "self_managed_kafka": "SelfManagedKafka",
    "mq": "MQ",
    "documentdb": "DocumentDB",
}
ARN_PROPERTIES = {
    "sqs_standard": ("Queue", "Arn"),
    "sqs_fifo": ("Queue", "Arn"),
    "kinesis": ("Stream", "Arn"),
    "ddb_streams": ("Stream", "StreamArn"),
}
"""Of a source in the template: the property that names it, and the attribute that it takes."""
PARAMETERS = {
    "MskClusterArn": "The ARN of the MSK cluster.",
    "KafkaBootstrapServers": "Addresses of the Kafka brokers, host:port, with commas between.",
    "KafkaSecretArn": "The secret with which Lambda signs in to Kafka.",
    "BrokerArn": "The ARN of the Amazon MQ broker.",
    "BrokerSecretArn": "The secret with the broker's user name and password.",
    "ClusterArn": "The ARN of the DocumentDB cluster, whose change stream is on.",
    "ClusterSecretArn": "The secret with the cluster's user name and password.",
}
"""What a scenario cannot know, and a template must be told."""
DESTINATION_TYPES = {
    "queues": "SQS",
    "topics": "SNS",
    "buckets": "S3Bucket",
    "event_buses": "EventBridge",
    "functions": "Lambda",
}


class _Polled(NamedTuple):
    """What a mapping polls: its properties, the names of parameters, and further resources."""

    properties: dict[str, Any]
    parameters: tuple[str, ...] = ()
    resources: Mapping[str, Any] = MappingProxyType({})


def mapping_fragment(
    names: SamNames, logical_id: str, mapping: EventSourceMapping
) -> Fragment:
    """The event of a mapping, and the parameters to which it refers."""
    source = names.ids.sources[mapping.source]
    polled = _polled(names, source, mapping)
    settings = as_properties(
        differing(mapping, "AWS::Lambda::EventSourceMapping")
    )
    properties = {**polled.properties, **settings}
    if mapping.on_failure:
        # Of a bucket, SAM writes S3 here and S3Bucket elsewhere.
        kind = destination_type(names, mapping.on_failure)["Type"].removesuffix(
            "Bucket"
        )
        destination = {
            "Type": kind,
            "Destination": names.arn(mapping.on_failure),
        }
        properties["DestinationConfig"] = {"OnFailure": destination}
    event = {"Type": EVENT_TYPES[mapping.kind], "Properties": properties}
    return {
        "Events": {logical_id: event},
        "Parameters": {
            name: _parameter(name, source) for name in polled.parameters
        },
        "Resources": dict(polled.resources),
    }


def destination_type(names: SamNames, name: str) -> dict[str, str]:
    """The `Type` by which SAM knows the policy that a destination needs.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-onfailure.html
    """
    group = names.ids.groups.get(name, "")
    return {"Type": DESTINATION_TYPES.get(group, "SQS")}


def _parameter(name: str, source: str) -> dict[str, str]:
    return {
        "Type": "String",
        "Description": PARAMETERS[name.removeprefix(source)],
    }


def _polled(
    names: SamNames, source: str, mapping: EventSourceMapping
) -> _Polled:
    if mapping.kind not in ARN_PROPERTIES:
        return POLLED[mapping.kind](names, source, mapping)
    name, attribute = ARN_PROPERTIES[mapping.kind]
    return _Polled({name: GetAtt(f"{source}.{attribute}")})


def _consumer(
    names: SamNames, source: str, mapping: EventSourceMapping
) -> _Polled:
    consumer = f"{names.ids.triggers[mapping.name]}Consumer"
    reads = {"ConsumerName": consumer, "StreamARN": GetAtt(f"{source}.Arn")}
    resource = {"Type": "AWS::Kinesis::StreamConsumer", "Properties": reads}
    return _Polled({"Stream": Ref(consumer)}, resources={consumer: resource})


def _msk(
    _names: SamNames, _source: str, mapping: EventSourceMapping
) -> _Polled:
    cluster = "MskClusterArn"
    properties = {"Stream": Ref(cluster), "Topics": [mapping.source]}
    return _Polled(properties, (cluster,))


def _kafka(
    _names: SamNames, _source: str, mapping: EventSourceMapping
) -> _Polled:
    servers, secret = "KafkaBootstrapServers", "KafkaSecretArn"
    properties = {
        "KafkaBootstrapServers": [Ref(servers)],
        "Topics": [mapping.source],
        "SourceAccessConfigurations": [
            _access("SASL_SCRAM_512_AUTH", Ref(secret))
        ],
    }
    return _Polled(properties, (servers, secret))


def _document_db(
    _names: SamNames, source: str, mapping: EventSourceMapping
) -> _Polled:
    cluster, secret = f"{source}ClusterArn", f"{source}ClusterSecretArn"
    properties = {
        "Cluster": Ref(cluster),
        "DatabaseName": mapping.source,
        "SourceAccessConfigurations": [_access("BASIC_AUTH", Ref(secret))],
    }
    return _Polled(properties, (cluster, secret))


def _broker(
    names: SamNames, source: str, mapping: EventSourceMapping
) -> _Polled:
    """A broker's queue, with what signs in to it: RabbitMQ wants a virtual host too.

    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    """
    broker, secret = f"{source}BrokerArn", f"{source}BrokerSecretArn"
    access = [_access("BASIC_AUTH", Ref(secret))]
    engines = {each.name: each.engine_type for each in names.scenario.brokers}
    if engines[mapping.source] == "RABBITMQ":
        access.append(_access("VIRTUAL_HOST", "/"))
    properties = {
        "Broker": Ref(broker),
        "Queues": [mapping.source],
        "SourceAccessConfigurations": access,
    }
    return _Polled(properties, (broker, secret))


def _access(kind: str, uri: str) -> dict[str, str]:
    return {"Type": kind, "URI": uri}


POLLED: dict[str, Callable[[SamNames, str, EventSourceMapping], _Polled]] = {
    "kinesis_efo": _consumer,
    "msk": _msk,
    "self_managed_kafka": _kafka,
    "mq": _broker,
    "documentdb": _document_db,
}
