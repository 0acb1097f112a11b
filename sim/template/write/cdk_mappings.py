"""Event source mappings as CDK's event sources, with parameters for what is outside the stack."""

from __future__ import annotations

import re

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import KAFKA, QUEUES
from sim.template.write.cdk_names import CdkNames
from sim.template.write.names import variable
from sim.template.write.sam_mappings import PARAMETERS
from sim.template.write.written_settings import (
    as_cdk_arguments,
    as_properties,
    differing,
)

MAPPING = "AWS::Lambda::EventSourceMapping"
CONSTRUCT = "lambda_.CfnEventSourceMapping"
EVENT_SOURCES = {
    "sqs_standard": "SqsEventSource",
    "sqs_fifo": "SqsEventSource",
    "kinesis": "KinesisEventSource",
    "kinesis_efo": "KinesisConsumerEventSource",
    "ddb_streams": "DynamoEventSource",
    "msk": "ManagedKafkaEventSource",
    "self_managed_kafka": "SelfManagedKafkaEventSource",
}
FAILURE_DESTINATIONS = {"topics": "SnsDlq", "buckets": "S3OnFailureDestination"}
"""The construct of an on-failure destination; that of a queue is an SqsDlq."""


def mapping_statements(
    names: CdkNames, construct_id: str, mapping: EventSourceMapping
) -> list[str]:
    """The statements of a mapping."""
    if mapping.kind not in EVENT_SOURCES:
        return _without_event_source(names, construct_id, mapping)
    before, source = _source(names, construct_id, mapping)
    settings = as_cdk_arguments(differing(mapping, MAPPING))
    arguments = (
        f"{source}{settings}{_pollers(mapping)}{_on_failure(names, mapping)}"
    )
    event_source = f"event_sources.{EVENT_SOURCES[mapping.kind]}({arguments})"
    function = names.invoked(mapping.function)
    return [*before, f"{function}.add_event_source({event_source})"]


def _source(
    names: CdkNames, construct_id: str, mapping: EventSourceMapping
) -> tuple[list[str], str]:
    """What a mapping reads: statements that make it, and the arguments that name it."""
    if mapping.kind in KAFKA:
        return _kafka(mapping)
    source = names.source(mapping.source)
    if mapping.kind != "kinesis_efo":
        return [], source
    name = f"{construct_id}Consumer"
    consumer = variable(name)
    settings = f"stream={source}, stream_consumer_name={name!r}"
    made = f"{consumer} = kinesis.StreamConsumer(self, {name!r}, {settings})"
    return [made], consumer


def _kafka(mapping: EventSourceMapping) -> tuple[list[str], str]:
    topic = f"topic={mapping.source!r}"
    if mapping.kind == "msk":
        cluster, made = parameter("MskClusterArn")
        return [made], f"cluster_arn={cluster}, {topic}"
    servers, servers_made = parameter("KafkaBootstrapServers")
    secret_arn, secret_arn_made = parameter("KafkaSecretArn")
    find_secret = "secretsmanager.Secret.from_secret_complete_arn"
    secret = f"kafka_secret = {find_secret}(self, 'KafkaSecret', {secret_arn})"
    arguments = f"bootstrap_servers=[{servers}], {topic}, secret=kafka_secret"
    return [servers_made, secret_arn_made, secret], arguments


def _pollers(mapping: EventSourceMapping) -> str:
    config = mapping.provisioned_poller_config
    if config is None:
        return ""
    module = "lambda_" if mapping.kind in QUEUES else "event_sources"
    numbers = config.model_dump(exclude_none=True).items()
    arguments = ", ".join(f"{name}={number}" for name, number in numbers)
    return f", provisioned_poller_config={module}.ProvisionedPollerConfig({arguments})"


def _on_failure(names: CdkNames, mapping: EventSourceMapping) -> str:
    target = mapping.on_failure
    if not target:
        return ""
    construct = FAILURE_DESTINATIONS.get(
        names.ids.groups.get(target, ""), "SqsDlq"
    )
    return f", on_failure=event_sources.{construct}({names.source(target)})"


def parameter(name: str, source: str = "") -> tuple[str, str]:
    """The value of a parameter, and the statement that makes it."""
    construct_id = f"{source}{name}"
    made = variable(construct_id)
    arguments = f"self, {construct_id!r}, description={PARAMETERS[name]!r}"
    return f"{made}.value_as_string", f"{made} = CfnParameter({arguments})"


def _without_event_source(
    names: CdkNames, construct_id: str, mapping: EventSourceMapping
) -> list[str]:
    """CDK has no event source of its own for brokers and DocumentDB."""
    source_id = names.ids.sources[mapping.source]
    is_broker = mapping.kind == "mq"
    what = "Broker" if is_broker else "Cluster"
    arn, arn_made = parameter(f"{what}Arn", source_id)
    secret, secret_made = parameter(f"{what}SecretArn", source_id)
    describe = "mq:DescribeBroker" if is_broker else "rds:DescribeDBClusters"
    actions = [describe, "secretsmanager:GetSecretValue"]
    policy = (
        f"iam.PolicyStatement(actions={actions}, resources=[{arn}, {secret}])"
    )
    arguments = [
        f"function_name={names.invoked(mapping.function)}.function_arn",
        f"event_source_arn={arn}",
        _queue_or_database(mapping),
        f"source_access_configurations=[{_access(names, mapping, secret)}]",
        *_settings_by_property(mapping),
    ]
    return [
        arn_made,
        secret_made,
        f"{names.function(mapping.function)}.add_to_role_policy({policy})",
        f"{CONSTRUCT}(self, {construct_id!r}, {', '.join(arguments)})",
    ]


def _queue_or_database(mapping: EventSourceMapping) -> str:
    if mapping.kind == "mq":
        return f"queues=[{mapping.source!r}]"
    config = (
        f"DocumentDBEventSourceConfigProperty(database_name={mapping.source!r})"
    )
    return f"document_db_event_source_config={CONSTRUCT}.{config}"


def _access(names: CdkNames, mapping: EventSourceMapping, secret: str) -> str:
    """What signs in to a broker or cluster; RabbitMQ wants a virtual host too."""
    access = [f"type='BASIC_AUTH', uri={secret}"]
    engines = {
        broker.name: broker.engine_type for broker in names.scenario.brokers
    }
    if engines.get(mapping.source) == "RABBITMQ":
        access.append("type='VIRTUAL_HOST', uri='/'")
    construct = f"{CONSTRUCT}.SourceAccessConfigurationProperty"
    return ", ".join(f"{construct}({arguments})" for arguments in access)


def _settings_by_property(mapping: EventSourceMapping) -> list[str]:
    """The settings by CloudFormation's names, in snake_case."""
    properties = as_properties(differing(mapping, MAPPING))
    return [
        f"{_snake_case(name)}={_value(value)}"
        for name, value in properties.items()
    ]


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _value(value: object) -> str:
    if not isinstance(value, dict):
        return repr(value)
    filters = ", ".join(
        f"{CONSTRUCT}.FilterProperty(pattern={each['Pattern']!r})"
        for each in value["Filters"]
    )
    return f"{CONSTRUCT}.FilterCriteriaProperty(filters=[{filters}])"
