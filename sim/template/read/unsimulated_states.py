"""What a state machine's definition says that is not simulated, state by state.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import list_of
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.state_machine_flow import (
    State,
    branches_of,
    fail_state,
    is_map,
    states_of,
)

EXECUTION_LIMIT = "Only its tasks have limits here, an execution has none."
AT_ONCE = "All its items begin at once here."
ONE_FAILURE = "Here one item that fails is the failure of the Map state."
BY_INPUT = "It depends on the input: here the task has no such limit."
EVENT_RETRY = "A task that only hands its event over is not tried again here."
OWN_ERROR = (
    "Each error of a function is called Exception here, so this name is for none of them: "
    "to see what it does, write Exception beside it."
)
EXPRESS = (
    "An Express workflow ends after five minutes and costs by its time and requests; "
    "here it has no limit, and its cost is that of a Standard one."
)
OF_MAPS = {
    "MaxConcurrency": AT_ONCE,
    "MaxConcurrencyPath": AT_ONCE,
    "ToleratedFailureCount": ONE_FAILURE,
    "ToleratedFailureCountPath": ONE_FAILURE,
    "ToleratedFailurePercentage": ONE_FAILURE,
    "ToleratedFailurePercentagePath": ONE_FAILURE,
}
"""Properties of Map states, and why they do nothing here."""
NAMED_BY_AWS = ("States.", "Lambda.", "Sandbox.", "Runtime.")
"""How the errors begin that AWS names itself."""
LIMITS = ("TimeoutSeconds", "HeartbeatSeconds")


class _Unsimulated(NamedTuple):
    """A property at its path in the definition, and why it does nothing here."""

    path: str
    value: Any
    why: str


def report_unsimulated(
    draft: Draft,
    machine: Resource,
    definition: Mapping[str, Any],
    kinds: Mapping[str, str],
) -> None:
    """Add a row for each property that changes nothing; `kinds`: of triggers, by task."""
    if not kinds:
        return
    workflow = machine.get("StateMachineType")
    if workflow == "EXPRESS":
        draft.not_simulated(machine, "StateMachineType", workflow, EXPRESS)
    for path, value, why in _unsimulated(definition, kinds):
        draft.not_simulated(machine, f"Definition.{path}", value, why)


def _unsimulated(
    definition: Mapping[str, Any], kinds: Mapping[str, str]
) -> Iterator[_Unsimulated]:
    limit = definition.get("TimeoutSeconds")
    if limit is not None:
        yield _Unsimulated("TimeoutSeconds", limit, EXECUTION_LIMIT)
    states = dict(states_of(definition))
    for name, state in states.items():
        inside = {
            one for branch in branches_of(state) for one, _ in states_of(branch)
        }
        if name in kinds:
            yield from _of_task(name, state, kinds[name])
        elif not inside.isdisjoint(kinds):
            yield from _named(name, state, OF_MAPS)
        else:
            continue
        yield from _own_errors(name, state, states)


def _of_task(name: str, state: State, kind: str) -> Iterator[_Unsimulated]:
    """Limits that are no numbers, and the `Retry` of an asynchronous call."""
    by_input = [key for key in LIMITS if isinstance(state.get(key), str)] + [
        f"{key}Path" for key in LIMITS
    ]
    notes = dict.fromkeys(by_input, BY_INPUT)
    if kind == "sfn_event":
        notes["Retry"] = EVENT_RETRY
    yield from _named(name, state, notes)


def _own_errors(
    name: str, state: State, states: Mapping[str, State]
) -> Iterator[_Unsimulated]:
    """Names that a function's code gives to its errors; to fail is what happens without them."""
    for key in ("Retry", "Catch"):
        for one in filter(is_map, list_of(state.get(key))):
            errors = list_of(one.get("ErrorEquals"))
            own = [error for error in errors if _is_own(error)]
            fails = fail_state(states, one.get("Next")) is not None
            if own and not fails and "Exception" not in errors:
                path = f"{name}.{key}.ErrorEquals"
                yield _Unsimulated(path, own, OWN_ERROR)


def _is_own(error: Any) -> bool:
    return isinstance(error, str) and not error.startswith(NAMED_BY_AWS)


def _named(
    name: str, state: State, notes: Mapping[str, str]
) -> Iterator[_Unsimulated]:
    for key, why in notes.items():
        if state.get(key):
            yield _Unsimulated(f"{name}.{key}", state[key], why)
