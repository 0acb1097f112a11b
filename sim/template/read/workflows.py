"""State machines: the tasks that invoke functions, with the retries they ask for.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sim.template.cloudformation import property_tables
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

MACHINE = "AWS::StepFunctions::StateMachine"
FILE = "The definition lies in a file of its own, which is not fetched: what its tasks invoke is unknown."
SUBSTITUTED = "Only this substitution says that the state machine invokes it; its Retry and TimeoutSeconds are unknown."
ELSEWHERE = "It invokes no function of this template."
RESOURCE = re.compile(r"arn:[^:]*:states:::lambda:invoke")


def read(draft: Draft) -> None:
    """Put every task that invokes a function into the draft."""
    for machine in draft.template.of_type(MACHINE):
        draft.used.add(machine.name)
        definition = _definition(draft, machine)
        for name, state in _states(definition):
            _task(draft, machine, name, state)
        if machine.get("DefinitionS3Location"):
            _substituted(draft, machine)


def _definition(draft: Draft, machine: Resource) -> Any:
    if machine.get("Definition") is not None:
        return _with_substitutions(machine, json.dumps(machine.get("Definition")))
    text = machine.get("DefinitionString")
    if not isinstance(text, str):
        draft.note(
            machine, "DefinitionS3Location", machine.get("DefinitionS3Location"), FILE
        )
        return None
    return _with_substitutions(machine, text)


def _substituted(draft: Draft, machine: Resource) -> None:
    """A definition in a file names its functions by substitutions: its tasks invoke them, who knows in which state."""
    substitutions = machine.get("DefinitionSubstitutions")
    for name, value in substitutions.items() if isinstance(substitutions, dict) else ():
        function, path = draft.function(value), f"DefinitionSubstitutions.{name}"
        if function in draft.groups["functions"]:
            draft.join("sfn_sync", machine, str(function), str(name))
            source = property_tables.page(MACHINE)
            draft.report.add(
                "assumed",
                machine.name,
                path,
                value,
                line=machine.line(path),
                note=SUBSTITUTED,
                source=source,
            )


def _with_substitutions(machine: Resource, text: str) -> Any:
    substitutions = machine.get("DefinitionSubstitutions")
    for name, value in substitutions.items() if isinstance(substitutions, dict) else ():
        text = text.replace(f"${{{name}}}", json.dumps(str(value))[1:-1])
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        machine.template.problems.append(
            f"{machine.place('DefinitionString')}: the definition is no JSON."
        )
        return None


def _states(definition: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every task of a definition, also in its branches and maps."""
    if isinstance(definition, list):
        for item in definition:
            yield from _states(item)
    if not isinstance(definition, dict):
        return
    states = definition.get("States")
    for name, state in states.items() if isinstance(states, dict) else ():
        if isinstance(state, dict):
            if state.get("Type") == "Task":
                yield name, state
            for inner in ("Branches", "Iterator", "ItemProcessor"):
                yield from _states(state.get(inner))


def _task(draft: Draft, machine: Resource, name: str, state: dict[str, Any]) -> None:
    path = f"Definition.{name}"
    resource = str(state.get("Resource"))
    given: Any = next(
        (
            state[key]
            for key in ("Parameters", "Arguments")
            if isinstance(state.get(key), dict)
        ),
        {},
    )
    value = given.get("FunctionName") if RESOURCE.match(resource) else resource
    function, line = draft.function(value), machine.line(name)
    if (
        function not in draft.groups["functions"]
    ):  # nor could a parameter name one: the template itself makes them
        draft.report.add(
            "not supported", machine.name, path, value, line=line, note=ELSEWHERE
        )
        return
    draft.report.add(
        "read",
        machine.name,
        path,
        value,
        line=line,
        source=property_tables.page(MACHINE),
    )
    kind = _kind(resource, given)
    draft.join(
        kind, machine, function, name, **_settings(draft, machine, path, state, kind)
    )


def _kind(resource: str, given: Any) -> str:
    if resource.endswith(".waitForTaskToken"):
        return "sfn_wait_token"
    return "sfn_event" if given.get("InvocationType") == "Event" else "sfn_sync"


def _settings(
    draft: Draft, machine: Resource, path: str, state: dict[str, Any], kind: str
) -> dict[str, Any]:
    retriers = [
        retrier for retrier in state.get("Retry") or () if isinstance(retrier, dict)
    ]
    if kind == "sfn_event":
        return {}
    fields: dict[str, Any] = {}
    if retriers:
        read = [
            draft.fields(machine, "AWS::StepFunctions Retry", retrier, f"{path}.Retry.")
            for retrier in retriers
        ]
        fields["retry"] = tuple(read)
    if isinstance(state.get("TimeoutSeconds"), int):
        fields["timeout_in_millis"] = state["TimeoutSeconds"] * 1000
    if isinstance(state.get("HeartbeatSeconds"), int) and kind == "sfn_wait_token":
        fields["heartbeat_seconds"] = state["HeartbeatSeconds"]
    return fields
