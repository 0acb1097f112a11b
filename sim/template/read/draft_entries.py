"""What a draft holds besides the fields of resources: triggers, events that are sent, findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.template.cloudformation.template import Resource


class TriggerDraft(NamedTuple):
    """A trigger before it has its name.

    `resource` makes it, `suffix` tells it from other triggers of the same resource, and `schedule`
    is the traffic that comes by itself; `name`, if it has one of its own.
    """

    resource: Resource
    suffix: str
    fields: dict[str, Any]
    schedule: Mapping[str, Any] | None
    name: str = ""


class ForwardedEvents(NamedTuple):
    """A rule that sends the events of a bus to a queue or topic."""

    rule: Resource
    bus: str
    target: str


class ScheduledEvents(NamedTuple):
    """A schedule that sends to a queue, topic or state machine; `fields` is its traffic."""

    resource: Resource
    target: str
    fields: dict[str, Any]


class Sender(NamedTuple):
    """A resource by which a service sends to a queue or topic: their names, and the service's."""

    resource: str
    service: str
    target: str


class TemplateFinding(NamedTuple):
    """What breaks a rule of advice that only the template shows, and in words what is meant."""

    rule: str
    resource: str
    detail: str
