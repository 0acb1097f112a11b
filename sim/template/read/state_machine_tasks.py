"""The tasks of a definition that invoke functions: each is a trigger with its retries and limits.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import list_of
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named, qualifier_of
from sim.template.read.state_machine_flow import states_of

ELSEWHERE = "It invokes no function of this template."
INVOKE = re.compile(r"arn:[^:]*:states:::lambda:invoke")


class _Task(NamedTuple):
    """A task of a state machine: its name, the resource it calls, and with which parameters."""

    name: str
    state: Mapping[str, Any]
    resource: str
    parameters: Mapping[str, Any]

    @property
    def path(self) -> str:
        return f"Definition.{self.name}"


class TaskTrigger(NamedTuple):
    """What a task is in the scenario; `called`: how the definition names its function."""

    called: Any
    kind: str
    function: str
    fields: Fields


def tasks_of(
    draft: Draft, machine: Resource, definition: Any
) -> Iterator[tuple[str, TaskTrigger]]:
    """The tasks that invoke functions of the template, by the names of their states."""
    for name, state in states_of(definition):
        if state.get("Type") == "Task":
            task = _task(name, state)
            trigger = _read_task(draft, machine, task)
            if trigger is not None:
                yield name, trigger


def _task(name: str, state: Mapping[str, Any]) -> _Task:
    resource = str(state.get("Resource"))
    for key in ("Parameters", "Arguments"):
        if isinstance(state.get(key), dict):
            return _Task(name, state, resource, state[key])
    return _Task(name, state, resource, {})


def _read_task(
    draft: Draft, machine: Resource, task: _Task
) -> TaskTrigger | None:
    """The trigger that a task is; None: it invokes no function of the template."""
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
        return None
    kind = _kind_of_task(task)
    fields = (
        {} if kind == "sfn_event" else _task_fields(draft, machine, task, kind)
    )
    if not task.parameters.get("Qualifier"):
        fields |= qualifier_of(draft, function, value)
    return TaskTrigger(value, kind, function, fields)


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
    kind_of_part = "AWS::StepFunctions Retry"
    retriers = []
    for retrier in list_of(task.state.get("Retry")):
        if isinstance(retrier, dict):
            plain = {k: v for k, v in retrier.items() if k != "Comment"}
            read = read_fields(draft, machine, kind_of_part, plain, path)
            retriers.append(read)
    if retriers:
        fields["retry"] = tuple(retriers)
    timeout = task.state.get("TimeoutSeconds")
    if isinstance(timeout, int) and timeout > 0:
        fields["timeout_in_millis"] = timeout * 1000
    heartbeat = task.state.get("HeartbeatSeconds")
    if (
        isinstance(heartbeat, int)
        and heartbeat > 0
        and kind == "sfn_wait_token"
    ):
        fields["heartbeat_seconds"] = heartbeat
    return fields
