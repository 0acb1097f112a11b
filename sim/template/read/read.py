"""A template as a scenario, with a report of how that came to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

import pandas as pd

from sim.scenario.function import Behaviour
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic
from sim.template.advice.advice import Advice, advise, table
from sim.template.cloudformation import placeholders, property_tables
from sim.template.cloudformation.for_each import LOOP
from sim.template.cloudformation.resolver import made_by_macro
from sim.template.cloudformation.template import Resource, Template
from sim.template.errors import TemplateError, needs
from sim.template.read import (
    apis,
    functions,
    mappings,
    permissions,
    pushes,
    results,
    scaling,
    sources,
    workflows,
)
from sim.template.read.assembly import Assembly
from sim.template.read.draft import Draft
from sim.template.text.load import load

MACROS = "What macros and includes make is not known: none is run or fetched."
LOOPS = "Loops are carried out where Transform has AWS::LanguageExtensions."
REPEATED = "https://github.com/aws-cloudformation/cfn-language-discussion/issues/96"
NO_PART = "It plays no part in what happens to events."

NESTED = {
    "AWS::CloudFormation::Stack": "A nested stack is a template of its own: read that one by itself."
}


@dataclass(frozen=True)
class Reading:
    """What became of a template.

    `scenario` is ready for `sim.simulate`; `report` has one row for each resource and property,
    with the columns resource, property, line, status ("read", "assumed", "unknown", "not
    supported"), value, argument (what supplies an unknown), note and source.
    """

    scenario: Scenario
    report: pd.DataFrame
    template: Template = field(repr=False)
    outsiders: frozenset[str] = field(repr=False)

    def advise(self) -> list[Advice]:
        """What should be changed, the worst first, with the line of each; `demonstrate()` shows why.

        Settings of queues that other templates have are not known, so nothing is said of them.
        """
        found = advise(self.scenario, self.template.lines)
        return [advice for advice in found if advice.resource not in self.outsiders]

    @property
    def advice(self) -> pd.DataFrame:
        """The advice as a table: rule, severity, resource, line, detail, reason, source."""
        return table(self.advise())


def read_template(
    template: str | PathLike[str],
    parameters: Mapping[str, Any] | None = None,
    behaviour: Mapping[str, Behaviour] | None = None,
    traffic: Iterable[Traffic] = (),
    **settings: Any,
) -> Reading:
    """Read a SAM or CloudFormation template, YAML or JSON, from a file or from its text, also what CDK synthesises.

    `parameters`: values of the template's parameters; `behaviour`: what no template says, by
    function; `traffic`: the events; further settings are the scenario's own, such as `seconds`.
    Names are the template's logical IDs. Raises `TemplateError`, a `ScenarioError`, with a sentence
    for everything that cannot be read, for all parameters without a value, and for what AWS would
    refuse. Nothing is fetched, included or executed.
    """
    try:
        return _read(
            load(template), parameters or {}, behaviour or {}, traffic, settings
        )
    except RecursionError:
        raise TemplateError(
            ["The template refers to itself, or is nested too deeply."]
        ) from None


def _read(
    written: Any,
    parameters: Mapping[str, Any],
    behaviour: Mapping[str, Behaviour],
    traffic: Iterable[Traffic],
    settings: Mapping[str, Any],
) -> Reading:
    draft = Draft(Template(written, parameters))
    sources.read(draft)
    functions.read(draft)
    functions.read_settings(draft, behaviour)
    sources.read_settings(draft)
    for reader in (scaling, mappings, pushes, apis, workflows, permissions, results):
        reader.read(draft)
    _the_rest(draft)
    assembly = Assembly(draft)
    scenario = assembly.scenario(traffic, settings)
    problems = [*_asked(draft), *_strangers(draft, behaviour), *draft.problems]
    if scenario is None or problems:
        raise TemplateError(
            problems or ["The template has nothing that can be simulated."]
        )
    _without_traffic(assembly, scenario)
    return Reading(
        scenario, draft.report.frame(), draft.template, frozenset(draft.outsiders)
    )


def _asked(draft: Draft) -> Iterator[str]:
    for name, places in draft.template.dropped.items():
        for asked in placeholders.asked(places):
            draft.asked.setdefault(asked, []).append(
                f"the condition of {draft.template.place(name)}"
            )
    if draft.asked:
        yield needs({name: places[0] for name, places in draft.asked.items()})


def _strangers(draft: Draft, behaviour: Mapping[str, Behaviour]) -> Iterator[str]:
    known = draft.groups["functions"]
    for name in behaviour:
        if name not in known:
            yield f"behaviour names {name!r}, but the template's functions are {', '.join(known) or 'none'}."


def _the_rest(draft: Draft) -> None:
    """A row for every resource that no reader has used, and for every one that a condition leaves out."""
    for resource in draft.template.resources.values():
        if (
            resource.name not in draft.used
            and resource.name in draft.template.lines.resources
        ):
            named = _names_a_function(draft, resource)
            unknown = (
                f"This reader does not know how it invokes {named}."
                if named
                else NO_PART
            )
            note = NESTED.get(resource.type, unknown)
            draft.report.add(
                "not supported",
                resource.name,
                "",
                resource.type,
                line=resource.line(),
                note=note,
                source=property_tables.page(resource.type),
            )
    _macros(draft)
    for key, first, last in draft.template.repeated:
        note = f"The same key stands in line {last} again, and CloudFormation takes the last."
        draft.report.add("not supported", key, line=first, note=note, source=REPEATED)
    for name in draft.template.dropped:
        if name in draft.template.lines.resources:
            line = draft.template.lines.line(name)
            draft.report.add(
                "not supported",
                name,
                "Condition",
                False,
                line=line,
                note="Its condition does not hold.",
            )


def _macros(draft: Draft) -> None:
    """A row for everything that macros and includes would make: none of them is run or fetched."""
    lines = draft.template.lines
    for macro in draft.template.resolver.macros:
        line = lines.written.lines.get("Transform")
        draft.report.add(
            "not supported", "Transform", "", macro, line=line, note=MACROS
        )
    for name in draft.template.resolver.resources:
        if name.startswith("Fn::"):
            line = lines.resources.lines.get(name)
            note = LOOPS if name.startswith(LOOP) else MACROS
            draft.report.add("not supported", name, line=line, note=note)
    for resource in draft.template.resources.values():
        if made_by_macro(resource.raw):
            line = resource.line("Fn::Transform")
            draft.report.add(
                "not supported", resource.name, "Fn::Transform", line=line, note=MACROS
            )


def _names_a_function(draft: Draft, resource: Resource) -> str | None:
    if resource.type.startswith(
        (
            "AWS::IAM::",
            "AWS::CloudWatch::",
            "AWS::Logs::",
            "AWS::SSM::",
            "AWS::CodeDeploy",
        )
    ):
        return None
    named = (draft.function(text) for text in _texts(resource.properties))
    return next((name for name in named if name in draft.groups["functions"]), None)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in (
        value.values()
        if isinstance(value, dict)
        else value
        if isinstance(value, list)
        else ()
    ):
        yield from _texts(item)


def _without_traffic(assembly: Assembly, scenario: Scenario) -> None:
    busy = {flow.into for flow in scenario.traffic}
    for trigger in scenario.routes:
        for entry in (
            _beginnings(scenario, trigger.entry) - busy
            if trigger.name in assembly.triggers
            else ()
        ):
            owner = assembly.owners.get(entry, assembly.triggers[trigger.name][1])
            assembly.report.add(
                "unknown",
                entry,
                "traffic",
                line=owner.line(),
                argument=f'traffic=[sim.Traffic(into="{entry}", arrivals=...)]',
                note="How many events come, no template says.",
            )


def _beginnings(scenario: Scenario, entry: str) -> set[str]:
    """Where the events come in that reach `entry`: topics and buses before it, itself, or nowhere if functions send."""
    before = [topic.name for topic in scenario.topics if entry in topic.queues]
    before += [bus.name for bus in scenario.event_buses if entry in bus.targets]
    if any(entry in function.targets for function in scenario.functions):
        return set()
    return (
        {first for name in before for first in _beginnings(scenario, name)}
        if before
        else {entry}
    )
