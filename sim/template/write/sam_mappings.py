"""Event source mappings as events of a SAM function, with the parameters for what lies outside the template."""

from __future__ import annotations

from typing import Any

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.template.write import properties
from sim.template.write.sam_names import Part, SamNames
from sim.template.write.sam_yaml import GetAtt, Ref

EVENTS = {
    "sqs_standard": "SQS", "sqs_fifo": "SQS", "kinesis": "Kinesis", "kinesis_efo": "Kinesis",
    "ddb_streams": "DynamoDB", "msk": "MSK", "self_managed_kafka": "SelfManagedKafka", "mq": "MQ",
    "documentdb": "DocumentDB",
}  # fmt: skip
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


def mapping(sam: SamNames, made: str, trigger: EventSourceMapping) -> Part:
    """The event of a mapping, and the parameters that it refers to."""
    source = sam.names.sources[trigger.source]
    where, parameters, resources = _where(sam, source, trigger)
    settings = {**where, **properties.in_template(properties.of_mapping(trigger))}
    if trigger.on_failure:
        kind = destination_type(sam, trigger.on_failure)["Type"].removesuffix(
            "Bucket"
        )  # SAM's two words for one thing
        settings["DestinationConfig"] = {
            "OnFailure": {"Type": kind, "Destination": sam.arn(trigger.on_failure)}
        }
    return {
        "Events": {made: {"Type": EVENTS[trigger.kind], "Properties": settings}},
        "Parameters": {name: _parameter(name, source) for name in parameters},
        "Resources": resources,
    }


def destination_type(sam: SamNames, name: str) -> dict[str, str]:
    """The `Type` by which SAM knows the policy that a destination needs.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-onfailure.html
    """
    scenario = sam.scenario
    groups = {
        "SQS": scenario.queues, "SNS": scenario.topics, "S3Bucket": scenario.buckets,
        "EventBridge": scenario.event_buses, "Lambda": scenario.functions,
    }  # fmt: skip
    return {
        "Type": next(
            (
                kind
                for kind, group in groups.items()
                if name in {one.name for one in group}
            ),
            "SQS",
        )
    }


Where = tuple[dict[str, Any], list[str], dict[str, Any]]
"""What a mapping polls: its properties, the names of parameters, and further resources."""


def _where(sam: SamNames, source: str, trigger: EventSourceMapping) -> Where:
    if trigger.kind in POLLED:
        property_, attribute = POLLED[trigger.kind]
        return {property_: GetAtt(f"{source}.{attribute}")}, [], {}
    return OUTSIDE[trigger.kind](sam, source, trigger)


POLLED = {
    "sqs_standard": ("Queue", "Arn"),
    "sqs_fifo": ("Queue", "Arn"),
    "kinesis": ("Stream", "Arn"),
    "ddb_streams": ("Stream", "StreamArn"),
}


def _consumer(sam: SamNames, source: str, trigger: EventSourceMapping) -> Where:
    consumer = f"{sam.names.triggers[trigger.name]}Consumer"
    reads = {"ConsumerName": consumer, "StreamARN": GetAtt(f"{source}.Arn")}
    return (
        {"Stream": Ref(consumer)},
        [],
        {consumer: {"Type": "AWS::Kinesis::StreamConsumer", "Properties": reads}},
    )


def _msk(_sam: SamNames, _source: str, trigger: EventSourceMapping) -> Where:
    return (
        {"Stream": Ref("MskClusterArn"), "Topics": [trigger.source]},
        ["MskClusterArn"],
        {},
    )


def _kafka(_sam: SamNames, _source: str, trigger: EventSourceMapping) -> Where:
    access = [{"Type": "SASL_SCRAM_512_AUTH", "URI": Ref("KafkaSecretArn")}]
    servers = {"KafkaBootstrapServers": [Ref("KafkaBootstrapServers")]}
    where = {
        **servers,
        "Topics": [trigger.source],
        "SourceAccessConfigurations": access,
    }
    return where, ["KafkaBootstrapServers", "KafkaSecretArn"], {}


def _document_db(_sam: SamNames, source: str, trigger: EventSourceMapping) -> Where:
    access = [{"Type": "BASIC_AUTH", "URI": Ref(f"{source}ClusterSecretArn")}]
    where = {"Cluster": Ref(f"{source}ClusterArn"), "DatabaseName": trigger.source}
    return (
        {**where, "SourceAccessConfigurations": access},
        [f"{source}ClusterArn", f"{source}ClusterSecretArn"],
        {},
    )


def _broker(sam: SamNames, source: str, trigger: EventSourceMapping) -> Where:
    """A broker's queue, with what signs in to it: RabbitMQ wants a virtual host too.

    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
    """
    access: list[dict[str, str]] = [
        {"Type": "BASIC_AUTH", "URI": Ref(f"{source}BrokerSecretArn")}
    ]
    engines = {broker.name: broker.engine_type for broker in sam.scenario.brokers}
    if engines[trigger.source] == "RABBITMQ":
        access.append({"Type": "VIRTUAL_HOST", "URI": "/"})
    where = {
        "Broker": Ref(f"{source}BrokerArn"),
        "Queues": [trigger.source],
        "SourceAccessConfigurations": access,
    }
    return where, [f"{source}BrokerArn", f"{source}BrokerSecretArn"], {}


OUTSIDE = {
    "kinesis_efo": _consumer,
    "msk": _msk,
    "self_managed_kafka": _kafka,
    "mq": _broker,
    "documentdb": _document_db,
}


def _parameter(name: str, source: str) -> dict[str, str]:
    return {"Type": "String", "Description": PARAMETERS[name.removeprefix(source)]}
