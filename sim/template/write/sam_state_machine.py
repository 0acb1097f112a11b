"""State machines in a SAM template.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.resources import EventBus
from sim.scenario.state_machine import StateMachine
from sim.scenario.triggers import Trigger
from sim.template.write.sam_names import Fragment, SamNames
from sim.template.write.sam_yaml import Ref, Sub
from sim.template.write.state_machine_definition import definition
from sim.template.write.task_state import (
    TaskTrigger,
    task_state,
    task_trigger,
)
from sim.template.write.trigger_settings import rule_pattern


def state_machine(
    names: SamNames, logical_id: str, trigger: TaskTrigger
) -> Fragment:
    """The state machine of one task, and what its function needs to report to it."""
    task = {**task_state(trigger, "Function"), "End": True}
    written = {"StartAt": "Task", "States": {"Task": task}}
    functions = {"Function": trigger.function}
    machine = _machine(names, written, functions)
    if trigger.kind == "sfn_wait_token":
        machine["Properties"]["Name"] = _stack_name(logical_id)
    return {"Resources": {logical_id: machine}, **reports(names, trigger)}


def state_machine_resources(
    names: SamNames, machine: StateMachine
) -> dict[str, Any]:
    """A state machine of several tasks, and the rules of buses that start it."""
    scenario, logical_id = names.scenario, names.ids.sources[machine.name]
    triggers = {trigger.name: trigger for trigger in scenario.triggers}
    tasks = {name: task_trigger(triggers[name]) for name in machine.tasks}
    functions = {
        names.ids.functions[task.function]: task.function
        for task in tasks.values()
    }

    def state(name: str) -> dict[str, Any]:
        task = tasks[name]
        return task_state(task, names.ids.functions[task.function])

    written = _machine(names, definition(machine, state), functions)
    properties = written["Properties"]
    if any(task.kind == "sfn_wait_token" for task in tasks.values()):
        properties["Name"] = _stack_name(logical_id)
    rules = {
        f"From{names.ids.sources[bus.name]}": _rule(names, bus)
        for bus in scenario.event_buses
        if machine.name in bus.targets
    }
    if rules:
        properties["Events"] = rules
    return {logical_id: written}


def _rule(names: SamNames, bus: EventBus) -> dict[str, Any]:
    pattern = rule_pattern(names.scenario, bus.name, bus.name)
    properties = {"EventBusName": names.bus(bus.name), "Pattern": pattern}
    return {"Type": "EventBridgeRule", "Properties": properties}


def _machine(
    names: SamNames, written: dict[str, Any], functions: dict[str, str]
) -> dict[str, Any]:
    """A state machine that may invoke `functions`, by their variables in the definition."""
    policies = [
        {"LambdaInvokePolicy": {"FunctionName": Ref(names.ids.functions[name])}}
        for name in functions.values()
    ]
    properties: dict[str, Any] = {
        "Definition": written,
        "DefinitionSubstitutions": {
            word: names.invoked(name) for word, name in functions.items()
        },
        "Policies": policies,
    }
    return {"Type": "AWS::Serverless::StateMachine", "Properties": properties}


def reports(names: SamNames, trigger: Trigger) -> Fragment:
    """The right of a handler, or of what it hands the token to, to report by it."""
    if trigger.kind != "sfn_wait_token":
        return {}
    machine = names.scenario.machine_of_task.get(trigger.name)
    if machine is None:
        name = _stack_name(names.ids.triggers[trigger.name])
    else:
        name = _stack_name(names.ids.sources[machine.name])
    policy = {"StepFunctionsCallbackPolicy": {"StateMachineName": name}}
    return {"Properties": {"Policies": [policy]}}


def _stack_name(logical_id: str) -> Sub:
    return Sub("${AWS::StackName}-" + logical_id)
