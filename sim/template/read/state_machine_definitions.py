"""The definition of a state machine: in its template, or in a file beside it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from sim.template.cloudformation.intrinsic_functions import VARIABLE
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.text.beside import document_in

FILE = (
    "The definition lies in a file of its own, which is not fetched: "
    "what its tasks invoke is unknown."
)


def definition_of(draft: Draft, machine: Resource) -> Any:
    """The definition with its substitutions, None if it is not in the template."""
    text = machine.get("DefinitionString")
    if machine.get("Definition") is not None:
        text = json.dumps(machine.get("Definition"))
    if not isinstance(text, str):
        return _definition_in_file(draft, machine)
    text = _substituted(machine, text)
    try:
        definition = json.loads(text)
    except (ValueError, RecursionError):
        machine.add_problem("the definition is no JSON.", "DefinitionString")
        return None
    if isinstance(definition, dict):
        return definition
    machine.add_problem("the definition is no mapping.", "DefinitionString")
    return None


def substitutions_of(machine: Resource) -> dict[str, Any]:
    """What its definition has in place of variables, by their names."""
    substitutions = machine.get("DefinitionSubstitutions")
    return substitutions if isinstance(substitutions, dict) else {}


def _definition_in_file(draft: Draft, machine: Resource) -> Any:
    """The definition that lies beside the template; None where none is read."""
    template = draft.template
    path = "DefinitionS3Location"
    location = template.file_of(machine, "DefinitionUri", path)
    text = template.files.text(location)
    definition = None
    if text is not None:
        definition = document_in(_substituted(machine, text))
    if isinstance(definition, dict):
        draft.report_read(machine, path, location)
        return definition
    draft.not_simulated(machine, path, machine.get(path), FILE)
    return None


def _substituted(machine: Resource, text: str) -> str:
    """The definition with its substitutions, each put in once: what they hold stays as it is."""
    substitutions = substitutions_of(machine)
    limited = machine.template.resolver.limited

    def filled(match: re.Match[str]) -> str:
        if match[1] not in substitutions:
            return match[0]
        filling = str(substitutions[match[1]])
        return limited(json.dumps(filling, ensure_ascii=False)[1:-1])

    return VARIABLE.sub(filled, text)
