"""Rules of EventBridge, by pattern or by schedule: to functions, queues, topics, state machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.template.cloudformation.property_tables import list_of, values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.buckets import takes_events_of
from sim.template.read.draft import Draft, add_name, own_bus
from sim.template.read.draft_entries import ForwardedEvents, Sender
from sim.template.read.fields import read_fields
from sim.template.read.references import (
    function_named,
    qualifier_of,
    resource_named,
)
from sim.template.read.schedules import (
    OFF,
    forwarded_to,
    read_schedule,
    send_by_schedule,
)

RULE = "AWS::Events::Rule"
EVENTBRIDGE = "events.amazonaws.com"
ELSEWHERE = "Where this rule sends events is not simulated: put traffic into the target itself."
SWITCHED_OFF = "It is switched off, so it sends nothing."
ALWAYS = "Here a bus always reaches its queues, topics and state machines."

Target = Mapping[str, Any]


def read_rules(draft: Draft) -> None:
    """Put every rule that sends to functions, queues, topics or state machines into the draft."""
    for rule in draft.template.of_type(RULE):
        read_fields(draft, rule)
        if rule.get("State") == OFF and rule.get("EventPattern"):
            _switch_off(draft, rule)
            continue
        written = list_of(rule.get("Targets"))
        targets = [target for target in written if isinstance(target, dict)]
        for target in targets:
            if draft.check_known(rule, "Targets", target.get("Arn")):
                _read_target(draft, rule, target, targets)


def _switch_off(draft: Draft, rule: Resource) -> None:
    """A rule that is disabled sends nothing."""
    draft.not_simulated(rule, "State", rule.get("State"), SWITCHED_OFF)
    for target in values_at(rule.properties, "Targets[].Arn"):
        function = function_named(draft, target)
        if function is not None:
            draft.switched_off.add((function, "eventbridge"))


def _read_target(
    draft: Draft, rule: Resource, target: Target, targets: list[dict[str, Any]]
) -> None:
    scheduled = rule.get("ScheduleExpression") and not rule.get("EventPattern")
    bus = None if scheduled else _bus(draft, rule, targets)
    function = function_named(draft, target.get("Arn"))
    if function is None and scheduled:
        _send_by_schedule(draft, rule, target)
        return
    if function is None:
        _forward(draft, rule, bus, target)
        return
    fields = read_fields(draft, rule, f"{RULE} Target", target, "Targets.")
    fields |= qualifier_of(draft, function, target.get("Arn"))
    _report_share(draft, rule)
    schedule = None
    if rule.get("ScheduleExpression"):
        schedule = read_schedule(draft, rule, {"service": "rule"})
    draft.add_trigger(
        "eventbridge_schedule_rule" if scheduled else "eventbridge_rule",
        rule,
        function,
        str(target.get("Id", function)),
        source=bus,
        schedule=schedule,
        fields=fields,
    )


def _send_by_schedule(draft: Draft, rule: Resource, target: Target) -> None:
    """A schedule in a rule sends to a queue, topic or state machine; others are reported."""
    arn = target.get("Arn")
    name = send_by_schedule(draft, rule, arn, {"service": "rule"})
    if name is None:
        draft.not_simulated(rule, "Targets", arn, ELSEWHERE)
    else:
        _note_sender(draft, rule, target, name)


def _note_sender(
    draft: Draft, rule: Resource, target: Target, name: str
) -> None:
    """A rule that takes no role needs the leave of its queue or topic."""
    if "RoleArn" not in target and name not in draft.groups["state_machines"]:
        draft.senders.append(Sender(rule.name, EVENTBRIDGE, name))


def _forward(
    draft: Draft, rule: Resource, bus: str | None, target: Target
) -> None:
    """A bus sends to what the template has of this kind; all other targets are reported."""
    name = forwarded_to(draft, target.get("Arn"))
    if bus is None or name is None:
        draft.not_simulated(rule, "Targets", target.get("Arn"), ELSEWHERE)
        return
    _report_share(draft, rule, name)
    draft.forwarded.append(ForwardedEvents(rule, bus, name))
    _note_sender(draft, rule, target, name)
    add_name(draft.event_buses[bus], "targets", name)
    for key in ("DeadLetterConfig", "RetryPolicy"):
        if key in target:
            draft.not_simulated(rule, f"Targets.{key}", target[key], ALWAYS)


def _report_share(draft: Draft, rule: Resource, target: str = "") -> None:
    """How many events a rule lets through to its functions, or to a queue or topic."""
    if rule.get("EventPattern"):
        draft.share_unknown(rule, "EventPattern", target)


def _bus(
    draft: Draft, rule: Resource, targets: list[dict[str, Any]]
) -> str | None:
    """The bus of the rule.

    Of the default bus it is only what the rule lets through, unless something here sends to it.
    """
    written = rule.get("EventBusName")
    if written and draft.check_known(rule, "EventBusName", written):
        is_default = written == "default" or str(written).endswith("/default")
        if not is_default:
            return resource_named(
                draft, rule, "EventBusName", written, "event_buses"
            )
    for bucket in draft.groups["buckets"]:
        of_bucket = own_bus(bucket)
        is_there = of_bucket in draft.event_buses
        if is_there and takes_events_of(draft, rule, bucket):
            return of_bucket
    if "default" in draft.event_buses:
        return "default"
    if not any(forwarded_to(draft, target.get("Arn")) for target in targets):
        return None
    return draft.add_own_bus(rule.name, rule)
