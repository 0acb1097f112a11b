"""EventBridge Pipes: the functions that enrich events, and those that get them."""

from __future__ import annotations

from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named, qualifier_of

PIPE = "AWS::Pipes::Pipe"
ELSEWHERE = "What a pipe sends to others than functions of this template is not simulated."


def read_pipes(draft: Draft) -> None:
    """Put the triggers of every pipe into the draft."""
    for pipe in draft.template.of_type(PIPE):
        fields = read_fields(draft, pipe)
        enriches = _function(draft, pipe, "Enrichment")
        target = _function(draft, pipe, "Target")
        if target is None and pipe.get("Target"):
            draft.not_simulated(pipe, "Target", pipe.get("Target"), ELSEWHERE)
        name = pipe.name if target is None else f"{pipe.name}Enrichment"
        if enriches is not None:
            arn = pipe.get("Enrichment")
            qualifier = qualifier_of(draft, enriches, arn)
            draft.add_trigger(
                "pipes_enrichment", pipe, enriches, name=name, fields=qualifier
            )
        if target is not None:
            fields |= qualifier_of(draft, target, pipe.get("Target"))
            if enriches is not None:
                fields["enrichment"] = name
            draft.add_trigger(
                "pipes_target", pipe, target, name=pipe.name, fields=fields
            )


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
