"""A task of a state machine, in the Amazon States Language.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.caller import Retrier
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)
from sim.template.write.sam_names import without_none
from sim.template.write.trigger_settings import wait_in_millis
from sim.template.write.written_settings import as_properties, differing

INVOKE = "arn:aws:states:::lambda:invoke"

TaskTrigger = SynchronousTrigger | AsynchronousTrigger


def task_trigger(trigger: Trigger) -> TaskTrigger:
    """A trigger that is a task."""
    assert isinstance(trigger, (SynchronousTrigger, AsynchronousTrigger))
    return trigger


def task_state(trigger: TaskTrigger, function: str) -> dict[str, Any]:
    """The state of a task, without its ways; `function`: the variable for the function's ARN."""
    called = "${" + function + "}"
    arguments: dict[str, Any] = {
        "FunctionName": called,
        "Payload.$": "$",
    }
    resource = INVOKE
    if trigger.kind == "sfn_wait_token":
        payload = {"token.$": "$$.Task.Token", "input.$": "$"}
        arguments = {"FunctionName": called, "Payload": payload}
        resource = f"{INVOKE}.waitForTaskToken"
    if trigger.kind == "sfn_event":
        arguments["InvocationType"] = "Event"
    retriers: tuple[Retrier, ...] = getattr(trigger, "retry", ())
    return without_none(
        {
            "Type": "Task",
            "Resource": resource,
            "Parameters": arguments,
            "HeartbeatSeconds": getattr(trigger, "heartbeat_seconds", None),
            "TimeoutSeconds": (wait_in_millis(trigger) or 0) // 1000 or None,
            "Retry": [_retrier(retrier) for retrier in retriers] or None,
        }
    )


def _retrier(retrier: Retrier) -> dict[str, Any]:
    return as_properties(differing(retrier, "AWS::StepFunctions Retry"))
