"""EventBridge Pipes: what they poll, the functions that enrich events, and those that get them."""

from __future__ import annotations

from typing import Any

from sim.scenario.pipe import PIPE, SOURCES_OF_PIPES
from sim.scenario.source_kinds import KAFKA, STARTING, STREAMS
from sim.template.cloudformation.pipe_parameters import (
    KIND_OF_PARAMETERS,
    SELF_MANAGED,
    SOURCE,
)
from sim.template.cloudformation.property_tables import values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.mappings import (
    assume_start,
    kind_by_arn,
    kind_in_template,
    polled_resource,
)
from sim.template.read.references import (
    add_outside,
    function_named,
    qualifier_of,
)

RESOURCE = "AWS::Pipes::Pipe"
KAFKA_PARAMETERS = (
    "https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/"
    "API_PipeSourceManagedStreamingKafkaParameters.html"
)
INVOCATION_TYPE = "TargetParameters.LambdaFunctionParameters.InvocationType"
ELSEWHERE = "What a pipe sends to others than functions of this template is not simulated."
ENRICHED_ELSEWHERE = "Only functions of this template enrich events here."
NO_TARGET = "No function is the target, so nothing is polled: traffic goes into the pipe itself."
NO_SOURCE = (
    "No source of a pipe that is known here: traffic goes into the pipe itself."
)


def read_pipes(draft: Draft) -> None:
    """Put the triggers of every pipe into the draft."""
    for pipe in draft.template.of_type(RESOURCE):
        if not draft.check_known(pipe, "Source", pipe.get("Source")):
            continue
        fields = read_fields(draft, pipe)
        enriches = _function(draft, pipe, "Enrichment")
        target = _function(draft, pipe, "Target")
        if target is None and pipe.get("Target"):
            draft.not_simulated(pipe, "Target", pipe.get("Target"), ELSEWHERE)
        if enriches is None and pipe.get("Enrichment"):
            arn = pipe.get("Enrichment")
            draft.not_simulated(pipe, "Enrichment", arn, ENRICHED_ELSEWHERE)
        name = pipe.name if target is None else f"{pipe.name}Enrichment"
        if enriches is not None:
            arn = pipe.get("Enrichment")
            qualifier = qualifier_of(draft, enriches, arn)
            draft.add_trigger(
                "pipes_enrichment", pipe, enriches, name=name, fields=qualifier
            )
            fields["enrichment"] = name
        if target is not None:
            _add_pipe(draft, pipe, target, fields)
        elif enriches is not None:
            draft.not_simulated(pipe, "Source", pipe.get("Source"), NO_TARGET)


def _add_pipe(
    draft: Draft, pipe: Resource, target: str, fields: Fields
) -> None:
    fields |= qualifier_of(draft, target, pipe.get("Target"))
    invocation_type = _first(pipe, INVOCATION_TYPE)
    if invocation_type is not None:
        fields["invocation_type"] = invocation_type
    kind = _kind(draft, pipe)
    source = None
    if kind in SOURCES_OF_PIPES:
        fields |= _settings(draft, pipe) | {"source_kind": kind}
        source = _source(draft, pipe, kind)
    if source is None:
        _leave_source_out(draft, pipe, fields)
    elif kind in STARTING and "starting_position" not in fields:
        if kind in STREAMS:
            needs = (
                f"a pipe from a source of kind {kind} needs a StartingPosition."
            )
            pipe.add_problem(needs, "SourceParameters")
            return
        assume_start(draft, pipe, fields, KAFKA_PARAMETERS)
    draft.add_trigger(
        PIPE, pipe, target, name=pipe.name, source=source, fields=fields
    )


def _leave_source_out(draft: Draft, pipe: Resource, fields: Fields) -> None:
    """The pipe polls nothing that is known here."""
    draft.not_simulated(pipe, "Source", pipe.get("Source"), NO_SOURCE)
    kept = ("filter_criteria", "qualifier", "invocation_type", "enrichment")
    for name in fields.keys() - set(kept):
        del fields[name]


def _kind(draft: Draft, pipe: Resource) -> str | None:
    """The kind of what a pipe polls: as the template has it, by its ARN, or by its parameters."""
    source = str(pipe.get("Source"))
    if source.startswith(SELF_MANAGED):
        return "self_managed_kafka"
    kind = kind_in_template(draft, source) or kind_by_arn(source)
    return kind or KIND_OF_PARAMETERS.get(_parameters(pipe))


def _parameters(pipe: Resource) -> str:
    """The group of `SourceParameters` that says how the source is polled; empty: none does."""
    given = pipe.get("SourceParameters")
    names = given if isinstance(given, dict) else {}
    return next((name for name in names if name in KIND_OF_PARAMETERS), "")


def _settings(draft: Draft, pipe: Resource) -> Fields:
    """How the source is polled."""
    group = _parameters(pipe)
    values = _first(pipe, f"SourceParameters.{group}") if group else None
    if not isinstance(values, dict):
        return {}
    path = f"SourceParameters.{group}."
    return read_fields(draft, pipe, SOURCE, values, path)


def _source(draft: Draft, pipe: Resource, kind: str) -> str | None:
    """The name of what a pipe polls; of a Kafka cluster it is the topic."""
    if kind not in KAFKA:
        name = polled_resource(draft, pipe, "Source", kind)
        brokers = draft.groups["brokers"]
        if _parameters(pipe).startswith("RabbitMQ") and name in brokers:
            brokers[str(name)].setdefault("engine_type", "RABBITMQ")
        return name
    path = f"SourceParameters.{_parameters(pipe)}.TopicName"
    topic = _first(pipe, path)
    if topic is None or not draft.check_known(pipe, path, topic):
        return None
    cluster = draft.template.find(pipe.get("Source"))
    if cluster is not None:
        draft.used.add(cluster.name)
    return add_outside(draft, pipe, path, str(topic), "kafka_topics")


def _first(pipe: Resource, path: str) -> Any:
    return next(iter(values_at(pipe.properties, path)), None)


def _function(draft: Draft, pipe: Resource, path: str) -> str | None:
    """The function of the template that a pipe calls there."""
    value = pipe.get(path)
    if value is None or not draft.check_known(pipe, path, value):
        return None
    function = function_named(draft, value)
    if function is None or function not in draft.functions:
        return None
    draft.report_read(pipe, path, value)
    return function
