"""State machines: the tasks that invoke functions, with the retries they ask for.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.template.cloudformation.intrinsic_functions import VARIABLE
from sim.template.cloudformation.property_tables import list_of, reference_page
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named, qualifier_of
from sim.template.read.roles import may_invoke
from sim.template.text.beside import document_in

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
FILE = (
    "The definition lies in a file of its own, which is not fetched: "
    "what its tasks invoke is unknown."
)
SUBSTITUTED = (
    "Only this substitution says that the state machine invokes it; "
    "its Retry and TimeoutSeconds are unknown."
)
ONE_BY_ONE = (
    "Each task is a trigger of its own here: an execution is an event in each of them, "
    "so give all of them the same arrivals."
)
HANDED_ON = "Its role may invoke no function: it only hands this one's ARN on."
ELSEWHERE = "It invokes no function of this template."
INVOKE = re.compile(r"arn:[^:]*:states:::lambda:invoke")


class _Task(NamedTuple):
    """A task of a state machine: its name, the resource it calls, and with which parameters."""

    name: str
    state: dict[str, Any]
    resource: str
    parameters: Mapping[str, Any]

    @property
    def path(self) -> str:
        return f"Definition.{self.name}"


def read_state_machines(draft: Draft) -> None:
    """Put every task that invokes a function into the draft."""
    for machine in draft.template.of_type(STATE_MACHINE):
        draft.used.add(machine.name)
        definition = _definition(draft, machine)
        for name, state in _task_states(definition):
            _read_task(draft, machine, _task(name, state))
        _report_flow(draft, machine)
        if machine.get("DefinitionS3Location") and definition is None:
            _read_substitutions(draft, machine)


def _report_flow(draft: Draft, machine: Resource) -> None:
    """Say of several tasks that they are not joined: what goes into one does not reach the next."""
    tasks = [each for each in draft.triggers if each.resource is machine]
    if len(tasks) > 1:
        draft.report.add(
            "assumed",
            machine.name,
            "Definition",
            len(tasks),
            line=machine.line(),
            note=ONE_BY_ONE,
            source=reference_page(STATE_MACHINE),
        )


def _definition(draft: Draft, machine: Resource) -> Any:
    """The definition with its substitutions, None if it is not in the template."""
    text = machine.get("DefinitionString")
    if machine.get("Definition") is not None:
        text = json.dumps(machine.get("Definition"))
    if not isinstance(text, str):
        return _definition_in_file(draft, machine)
    text = _substituted(machine, text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        machine.add_problem("the definition is no JSON.", "DefinitionString")
        return None


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
    substitutions = _substitutions(machine)
    limited = machine.template.resolver.limited

    def filled(match: re.Match[str]) -> str:
        if match[1] not in substitutions:
            return match[0]
        filling = str(substitutions[match[1]])
        return limited(json.dumps(filling, ensure_ascii=False)[1:-1])

    return VARIABLE.sub(filled, text)


def _substitutions(machine: Resource) -> dict[str, Any]:
    substitutions = machine.get("DefinitionSubstitutions")
    return substitutions if isinstance(substitutions, dict) else {}


def _read_substitutions(draft: Draft, machine: Resource) -> None:
    """Of a definition in a file, only the substitutions name functions: its tasks invoke them."""
    for name, value in _substitutions(machine).items():
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
        draft.report.add(
            "assumed",
            machine.name,
            path,
            value,
            line=machine.line(path),
            note=SUBSTITUTED,
            source=reference_page(STATE_MACHINE),
        )


def _task_states(definition: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every task of a definition, also in its branches and maps."""
    if isinstance(definition, list):
        for branch in definition:
            yield from _task_states(branch)
    states = definition.get("States") if isinstance(definition, dict) else None
    if not isinstance(states, dict):
        return
    for name, state in states.items():
        if isinstance(state, dict):
            if state.get("Type") == "Task":
                yield name, state
            for inner in ("Branches", "Iterator", "ItemProcessor"):
                yield from _task_states(state.get(inner))


def _task(name: str, state: dict[str, Any]) -> _Task:
    resource = str(state.get("Resource"))
    for key in ("Parameters", "Arguments"):
        if isinstance(state.get(key), dict):
            return _Task(name, state, resource, state[key])
    return _Task(name, state, resource, {})


def _read_task(draft: Draft, machine: Resource, task: _Task) -> None:
    invokes = INVOKE.match(task.resource)
    value = task.parameters.get("FunctionName") if invokes else task.resource
    function, line = function_named(draft, value), machine.line(task.name)
    # A parameter could not name one of its functions: the template itself makes them.
    if function is None or function not in draft.functions:
        draft.report.add(
            "not supported",
            machine.name,
            task.path,
            value,
            line=line,
            note=ELSEWHERE,
        )
        return
    draft.report.add(
        "read",
        machine.name,
        task.path,
        value,
        line=line,
        source=reference_page(STATE_MACHINE),
    )
    kind = _kind_of_task(task)
    fields = (
        {} if kind == "sfn_event" else _task_fields(draft, machine, task, kind)
    )
    if not task.parameters.get("Qualifier"):
        fields |= qualifier_of(draft, function, value)
    draft.add_trigger(kind, machine, function, task.name, fields=fields)


def _kind_of_task(task: _Task) -> str:
    if task.resource.endswith(".waitForTaskToken"):
        return "sfn_wait_token"
    is_event = task.parameters.get("InvocationType") == "Event"
    return "sfn_event" if is_event else "sfn_sync"


def _task_fields(
    draft: Draft, machine: Resource, task: _Task, kind: str
) -> Fields:
    fields: Fields = {}
    path = f"{task.path}.Retry."
    retriers = [
        read_fields(draft, machine, "AWS::StepFunctions Retry", retrier, path)
        for retrier in list_of(task.state.get("Retry"))
        if isinstance(retrier, dict)
    ]
    if retriers:
        fields["retry"] = tuple(retriers)
    timeout = task.state.get("TimeoutSeconds")
    if isinstance(timeout, int):
        fields["timeout_in_millis"] = timeout * 1000
    heartbeat = task.state.get("HeartbeatSeconds")
    if isinstance(heartbeat, int) and kind == "sfn_wait_token":
        fields["heartbeat_seconds"] = heartbeat
    return fields
