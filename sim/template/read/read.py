"""Reads a template into a scenario, part after part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import Annotated, Any

from sim.scenario.argument_types import TEXT_KEYS
from sim.scenario.arguments import checked
from sim.scenario.behaviour import Behaviour
from sim.scenario.traffic import Traffic
from sim.template.advice.ignored import check_ignored
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.template import Template
from sim.template.errors import (
    TemplateError,
    WithoutFunctionsError,
    ask_for_parameters,
)
from sim.template.read.alarms import read_alarms
from sim.template.read.apis import read_apis
from sim.template.read.assembly import Assembly
from sim.template.read.authorizers import name_authorizers, read_authorizers
from sim.template.read.buckets import read_notifications
from sim.template.read.channel_namespaces import read_channel_namespaces
from sim.template.read.deployment_functions import report_deployment_functions
from sim.template.read.destination_buses import read_destination_buses
from sim.template.read.draft import Draft
from sim.template.read.function_names import by_logical_id
from sim.template.read.function_places import read_function_places
from sim.template.read.functions import (
    ask_for_behaviour,
    read_function_settings,
    read_functions,
)
from sim.template.read.known_properties import check_properties
from sim.template.read.leftovers import report_leftovers, report_missing_traffic
from sim.template.read.mappings import read_mappings
from sim.template.read.missing_permissions import find_missing_permissions
from sim.template.read.permissions import read_permissions
from sim.template.read.pipes import read_pipes
from sim.template.read.reading import Reading
from sim.template.read.rules import read_rules
from sim.template.read.scaling import read_scaling
from sim.template.read.schedules import read_schedules
from sim.template.read.send_permissions import find_missing_send_permissions
from sim.template.read.sources import read_source_settings, read_sources
from sim.template.read.state_machines import read_state_machines
from sim.template.read.subscribers import read_subscribers
from sim.template.read.topics import read_subscriptions
from sim.template.terraform.plan_file import plan_in, read_plan
from sim.template.text.load import folder_of, template_in, text_of

READERS = (
    read_scaling,
    read_mappings,
    read_subscriptions,
    read_notifications,
    read_state_machines,
    read_rules,
    read_subscribers,
    read_schedules,
    read_function_places,
    read_channel_namespaces,
    read_pipes,
    name_authorizers,
    read_apis,
    read_authorizers,
    read_permissions,
    read_destination_buses,
    read_alarms,
)
"""What reads the rest, once functions and sources have their names; the order matters."""


@checked
def read_template(
    template: str | PathLike[str],
    parameters: Annotated[Mapping[str, Any], TEXT_KEYS] | None = None,
    behaviour: Annotated[Mapping[str, Behaviour], TEXT_KEYS] | None = None,
    traffic: Iterable[Traffic] = (),
    **settings: Any,
) -> Reading:
    """Read a SAM or CloudFormation template, YAML or JSON, what CDK synthesises, or a plan.

    `template`: a file, or the text itself; a plan of Terraform or OpenTofu is the JSON of
    `terraform show -json`; `parameters`: values of the template's parameters;
    `behaviour`: what no template says, by function; `traffic`: the events; further settings are the
    scenario's own, such as `seconds`. Names are the template's logical IDs, or the plan's labels; a
    function may also be called by its name in the account, as its logs do.
    Raises `TemplateError`, a `ScenarioError`, with a sentence for everything that cannot be read,
    for all parameters without a value, and for what AWS would refuse. Definitions in files are read
    where these lie within the template's folder; nothing is fetched or executed.
    """
    try:
        return _reading(
            _opened(template, parameters or {}),
            behaviour or {},
            traffic,
            settings,
        )
    except RecursionError:
        raise TemplateError(
            ["The template refers to itself, or is nested too deeply."]
        ) from None


def _opened(
    template: str | PathLike[str], parameters: Mapping[str, Any]
) -> Template:
    """The template that is given, or the plan as a template."""
    source = text_of(template)
    plan = plan_in(source)
    if plan is None:
        folder = folder_of(template)
        return Template(template_in(source), parameters, folder=folder)
    written, addresses = read_plan(plan)
    return Template(written, parameters, addresses)


def _reading(
    template: Template,
    behaviour: Mapping[str, Behaviour],
    traffic: Iterable[Traffic],
    settings: Mapping[str, Any],
) -> Reading:
    behaviour = by_logical_id(template, behaviour)
    draft = _draft(template, behaviour)
    assembly = Assembly(draft)
    scenario = assembly.scenario(traffic, settings)
    problems = [
        *_missing_parameters(draft),
        *_unknown_functions(draft, behaviour),
        *template.problems,
    ]
    if scenario is None or problems:
        problems = problems or [
            "The template has nothing that can be simulated."
        ]
        said = [template.lines.said(problem) for problem in problems]
        if not draft.functions and len(problems) == 1:
            raise WithoutFunctionsError(said, template.lines.names)
        raise TemplateError(said)
    report_missing_traffic(assembly, scenario)
    return Reading(
        scenario,
        draft.report.frame(template.lines.property),
        template,
        outside=frozenset(draft.outside),
        described=frozenset(behaviour),
        deploying=frozenset(draft.deploying),
        findings=tuple(draft.findings),
    )


def _draft(template: Template, behaviour: Mapping[str, Behaviour]) -> Draft:
    draft = Draft(template)
    read_sources(draft)
    read_functions(draft)
    read_function_settings(draft, behaviour)
    read_source_settings(draft)
    for read_part in READERS:
        read_part(draft)
    report_deployment_functions(draft)
    ask_for_behaviour(draft, behaviour)
    find_missing_permissions(draft)
    find_missing_send_permissions(draft)
    report_leftovers(draft)
    check_properties(draft)
    check_ignored(template)
    return draft


def _missing_parameters(draft: Draft) -> Iterator[str]:
    """One sentence for all parameters without a value, each with the first place that needs it."""
    for name, unknown in draft.template.left_out.items():
        place = f"the condition of {draft.template.place(name)}"
        for parameter in placeholders.parameters_in(unknown):
            draft.missing.setdefault(parameter, []).append(place)
    if draft.missing:
        yield ask_for_parameters(
            {name: places[0] for name, places in draft.missing.items()}
        )


def _unknown_functions(
    draft: Draft, behaviour: Mapping[str, Behaviour]
) -> Iterator[str]:
    known = ", ".join(draft.functions) or "none"
    for name in behaviour:
        if name not in draft.functions:
            yield f"behaviour names {name!r}, but the template's functions are {known}."
