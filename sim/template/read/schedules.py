"""Schedules of EventBridge Scheduler, and the traffic that any schedule makes."""

from __future__ import annotations

import json
from typing import Any

from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.draft_entries import ScheduledEvents
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named, qualifier_of
from sim.template.read.state_machines import STATE_MACHINE

ELSEWHERE = "What Scheduler sends to this target is not simulated."
OFF = "DISABLED"
SWITCHED_OFF = "It is switched off, so it makes no traffic."
FORWARDED_TO = ("AWS::SQS::Queue", "AWS::SNS::Topic")
WINDOW, TIMEZONE = "FlexibleTimeWindow", "ScheduleExpressionTimezone"


def read_schedules(draft: Draft) -> None:
    """Put every schedule into the draft that invokes a function, or sends to what leads to one."""
    for resource in draft.template.of_type("AWS::Scheduler::Schedule"):
        fields = read_fields(draft, resource)
        target = resource.get("Target.Arn")
        function = function_named(draft, target) or _function_in_input(
            draft, resource
        )
        if not draft.check_known(resource, "Target", target):
            continue
        if function is None:
            settings = _schedule_settings(draft, resource)
            sent = send_by_schedule(draft, resource, target, settings)
            if sent is None:
                draft.not_simulated(resource, "Target", target, ELSEWHERE)
            continue
        fields |= qualifier_of(draft, function, target)
        schedule = read_schedule(
            draft, resource, _schedule_settings(draft, resource)
        )
        kind = "eventbridge_scheduler"
        draft.add_trigger(
            kind, resource, function, schedule=schedule, fields=fields
        )


def send_by_schedule(
    draft: Draft, resource: Resource, target: Any, settings: Fields
) -> str | None:
    """What of the template a schedule sends to: a queue, a topic or a state machine."""
    name = forwarded_to(draft, target) or _single_task(draft, target)
    if name is None:
        return None
    draft.used.add(resource.name)
    schedule = read_schedule(draft, resource, settings)
    if schedule is not None:
        draft.scheduled.append(ScheduledEvents(resource, name, schedule))
    return name


def forwarded_to(draft: Draft, target: Any) -> str | None:
    """The queue, topic or state machine of the template that an ARN names."""
    found = draft.template.find(target)
    if found is None:
        return None
    is_joined = found.type in FORWARDED_TO
    is_joined |= found.name in draft.groups["state_machines"]
    return found.name if is_joined else None


def _single_task(draft: Draft, target: Any) -> str | None:
    """The state machine of a single task, whose trigger has its name."""
    found = draft.template.find(target)
    if found is None or found.type != STATE_MACHINE:
        return None
    tasks = [one for one in draft.triggers if one.resource is found]
    return found.name if len(tasks) == 1 else None


def _function_in_input(draft: Draft, resource: Resource) -> str | None:
    """The function that a universal target calls: its input is JSON in a text.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """
    given = resource.get("Target.Input")
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return None
    return (
        function_named(draft, given.get("FunctionName"))
        if isinstance(given, dict)
        else None
    )


def _schedule_settings(draft: Draft, resource: Resource) -> Fields:
    settings: Fields = {}
    minutes = resource.get(f"{WINDOW}.MaximumWindowInMinutes")
    mode = resource.get(f"{WINDOW}.Mode")
    is_known = draft.check_known(resource, WINDOW, [mode, minutes])
    if is_known and mode == "FLEXIBLE" and minutes is not None:
        settings["flexible_time_window_minutes"] = minutes
    timezone = resource.get(TIMEZONE)
    if timezone is not None and draft.check_known(resource, TIMEZONE, timezone):
        settings["schedule_expression_timezone"] = timezone
    return settings


def read_schedule(
    draft: Draft, resource: Resource, settings: Fields
) -> Fields | None:
    """The traffic of a schedule; None for one that is switched off."""
    expression: Any = resource.get("ScheduleExpression")
    state = resource.get("State")
    if not draft.check_known(
        resource, "ScheduleExpression", [expression, state]
    ):
        return None
    if state == OFF:
        draft.not_simulated(resource, "State", state, SWITCHED_OFF)
        return None
    return {"expression": expression, **settings}
