"""Pipes that poll their source as CDK's L1 constructs: those above them are not stable yet."""

from __future__ import annotations

from typing import Any

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.settings import LATEST
from sim.template.cloudformation.pipe_parameters import KIND_OF_PARAMETERS
from sim.template.write.cdk_mappings import parameter
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_properties import Code, l1_arguments
from sim.template.write.names import variable
from sim.template.write.pipe_settings import (
    ACTIONS,
    PRINCIPAL,
    READ_SECRET,
    pipe_properties,
)

CONSTRUCT = "pipes.CfnPipe"
CLASSES = {
    **{group: f"PipeSource{group}" for group in KIND_OF_PARAMETERS},
    "SourceParameters": "PipeSourceParameters",
    "TargetParameters": "PipeTargetParameters",
    "LambdaFunctionParameters": "PipeTargetLambdaFunctionParameters",
}
CREDENTIALS = {
    "self_managed_kafka": "SelfManagedKafkaAccessConfigurationCredentials",
    "mq": "MQBrokerAccessCredentials",
}
"""What CDK calls the classes of groups of properties."""


def pipe_statements(
    names: CdkNames, construct_id: str, mapping: EventSourceMapping
) -> list[str]:
    """A pipe, and the role with which it polls and calls."""
    role_id = f"{construct_id}Role"
    role = variable(role_id)
    trusts = f"assumed_by=iam.ServicePrincipal({PRINCIPAL!r})"
    made, references = _source(names, construct_id, mapping, role)
    granted, called = _called(names, mapping, role)
    if mapping.on_failure is not None:
        grant, store = _on_failure(names, mapping.on_failure, role)
        granted.append(grant)
        references["on_failure"] = store
    properties = pipe_properties(
        names.scenario,
        mapping,
        role=Code(f"{role}.role_arn"),
        **called,
        **references,
    )
    signs_in = {"Credentials": CREDENTIALS.get(mapping.kind, "")}
    arguments = l1_arguments(CONSTRUCT, properties, CLASSES | signs_in)
    return [
        f"{role} = iam.Role(self, {role_id!r}, {trusts})",
        *made,
        *dict.fromkeys(granted),
        f"{CONSTRUCT}(self, {construct_id!r}{arguments})",
    ]


def _called(
    names: CdkNames, mapping: EventSourceMapping, role: str
) -> tuple[list[str], dict[str, Code]]:
    """The functions that a pipe calls: what lets its role do so, and how to name them."""
    function = names.function(mapping.function)
    granted = [f"{function}.grant_invoke({role})"]
    if mapping.qualifier != LATEST:
        function = names.invoked(mapping.function)
    called = {"target": Code(f"{function}.function_arn")}
    pipe = mapping.pipe
    if pipe is not None and pipe.enrichment is not None:
        first = names.scenario.called[pipe.enrichment].function
        called["enrichment"] = Code(f"{names.invoked(first)}.function_arn")
        granted.append(f"{names.function(first)}.grant_invoke({role})")
    return granted, called


def _on_failure(names: CdkNames, name: str, role: str) -> tuple[str, Code]:
    """What lets the role keep what failed, and where."""
    store = names.source(name)
    if names.ids.groups.get(name) == "topics":
        return f"{store}.grant_publish({role})", Code(f"{store}.topic_arn")
    return f"{store}.grant_send_messages({role})", Code(f"{store}.queue_arn")


def _source(
    names: CdkNames, construct_id: str, mapping: EventSourceMapping, role: str
) -> tuple[list[str], dict[str, Any]]:
    """What is polled: the statements that make it and let the role read, and how to name it."""
    source_id = names.ids.sources[mapping.source]
    match mapping.kind:
        case "msk":
            cluster, made = parameter("MskClusterArn")
            allowed = _allowed(role, ACTIONS["msk"], "'*'")
            return [made, allowed], {"source": Code(cluster)}
        case "self_managed_kafka":
            servers, servers_made = parameter("KafkaBootstrapServers")
            secret, secret_made = parameter("KafkaSecretArn")
            address = Code(f"Fn.join('', ['smk://', {servers}])")
            made_here = [servers_made, secret_made]
            made_here.append(_allowed(role, READ_SECRET, secret))
            return made_here, {"source": address, "secret": Code(secret)}
        case "mq":
            broker, broker_made = parameter("BrokerArn", source_id)
            secret, secret_made = parameter("BrokerSecretArn", source_id)
            actions = f"{ACTIONS['mq']} {READ_SECRET}"
            allowed = _allowed(role, actions, f"{broker}, {secret}")
            references = {"source": Code(broker), "secret": Code(secret)}
            return [broker_made, secret_made, allowed], references
    return _in_stack(names, construct_id, mapping, role)


def _in_stack(
    names: CdkNames, construct_id: str, mapping: EventSourceMapping, role: str
) -> tuple[list[str], dict[str, Any]]:
    """A source that the stack has itself."""
    source = names.source(mapping.source)
    arn, grant = {
        "ddb_streams": ("table_stream_arn", "grant_stream_read"),
        "kinesis": ("stream_arn", "grant_read"),
        "kinesis_efo": ("stream_arn", "grant_read"),
    }.get(mapping.kind, ("queue_arn", "grant_consume_messages"))
    statements = [f"{source}.{grant}({role})"]
    reference = Code(f"{source}.{arn}")
    if mapping.kind == "kinesis_efo":
        name = f"{construct_id}Consumer"
        consumer = variable(name)
        settings = f"stream={source}, stream_consumer_name={name!r}"
        statements.append(
            f"{consumer} = kinesis.StreamConsumer(self, {name!r}, {settings})"
        )
        statements.append(f"{consumer}.grant_read({role})")
        reference = Code(f"{consumer}.stream_consumer_arn")
    return statements, {"source": reference}


def _allowed(role: str, actions: str, resources: str) -> str:
    policy = f"actions={actions.split()}, resources=[{resources}]"
    return f"{role}.add_to_policy(iam.PolicyStatement({policy}))"
