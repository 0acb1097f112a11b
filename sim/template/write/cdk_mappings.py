"""Event source mappings as CDK's event sources, with the parameters for what lies outside the stack."""

from __future__ import annotations

import re

from sim.scenario.event_source_mapping import KAFKA, EventSourceMapping
from sim.template.write import properties
from sim.template.write.cdk_names import CdkNames
from sim.template.write.names import variable
from sim.template.write.sam_mappings import PARAMETERS

MAPPING = "lambda_.CfnEventSourceMapping"
L2 = {
    "sqs_standard": "SqsEventSource", "sqs_fifo": "SqsEventSource", "kinesis": "KinesisEventSource",
    "kinesis_efo": "KinesisConsumerEventSource", "ddb_streams": "DynamoEventSource",
    "msk": "ManagedKafkaEventSource", "self_managed_kafka": "SelfManagedKafkaEventSource",
}  # fmt: skip


def mapping(cdk: CdkNames, made: str, trigger: EventSourceMapping) -> list[str]:
    """The statements of a mapping."""
    if trigger.kind in ("mq", "documentdb"):
        return _without_l2(cdk, made, trigger)
    before: list[str] = []
    if trigger.kind in KAFKA:
        where = _kafka(trigger, before)
    elif trigger.kind == "kinesis_efo":
        consumer = variable(f"{made}Consumer")
        name = made + "Consumer"
        settings = f"stream={cdk.source(trigger.source)}, stream_consumer_name={name!r}"
        before.append(
            f"{consumer} = kinesis.StreamConsumer(self, {name!r}, {settings})"
        )
        where = consumer
    else:
        where = cdk.source(trigger.source)
    settings = properties.in_code(properties.of_mapping(trigger)) + _on_failure(
        cdk, trigger
    )
    source = (
        f"event_sources.{L2[trigger.kind]}({(where + settings).removeprefix(', ')})"
    )
    return [*before, f"{cdk.function(trigger.function)}.add_event_source({source})"]


def _on_failure(cdk: CdkNames, trigger: EventSourceMapping) -> str:
    if not trigger.on_failure:
        return ""
    scenario, name = cdk.scenario, trigger.on_failure
    groups = {"SnsDlq": scenario.topics, "S3OnFailureDestination": scenario.buckets}
    construct = next(
        (made for made, group in groups.items() if name in {one.name for one in group}),
        "SqsDlq",
    )
    return f", on_failure=event_sources.{construct}({cdk.source(name)})"


def parameter(name: str, source: str = "") -> tuple[str, str]:
    """The variable of a parameter, and the statement that makes it."""
    made = variable(source + name)
    return (
        f"{made}.value_as_string",
        f"{made} = CfnParameter(self, {source + name!r}, description={PARAMETERS[name]!r})",
    )


def _kafka(trigger: EventSourceMapping, before: list[str]) -> str:
    topic = f"topic={trigger.source!r}"
    if trigger.kind == "msk":
        cluster, made = parameter("MskClusterArn")
        before.append(made)
        return f", cluster_arn={cluster}, {topic}"
    servers, made = parameter("KafkaBootstrapServers")
    secret, secret_made = parameter("KafkaSecretArn")
    found = f"kafka_secret = secretsmanager.Secret.from_secret_complete_arn(self, 'KafkaSecret', {secret})"
    before += [made, secret_made, found]
    return f", bootstrap_servers=[{servers}], {topic}, secret=kafka_secret"


def _without_l2(cdk: CdkNames, made: str, trigger: EventSourceMapping) -> list[str]:
    """CDK has no event source of its own for brokers and DocumentDB."""
    source = cdk.names.sources[trigger.source]
    what = "Broker" if trigger.kind == "mq" else "Cluster"
    arn, arn_made = parameter(f"{what}Arn", source)
    secret, secret_made = parameter(f"{what}SecretArn", source)
    access = [
        f"{MAPPING}.SourceAccessConfigurationProperty(type='BASIC_AUTH', uri={secret})"
    ]
    engines = {broker.name: broker.engine_type for broker in cdk.scenario.brokers}
    if engines.get(trigger.source) == "RABBITMQ":
        access.append(
            f"{MAPPING}.SourceAccessConfigurationProperty(type='VIRTUAL_HOST', uri='/')"
        )
    config = f"{MAPPING}.DocumentDBEventSourceConfigProperty(database_name={trigger.source!r})"
    where = (
        f"queues=[{trigger.source!r}]"
        if trigger.kind == "mq"
        else f"document_db_event_source_config={config}"
    )
    function = cdk.function(trigger.function)
    arguments = f"event_source_arn={arn}, {where}, source_access_configurations=[{', '.join(access)}]"
    reads = (
        "'mq:DescribeBroker'" if trigger.kind == "mq" else "'rds:DescribeDBClusters'"
    )
    policy = f"iam.PolicyStatement(actions=[{reads}, 'secretsmanager:GetSecretValue'], resources=[{arn}, {secret}])"
    return [
        arn_made,
        secret_made,
        f"{cdk.plain(trigger.function)}.add_to_role_policy({policy})",
        f"{MAPPING}(self, {made!r}, function_name={function}.function_arn, {arguments}{_settings(trigger)})",
    ]


def _settings(trigger: EventSourceMapping) -> str:
    """The settings by CloudFormation's names, as a class that is made from them wants it."""
    written = properties.of_mapping(trigger)
    return "".join(
        f", {_snake(one.cloudformation)}={_value(one.value)}" for one in written
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _value(value: object) -> str:
    if not isinstance(value, dict):
        return repr(value)
    filters = ", ".join(
        f"{MAPPING}.FilterProperty(pattern={one['Pattern']!r})"
        for one in value["Filters"]
    )
    return f"{MAPPING}.FilterCriteriaProperty(filters=[{filters}])"
