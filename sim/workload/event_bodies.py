"""The bodies of events: of their traffic, of what a handler sends, or of the event behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sim.scenario.arrivals import Recorded
from sim.scenario.bodies import KINDS, read_body
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic
from sim.trace import OUTPUT, Child, Trace
from sim.workload import draws
from sim.workload.drawn_bodies import BodyTemplate
from sim.workload.workload import Workload


class EventContent(NamedTuple):
    """What a filter sees of an event, and of its traffic; `has_body`: not only its form is known.

    `form` is JSON or plain text.
    """

    form: str
    has_body: bool
    body: Any
    attributes: dict[str, Any] | None


class EventBodies:
    """The contents of all events of one simulation, made when a filter asks.

    An event that another one caused has that one's content, as it has its key, unless the handler
    gives it a body.
    """

    def __init__(
        self, scenario: Scenario, seed: int, workload: Workload, trace: Trace
    ) -> None:
        self.children = trace.children
        self.traffic = workload.traffic
        self.n = workload.n
        by_name = {one.name: one for one in scenario.traffic}
        self.senders = [
            TrafficContent(by_name[name], seed) for name in workload.names
        ]
        self.outputs = dict(_output_bodies(scenario, seed))
        self.triggers = scenario.routes
        self.trigger = trace.deliveries.trigger

    def content(self, event: int) -> EventContent:
        """What a filter sees of an event."""
        child = self.cause(event)
        if child is None:
            return self.sender(event).of(int(self.n[event]))
        content = self.content(child.parent)
        function = self.triggers[self.trigger[child.delivery]].function
        template = self.outputs.get((function, child.edge))
        if template is None:
            return content
        body = template.body(child.identity, self.number(event))
        return content._replace(form=form_of(body), has_body=True, body=body)

    def sender(self, event: int) -> TrafficContent:
        """The traffic of an event from outside."""
        return self.senders[int(self.traffic[event])]

    def entry(self, event: int) -> str:
        """Where an event entered: the source or trigger that it was sent to."""
        child = self.cause(event)
        if child is not None:
            return child.target
        return self.sender(event).into

    def number(self, event: int) -> int:
        """The number, within its traffic, of the event from outside behind an event."""
        return int(self.n[self.root(event)])

    def root(self, event: int) -> int:
        """The event from outside behind an event, or itself if it is one."""
        child = self.cause(event)
        while child is not None:
            event = child.parent
            child = self.cause(event)
        return event

    def cause(self, event: int) -> Child | None:
        """How another event caused this one; None: it came from outside."""
        number = event - len(self.traffic)
        return self.children[number] if number >= 0 else None


class TrafficContent:
    """The contents of one traffic's events."""

    def __init__(self, traffic: Traffic, seed: int) -> None:
        self.name = traffic.name
        self.into = traffic.into
        self.form = traffic.body if traffic.body in KINDS else "JSON"
        arrivals = traffic.arrivals
        self.recorded: tuple[str | None, ...] | None = None
        if isinstance(arrivals, Recorded):
            self.recorded = arrivals.bodies
        self.body: BodyTemplate | None = None
        if traffic.body not in KINDS:
            self.body = BodyTemplate.of(traffic.body, seed, self.name)
        self.attributes: BodyTemplate | None = None
        if traffic.message_attributes is not None:
            purpose = f"{self.name} attributes"
            self.attributes = BodyTemplate.of(
                traffic.message_attributes, seed, purpose
            )

    def of(self, n: int) -> EventContent:
        """The content of the traffic's event number `n`; duplicates of it have the same."""
        identity = draws.identity(self.name, n)
        attributes = None
        if self.attributes is not None:
            attributes = self.attributes.body(identity, n)
        recorded = self.recorded[n] if self.recorded is not None else None
        if recorded is not None:
            body = read_body(recorded)
        elif self.body is not None:
            body = self.body.body(identity, n)
        else:
            return EventContent(self.form, False, None, attributes)
        return EventContent(form_of(body), True, body, attributes)


def form_of(body: Any) -> str:
    """A body that is a text is plain text; anything else is JSON."""
    return "plain text" if isinstance(body, str) else "JSON"


def _output_bodies(
    scenario: Scenario, seed: int
) -> Iterator[tuple[tuple[str, str], BodyTemplate]]:
    """The bodies that handlers give to what they send, by function and edge."""
    deployed = [scenario.deployed(one) for one in scenario.deployments]
    functions: list[Function] = [*scenario.functions, *deployed]
    for function in functions:
        for output in function.behaviour.sends:
            if output.body is not None:
                purpose = f"{function.name} {output.to}"
                template = BodyTemplate.of(output.body, seed, purpose)
                yield (function.name, f"{OUTPUT} {output.to}"), template
