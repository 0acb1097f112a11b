"""State machines: the tasks that invoke functions, with their retries, and the ways between them.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sim.template.cloudformation.arn import name_from
from sim.template.cloudformation.property_tables import (
    reference_page,
    values_at,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, unused
from sim.template.read.references import function_named, qualifier_of
from sim.template.read.roles import may_invoke
from sim.template.read.shorter_flow import shortened
from sim.template.read.state_machine_definitions import (
    definition_of,
    substitutions_of,
)
from sim.template.read.state_machine_flow import DefinedFlow, Way, states_of
from sim.template.read.state_machine_problems import check_definition
from sim.template.read.state_machine_tasks import TaskTrigger, tasks_of
from sim.template.read.unsimulated_states import report_unsimulated

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
MOST_WAYS = 1_000
"""A definition with more ways is not read as one flow, whoever wrote it."""
SUBSTITUTED = (
    "Only this substitution says that the state machine invokes it; "
    "its Retry and TimeoutSeconds are unknown."
)
ONE_BY_ONE = (
    "How its tasks follow each other is not known: each is a trigger of its own here, "
    "so give all of them the same arrivals."
)
HANDED_ON = "Its role may invoke no function: it only hands this one's ARN on."
UNREACHED = "No way from StartAt leads to it."


def read_state_machines(draft: Draft) -> None:
    """Put every task that invokes a function into the draft, and the ways between them."""
    for machine in draft.template.of_type(STATE_MACHINE):
        draft.used.add(machine.name)
        definition = definition_of(draft, machine)
        if definition is not None:
            _read_definition(draft, machine, definition)
        elif machine.get("DefinitionS3Location"):
            _read_substitutions(draft, machine)


def _read_definition(draft: Draft, machine: Resource, definition: Any) -> None:
    """A flow of tasks; a single task that an event simply starts needs no way."""
    check_definition(machine, definition)
    tasks = dict(tasks_of(draft, machine, definition))
    places = _places(machine, definition)
    flow = DefinedFlow(definition, places, tasks.keys())
    ways: list[Way] = []
    if len(flow.ways) <= MOST_WAYS:
        kept = {places[name] for name in tasks}
        ways = shortened(flow.ways, kept | flow.fails)
    reached = {place for way in ways for place in way.next}
    joined = {
        name: task for name, task in tasks.items() if places[name] in reached
    }
    if joined and (_is_more_than_one_task(ways) or _is_started(draft, machine)):
        named = {places[name]: task for name, task in joined.items()}
        _add_flow(draft, machine, ways, named, flow.fails)
        _report_assumptions(draft, machine, flow)
    else:
        joined = joined or tasks
        _add_one_by_one(draft, machine, joined)
    kinds = {name: task.kind for name, task in tasks.items()}
    report_unsimulated(draft, machine, definition, kinds)
    for name, task in tasks.items():
        path = f"Definition.{name}"
        if name not in joined:
            draft.not_simulated(machine, path, task.called, UNREACHED)
            continue
        draft.report.add(
            "read",
            machine.name,
            path,
            task.called,
            line=machine.line(name),
            source=reference_page(STATE_MACHINE),
        )


def _places(machine: Resource, definition: Any) -> dict[str, str]:
    """A name for each state, in letters that a scenario's names have, each once."""
    places: dict[str, str] = {}
    taken: dict[str, str] = {}
    for state, _ in states_of(definition):
        wanted = name_from(f"{machine.name}/{state}")
        places[state] = unused(wanted, taken)
        taken[places[state]] = state
    return places


def _is_more_than_one_task(ways: list[Way]) -> bool:
    first, *others = ways
    alone = Way(None, first.next[:1])
    return bool(others) or first._replace(parallel=None) != alone


def _is_started(draft: Draft, machine: Resource) -> bool:
    """Whether a rule starts executions, as an event bus sends it events."""
    return any(
        draft.template.find(arn) is machine
        for rule in draft.template.of_type("AWS::Events::Rule")
        if rule.get("EventPattern")
        for arn in values_at(rule.properties, "Targets[].Arn")
    )


def _add_flow(
    draft: Draft,
    machine: Resource,
    ways: list[Way],
    tasks: Mapping[str, TaskTrigger],
    fails: AbstractSet[str],
) -> None:
    """A state machine whose tasks follow each other, by their names as triggers."""
    for name, task in tasks.items():
        kind, function = task.kind, task.function
        draft.add_trigger(
            kind, machine, function, fields=task.fields, name=name
        )
    parallels = {way.parallel for way in ways}
    named = dict.fromkeys(
        place for way in ways for place in (way.after, *way.next)
    )
    others = named.keys() - {None} - parallels - tasks.keys()
    draft.groups["state_machines"][machine.name] = {
        "name": machine.name,
        "transitions": tuple(
            {**way._asdict(), "share": float(way.share)} for way in ways
        ),
        "pass_states": tuple(
            place for place in named if place in others - fails
        ),
        "fail_states": tuple(place for place in named if place in fails),
    }
    draft.resources[machine.name] = machine


def _add_one_by_one(
    draft: Draft, machine: Resource, tasks: Mapping[str, TaskTrigger]
) -> None:
    """Tasks between which there are no known ways: what goes into one does not reach the next."""
    for name, task in tasks.items():
        kind, function = task.kind, task.function
        draft.add_trigger(kind, machine, function, name, fields=task.fields)
    if len(tasks) > 1:
        _assume(draft, machine, "Definition", len(tasks), ONE_BY_ONE)


def _report_assumptions(
    draft: Draft, machine: Resource, flow: DefinedFlow
) -> None:
    for state, key, note in flow.assumptions:
        path = f"Definition.{state}.{key}"
        _assume(draft, machine, path, flow.states[state].get(key), note)


def _assume(
    draft: Draft, machine: Resource, path: str, value: Any, note: str
) -> None:
    draft.report.add(
        "assumed",
        machine.name,
        path,
        value,
        line=machine.line(path),
        note=note,
        source=reference_page(STATE_MACHINE),
    )


def _read_substitutions(draft: Draft, machine: Resource) -> None:
    """Of a definition in a file, only the substitutions name functions: its tasks invoke them."""
    before = len(draft.triggers)
    for name, value in substitutions_of(machine).items():
        function = function_named(draft, value)
        if function is None or function not in draft.functions:
            continue
        path = f"DefinitionSubstitutions.{name}"
        if not may_invoke(draft, machine):
            draft.not_simulated(machine, path, value, HANDED_ON)
            continue
        fields = qualifier_of(draft, function, value)
        draft.add_trigger(
            "sfn_sync", machine, function, str(name), fields=fields
        )
        _assume(draft, machine, path, value, SUBSTITUTED)
    count = len(draft.triggers) - before
    if count > 1:
        _assume(draft, machine, "Definition", count, ONE_BY_ONE)
