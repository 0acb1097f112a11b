"""A state machine with one task in a SAM template.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.caller import Retrier
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger
from sim.template.write.sam_names import Fragment, SamNames, without_none
from sim.template.write.sam_yaml import Ref, Sub
from sim.template.write.trigger_settings import wait_in_millis
from sim.template.write.written_settings import as_properties, differing

INVOKE = "arn:aws:states:::lambda:invoke"

TaskTrigger = SynchronousTrigger | AsynchronousTrigger


def state_machine(
    names: SamNames, logical_id: str, trigger: TaskTrigger
) -> Fragment:
    """The state machine, and what its function needs to report to it."""
    function = Ref(names.ids.functions[trigger.function])
    properties: dict[str, Any] = {
        "Definition": {"StartAt": "Task", "States": {"Task": _task(trigger)}},
        "DefinitionSubstitutions": {
            "Function": names.invoked(trigger.function)
        },
        "Policies": [{"LambdaInvokePolicy": {"FunctionName": function}}],
    }
    machine = {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": properties,
    }
    fragment: Fragment = {"Resources": {logical_id: machine}}
    if trigger.kind == "sfn_wait_token":
        # The handler, or what it hands the token to, reports by it.
        name = Sub("${AWS::StackName}-" + logical_id)
        properties["Name"] = name
        policy = {"StepFunctionsCallbackPolicy": {"StateMachineName": name}}
        fragment["Properties"] = {"Policies": [policy]}
    return fragment


def _task(trigger: TaskTrigger) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "FunctionName": "${Function}",
        "Payload.$": "$",
    }
    resource = INVOKE
    if trigger.kind == "sfn_wait_token":
        payload = {"token.$": "$$.Task.Token", "input.$": "$"}
        arguments = {"FunctionName": "${Function}", "Payload": payload}
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
            "End": True,
        }
    )


def _retrier(retrier: Retrier) -> dict[str, Any]:
    return as_properties(differing(retrier, "AWS::StepFunctions Retry"))
