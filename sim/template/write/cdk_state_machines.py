"""What state machines need in a CDK stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sim.scenario.caller import Retrier
from sim.scenario.state_machine import StateMachine
from sim.scenario.triggers import Trigger
from sim.template.write import trigger_settings
from sim.template.write.cdk_arguments import Words, joined
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_sources import rule
from sim.template.write.names import variable
from sim.template.write.snippets import cdk_snippet
from sim.template.write.state_machine_definition import definition
from sim.template.write.task_state import (
    TaskTrigger,
    task_state,
    task_trigger,
)

EVENT = "invocation_type=tasks.LambdaInvocationType.EVENT"
WAIT_FOR_TOKEN = (
    "integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN, "
    "payload=sfn.TaskInput.from_object({'token': sfn.JsonPath.task_token})"
)


def state_machine(names: CdkNames, trigger: TaskTrigger) -> Words:
    """A state machine with one task.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions_tasks.LambdaInvoke.html
    """
    construct_id = names.ids.triggers[trigger.name]
    task = f"{variable(construct_id)}_task"
    retriers: tuple[Retrier, ...] = getattr(trigger, "retry", ())
    has_recommended = Retrier.recommended() in retriers[:1]
    own_retriers = retriers[1:] if has_recommended else retriers
    retries = [
        f"{task}.add_retry({_retrier(retrier)})" for retrier in own_retriers
    ]
    waits_for_token = trigger.kind == "sfn_wait_token"
    arguments = joined(
        f"lambda_function={names.invoked(trigger.function)}",
        "" if has_recommended else "retry_on_service_exceptions=False",
        EVENT if trigger.kind == "sfn_event" else "",
        WAIT_FOR_TOKEN if waits_for_token else "",
        *_limits(trigger),
    )
    reports = _reports(names, construct_id, trigger)
    # By name, as a grant would make the function and the state machine wait for each other.
    name = f"state_machine_name={construct_id!r}"
    return {
        "task": task,
        "arguments": arguments,
        "retries": "\n".join(retries),
        "name": name if waits_for_token else "",
        "reports": "\n".join(reports) if waits_for_token else "",
    }


def state_machine_statements(
    names: CdkNames, machine: StateMachine
) -> Iterator[str]:
    """A state machine of several tasks by its definition, and the rules of buses that start it.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions.DefinitionBody.html
    """
    scenario = names.scenario
    made = names.source(machine.name)
    construct_id = names.ids.sources[machine.name]
    triggers = [one for one in scenario.triggers if one.name in machine.tasks]
    functions = list(dict.fromkeys(one.function for one in triggers))
    arns = [
        f"{names.function(name)!r}: {names.invoked(name)}.function_arn"
        for name in functions
    ]
    reporting = [one for one in triggers if one.kind == "sfn_wait_token"]
    arguments = joined(
        f"definition_body=sfn.DefinitionBody.from_string({definition_constant(names, machine)})",
        f"definition_substitutions={{{', '.join(arns)}}}",
        f"state_machine_name={construct_id!r}" if reporting else "",
    )
    yield f"{made} = sfn.StateMachine(self, {construct_id!r}, {arguments})"
    for name in functions:
        yield f"{names.invoked(name)}.grant_invoke({made})"
    for trigger in reporting:
        yield from _reports(names, construct_id, trigger)
    for bus in scenario.event_buses:
        if machine.name in bus.targets:
            target = f"events_targets.SfnStateMachine({made})"
            yield rule(names, bus, machine.name, target)


def definition_constant(names: CdkNames, machine: StateMachine) -> str:
    """The constant that holds the definition of a state machine."""
    return f"{names.source(machine.name)}_definition".upper()


def definition_text(names: CdkNames, machine: StateMachine) -> str:
    """The definition of a state machine, with the functions' variables in it."""
    triggers = {one.name: one for one in names.scenario.triggers}

    def state(name: str) -> dict[str, Any]:
        trigger = task_trigger(triggers[name])
        return task_state(trigger, names.function(trigger.function))

    return json.dumps(definition(machine, state), indent=2) + "\n"


def _reports(names: CdkNames, construct_id: str, trigger: Trigger) -> list[str]:
    """What lets the handler, or what it hands the token to, report by it."""
    function = names.function(trigger.function)
    return cdk_snippet("task_token", construct_id, plain_function=function)


def _limits(trigger: TaskTrigger) -> Iterator[str]:
    """How long a task may be silent, and how long it may take."""
    heartbeat: int | None = getattr(trigger, "heartbeat_seconds", None)
    yield _limit("heartbeat_timeout", heartbeat)
    millis = trigger_settings.wait_in_millis(trigger) or 0
    yield _limit("task_timeout", millis // 1000)


def _limit(argument: str, seconds: int | None) -> str:
    timeout = f"sfn.Timeout.duration(Duration.seconds({seconds}))"
    return f"{argument}={timeout}" if seconds else ""


def _retrier(retrier: Retrier) -> str:
    max_delay = retrier.max_delay_seconds
    has_jitter = retrier.jitter_strategy != Retrier().jitter_strategy
    return joined(
        f"errors={list(retrier.error_equals)}",
        f"interval=Duration.seconds({retrier.interval_seconds})",
        f"max_attempts={retrier.max_attempts}",
        f"backoff_rate={retrier.backoff_rate}",
        f"max_delay=Duration.seconds({max_delay})" if max_delay else "",
        "jitter_strategy=sfn.JitterType.FULL" if has_jitter else "",
    )
