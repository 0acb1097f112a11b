"""A scenario as a SAM template."""

from __future__ import annotations

from typing import Any

from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.template.write.alarms import alarm_resources
from sim.template.write.comments import HEAD
from sim.template.write.names import logical_ids
from sim.template.write.sam_functions import sam_function
from sim.template.write.sam_names import Fragment, SamNames, merge
from sim.template.write.sam_scaling import scaling_resources
from sim.template.write.sam_sources import source_resources
from sim.template.write.sam_state_machine import state_machine_resources
from sim.template.write.sam_triggers import trigger_fragment
from sim.template.write.sam_yaml import dump_sam

SECTIONS = ("Metadata", "Parameters", "Resources")


def write_sam(scenario: Scenario) -> str:
    """The text of a SAM template that deploys this scenario."""
    names = SamNames(scenario, logical_ids(scenario))
    parameters: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    for function in scenario.functions:
        logical_id = names.ids.functions[function.name]
        fragment = _triggers(names, function)
        resources[logical_id] = sam_function(names, function, fragment)
        resources |= fragment.get("Resources", {})
        resources |= scaling_resources(function, logical_id)
        parameters = merge([parameters, fragment.get("Parameters", {})])
    for machine in scenario.state_machines:
        resources |= state_machine_resources(names, machine)
    changed = names.ids.changed
    template = {
        "#0": HEAD,
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        **({"Metadata": {"Names": changed}} if changed else {}),
        **({"Parameters": parameters} if parameters else {}),
        "Resources": {
            **resources,
            **source_resources(names),
            **alarm_resources(names),
        },
    }
    return _with_empty_lines(dump_sam(template))


def _triggers(names: SamNames, function: Function) -> Fragment:
    """What all triggers of a function need, together."""
    return merge(
        [
            trigger_fragment(names, trigger)
            for trigger in names.scenario.triggers
            if trigger.function == function.name
        ]
    )


def _with_empty_lines(text: str) -> str:
    """An empty line before each section and each resource, as people write them."""
    lines: list[str] = []
    section = ""
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        section = line if depth == 0 else section
        begins_section = depth == 0 and section.startswith(SECTIONS)
        begins_resource = depth == 2 and section == "Resources:"
        is_first = bool(lines) and lines[-1].startswith(("Resources:", "#"))
        if (begins_section or begins_resource) and not is_first:
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"
