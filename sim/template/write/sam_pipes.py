"""Pipes that poll their source, as CloudFormation resources within a SAM template."""

from __future__ import annotations

from typing import Any

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.settings import LATEST
from sim.template.write.pipe_settings import (
    ACTIONS,
    PRINCIPAL,
    READ_SECRET,
    SECRETS,
    pipe_properties,
)
from sim.template.write.sam_mappings import PARAMETERS
from sim.template.write.sam_names import Fragment, SamNames
from sim.template.write.sam_roles import allow, role
from sim.template.write.sam_yaml import GetAtt, Ref, Sub


def pipe_fragment(
    names: SamNames, logical_id: str, mapping: EventSourceMapping
) -> Fragment:
    """A pipe, the role with which it polls and calls, and parameters for what is outside."""
    source, parameters = _source(names, mapping)
    references = {"source": source, "target": _target(names, mapping)}
    consumer: dict[str, Any] = {}
    if mapping.kind == "kinesis_efo":
        consumer_id = f"{logical_id}Consumer"
        consumer = {consumer_id: _consumer(consumer_id, source)}
        references |= {"source": Ref(consumer_id), "stream": source}
    pipe = mapping.pipe
    if pipe is not None and pipe.enrichment is not None:
        first = names.scenario.called[pipe.enrichment].function
        references["enrichment"] = names.invoked(first)
    if mapping.on_failure is not None:
        references["on_failure"] = names.arn(mapping.on_failure)
    if mapping.kind in SECRETS:
        references["secret"] = Ref(parameters[-1])
    role_id = f"{logical_id}Role"
    properties = pipe_properties(
        names.scenario, mapping, role=GetAtt(f"{role_id}.Arn"), **references
    )
    return {
        "Parameters": {
            name: {"Type": "String", "Description": _described(name)}
            for name in parameters
        },
        "Resources": {
            **consumer,
            logical_id: {"Type": "AWS::Pipes::Pipe", "Properties": properties},
            role_id: _role(names, mapping, references),
        },
    }


def _consumer(name: str, stream: Any) -> dict[str, Any]:
    reads = {"ConsumerName": name, "StreamARN": stream}
    return {"Type": "AWS::Kinesis::StreamConsumer", "Properties": reads}


def _described(parameter: str) -> str:
    kind = next(name for name in PARAMETERS if parameter.endswith(name))
    return PARAMETERS[kind]


def _source(
    names: SamNames, mapping: EventSourceMapping
) -> tuple[Any, list[str]]:
    """What the pipe polls, and the names of the parameters that it needs: a secret is the last."""
    source = names.ids.sources[mapping.source]
    match mapping.kind:
        case "msk":
            return Ref("MskClusterArn"), ["MskClusterArn"]
        case "self_managed_kafka":
            servers = "KafkaBootstrapServers"
            return Sub(f"smk://${{{servers}}}"), [servers, "KafkaSecretArn"]
        case "mq":
            parameters = [f"{source}BrokerArn", f"{source}BrokerSecretArn"]
            return Ref(parameters[0]), parameters
        case "ddb_streams":
            return GetAtt(f"{source}.StreamArn"), []
    return GetAtt(f"{source}.Arn"), []


def _target(names: SamNames, mapping: EventSourceMapping) -> GetAtt | Ref:
    """What it invokes: the function itself where it says so, else the alias, if there is one."""
    if mapping.qualifier != LATEST:
        return names.invoked(mapping.function)
    return GetAtt(f"{names.ids.functions[mapping.function]}.Arn")


def _role(
    names: SamNames, mapping: EventSourceMapping, references: dict[str, Any]
) -> dict[str, Any]:
    called = [references["target"]]
    if "enrichment" in references:
        called.append(references["enrichment"])
    allowed = [allow("lambda:InvokeFunction", called)]
    if mapping.kind in ACTIONS:
        actions = ACTIONS[mapping.kind].split()
        allowed.append(allow(actions, _polled(mapping, references)))
    if "secret" in references:
        allowed.append(allow(READ_SECRET, references["secret"]))
    if mapping.on_failure is not None:
        is_topic = names.ids.groups.get(mapping.on_failure) == "topics"
        action = "sns:Publish" if is_topic else "sqs:SendMessage"
        allowed.append(allow(action, references["on_failure"]))
    return role(PRINCIPAL, "pipe", allowed)


def _polled(mapping: EventSourceMapping, references: dict[str, Any]) -> Any:
    """The resources of the role's statement; those within an MSK cluster have ARNs of their own."""
    if mapping.kind == "msk":
        return "*"
    if "stream" in references:
        return [references["stream"], references["source"]]
    return references["source"]
