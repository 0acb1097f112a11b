"""Rows of the report for what no reader has used, and for the events that no template says."""

from __future__ import annotations

from collections.abc import Collection

from sim.scenario.scenario import Scenario
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.for_each import LOOP
from sim.template.cloudformation.property_tables import note_on, texts_in
from sim.template.cloudformation.resolver import made_by_macro
from sim.template.cloudformation.template import Resource
from sim.template.read.assembly import STACK, Assembly
from sim.template.read.deployment_functions import CDK_CUSTOM_RESOURCES
from sim.template.read.draft import Draft
from sim.template.read.references import function_named
from sim.template.read.schedules import OFF

NO_PART = "It plays no part in what happens to events."
NESTED = "A nested stack is a template of its own: read that one by itself."
MACROS = "What macros and includes make is not known: none is run or fetched."
LOOPS = "Loops are carried out where Transform has AWS::LanguageExtensions."
CONDITION = "Its condition does not hold."
REPEATED = (
    "https://github.com/aws-cloudformation/cfn-language-discussion/issues/96"
)
WITHOUT_EVENTS = (
    "AWS::IAM::",
    "AWS::CloudWatch::",
    "AWS::Logs::",
    "AWS::SSM::",
    "AWS::CodeDeploy",
    "AWS::CloudTrail::",
    "AWS::CloudFormation::",
    *CDK_CUSTOM_RESOURCES,
)
"""Resources that may name a function without invoking it while the system runs."""


def report_leftovers(draft: Draft) -> None:
    """Add a row for every resource that no reader has used, and for what AWS alone can make."""
    written = draft.template.lines.resources
    for resource in draft.template.resources.values():
        if resource.name not in draft.used and resource.name in written:
            draft.not_simulated(
                resource, "", resource.type, _why(draft, resource)
            )
    _report_macros(draft)
    for key, first, last in draft.template.repeated:
        note = f"The same key stands in line {last} again, and CloudFormation takes the last."
        draft.report.add(
            "not supported", key, line=first, note=note, source=REPEATED
        )
    for name in draft.template.left_out:
        if name in written:
            line = draft.template.lines.line(name)
            draft.report.add(
                "not supported",
                name,
                "Condition",
                False,
                line=line,
                note=CONDITION,
            )


def _why(draft: Draft, resource: Resource) -> str:
    if note_on(resource.type):
        return note_on(resource.type)
    if resource.type == STACK:
        return NESTED
    if not resource.type.startswith(WITHOUT_EVENTS):
        for text in texts_in(resource.properties):
            function = function_named(draft, text) if _refers(text) else None
            if function in draft.functions:
                draft.invoked_otherwise.add(str(function))
                return f"This reader does not know how it invokes {function}."
    return NO_PART


def _refers(text: str) -> bool:
    """Whether it is an ARN or a reference; a name alone may be the same by chance."""
    return "arn:" in text or placeholders.PLACEHOLDER.search(text) is not None


def _report_macros(draft: Draft) -> None:
    """Add a row for everything that macros and includes would make."""
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
    for location, line in draft.template.included:
        draft.report.add(
            "read", "Fn::Transform", "Location", location, line=line
        )
    for resource in draft.template.resources.values():
        if made_by_macro(resource.written):
            key = "Fn::Transform"
            line = resource.line(key)
            draft.report.add(
                "not supported", resource.name, key, line=line, note=MACROS
            )


def report_missing_traffic(assembly: Assembly, scenario: Scenario) -> None:
    """Add a row for every place where events begin and no traffic is given."""
    said = {flow.into for flow in scenario.traffic}
    sent = scenario.called_first.union(
        *(function.targets for function in scenario.functions)
    )
    for trigger in scenario.routes:
        if trigger.name not in assembly.triggers:
            continue
        if trigger.function in assembly.draft.deploying:
            continue
        if assembly.triggers[trigger.name].resource.get("State") == OFF:
            continue
        for entry in _first_entries(scenario, trigger.entry, sent):
            if entry not in said:
                said.add(entry)
                owner = assembly.owner(entry) or assembly.owner(trigger.name)
                assembly.report.add(
                    "unknown",
                    entry,
                    "traffic",
                    line=owner.line() if owner is not None else None,
                    argument=f'traffic=[sim.Traffic(into="{entry}", arrivals=...)]',
                    note="How many events come, no template says.",
                )


def _first_entries(
    scenario: Scenario, entry: str, sent: Collection[str]
) -> list[str]:
    """Where the events come in that reach an entry.

    That is at topics and buses before it, at itself, or nowhere if functions have it `sent`.
    """
    if entry in sent:
        return []
    before = [topic.name for topic in scenario.topics if entry in topic.queues]
    before += [bus.name for bus in scenario.event_buses if entry in bus.targets]
    before += [one.name for one in scenario.buckets if entry in one.targets]
    machines = scenario.state_machines
    before += [one.name for one in machines if entry in one.targets]
    if not before:
        return [] if entry in scenario.machine_of_task else [entry]
    entries: dict[str, None] = {}
    for name in before:
        entries |= dict.fromkeys(_first_entries(scenario, name, sent))
    return list(entries)
