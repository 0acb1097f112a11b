"""The scenario while it is being read: fields by group and name, and the report's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from sim.scenario.alarms import Alarm
from sim.scenario.function import Function
from sim.scenario.resources import Bucket, EventBus, Queue, Topic
from sim.scenario.settings import Named
from sim.scenario.state_machine import StateMachine
from sim.scenario.streams import (
    Broker,
    DocumentDBCluster,
    KafkaTopic,
    Stream,
    Table,
)
from sim.scenario.subscriber import CustomEventBus
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.property_tables import reference_page
from sim.template.cloudformation.template import Resource, Template
from sim.template.read.draft_entries import (
    ForwardedEvents,
    ScheduledEvents,
    Sender,
    TemplateFinding,
    TriggerDraft,
)
from sim.template.read.report import Report

GROUPS: dict[str, Callable[..., Named]] = {
    "functions": Function,
    "queues": Queue,
    "topics": Topic,
    "buckets": Bucket,
    "event_buses": EventBus,
    "custom_event_buses": CustomEventBus,
    "state_machines": StateMachine,
    "streams": Stream,
    "tables": Table,
    "kafka_topics": KafkaTopic,
    "brokers": Broker,
    "document_db_clusters": DocumentDBCluster,
    "alarms": Alarm,
}
"""The groups of a scenario's resources, and what each of them is made of."""

Fields = dict[str, Any]
"""The fields of one resource or trigger, by name."""


def own_bus(name: str) -> str:
    """What the bus is called that only a bucket's or a rule's events come to."""
    return f"default-{name}"  # AWS takes no slash in the name of a bus


def add_name(fields: Fields, field: str, name: str) -> None:
    """Add a name to those of a field, once."""
    names = (*fields.get(field, ()), name)
    fields[field] = tuple(dict.fromkeys(names))


class Draft:
    """Collects fields by group and name, with a report row for each.

    `resources` holds the template's resource behind each name; `outside` the names of those that
    the template only names; `used` the resources that need no further row; `configured` the
    functions with settings for asynchronous events; `switched_off` those that a service would
    invoke, with its name, if that were not disabled; `invoked_otherwise` those that something
    invokes in a way that is not simulated; `missing` the places that need a parameter;
    `authorizers` their triggers, by an API's name and what they are called there;
    `asked_authorizers` those before something else than a function; `parts` what adds settings to a
    function; `bodies` the OpenAPI documents of APIs that lie in files; `deploying` the functions
    that run only while the stack is deployed; `senders` what needs the policy of a queue
    or topic; `findings` what advice is given on.
    """

    def __init__(self, template: Template) -> None:
        self.template = template
        self.report = Report()
        self.groups: dict[str, dict[str, Fields]] = {
            group: {} for group in GROUPS
        }
        self.resources: dict[str, Resource] = {}
        self.triggers: list[TriggerDraft] = []
        self.forwarded: list[ForwardedEvents] = []
        self.scheduled: list[ScheduledEvents] = []
        self.outside: set[str] = set()
        self.used: set[str] = set()
        self.configured: set[str] = set()
        self.invoked_otherwise: set[str] = set()
        self.switched_off: set[tuple[str, str]] = set()
        self.missing: dict[str, list[str]] = {}
        self.authorizers: dict[tuple[str, str], str] = {}
        self.asked_authorizers: set[str | None] = set()
        self.bodies: dict[str, Any] = {}
        self.parts: dict[str, list[Resource]] = {}
        self.deploying: set[str] = set()
        self.senders: list[Sender] = []
        self.findings: dict[TemplateFinding, None] = {}

    @property
    def functions(self) -> dict[str, Fields]:
        """The fields of each function."""
        return self.groups["functions"]

    @property
    def event_buses(self) -> dict[str, Fields]:
        """The fields of each event bus."""
        return self.groups["event_buses"]

    def add_resource(self, group: str, resource: Resource) -> None:
        """Add a resource of the scenario; its fields are read when all have their names."""
        self.groups[group][resource.name] = {"name": resource.name}
        self.resources[resource.name] = resource

    def add_own_bus(self, name: str, resource: Resource) -> str:
        """Add a bus of their own for the events that one sender gives the default bus: its name."""
        bus = own_bus(name)
        self.event_buses.setdefault(bus, {"name": bus})
        self.resources[bus] = resource
        return bus

    def add_trigger(
        self,
        kind: str,
        resource: Resource,
        function: str,
        suffix: str = "",
        *,
        source: str | None = None,
        schedule: Mapping[str, Any] | None = None,
        fields: Mapping[str, Any] | None = None,
        name: str = "",
    ) -> None:
        """Add a trigger under the resource's name or one of its own, once.

        If the resource makes several, each has its suffix or its function too.
        """
        self.used.add(resource.name)
        joined = {"kind": kind, "function": function, "source": source}
        settings = {**joined, **(fields or {})}
        trigger = TriggerDraft(
            resource, suffix or function, settings, schedule, name
        )
        if trigger not in self.triggers:
            self.triggers.append(trigger)

    def add_finding(self, rule: str, resource: str, detail: str) -> None:
        """Note once that a resource breaks a rule of advice."""
        self.findings[TemplateFinding(rule, resource, detail)] = None

    def check_known(self, resource: Resource, path: str, value: Any) -> bool:
        """Whether a value is known; parameters without values on which it depends are asked for."""
        parameters = list(placeholders.parameters_in(value))
        called = self.template.lines.property(resource.name, path)
        place = f"{resource.place(path)} {called}".strip()
        for parameter in parameters:
            self.missing.setdefault(parameter, []).append(place)
        return not parameters

    def report_read(
        self,
        resource: Resource,
        path: str,
        value: Any,
        resource_type: str | None = None,
    ) -> None:
        """Report something that was read."""
        self.report.add(
            "read",
            resource.name,
            path,
            value,
            line=resource.line(path),
            source=reference_page(resource_type or resource.type),
        )

    def not_simulated(
        self, resource: Resource, path: str, value: Any, why: str
    ) -> None:
        """Report something of the template that the simulator does not do."""
        self.used.add(resource.name)
        self.report.add(
            "not supported",
            resource.name,
            path,
            value,
            line=resource.line(path),
            note=why,
            source=reference_page(resource.type),
        )

    def not_in_template(
        self, resource: Resource, path: str, value: Any
    ) -> None:
        """Report something that belongs to a function of another template."""
        why = "Its function is not in this template."
        self.not_simulated(resource, path, value, why)

    def share_unknown(
        self, resource: Resource, path: str, function: str = ""
    ) -> None:
        """What a filter lets through, nobody can know before the events are there.

        `function`: which of the resource's triggers it is, if there are several. A state machine
        has ways from its start instead.
        """
        owner = function or resource.name
        share, of = "triggers.NAME.matching_share", f"the trigger of {owner}"
        if owner in self.groups["state_machines"]:
            share = f"state_machines.{owner}.transitions.0.share"
            of = f"the way from the start of {owner}"
        self.report.add(
            "unknown",
            resource.name,
            f"{path} (share of events that match)",
            1,
            line=resource.line(path),
            argument=f'scenario.with_setting("{share}", ...) for {of}',
            note="How many events match depends on the events; here all do.",
        )


def unused(name: str, taken: Mapping[str, Any]) -> str:
    """The name, with a number behind it if it is taken."""
    if name not in taken:
        return name
    for number in count(2):
        if f"{name}-{number}" not in taken:
            break
    return f"{name}-{number}"
