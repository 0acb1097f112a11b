"""What a rule of advice finds: a resource, and in numbers what is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario


class Finding(NamedTuple):
    """A resource that breaks a rule, and in numbers what is meant."""

    resource: str
    detail: str


Findings = Iterator[Finding]


def mappings(
    scenario: Scenario, *kinds: str
) -> Iterator[tuple[EventSourceMapping, Function]]:
    """The mappings of these kinds that are switched on, each with its function."""
    for trigger in scenario.triggers:
        if not isinstance(trigger, EventSourceMapping):
            continue
        if trigger.kind in kinds and trigger.enabled:
            yield trigger, scenario.function(trigger.function)


def invokers(scenario: Scenario) -> dict[str, str]:
    """By route: the trigger, or the functions that have this one as a destination or send to it."""
    senders: dict[str, list[str]] = {}
    for function in scenario.functions:
        for target in dict.fromkeys(function.targets):
            senders.setdefault(target, []).append(function.name)
    names = {
        route.name: ", ".join(senders.get(route.name, ()))
        for route in scenario.routes
    }
    return names | {trigger.name: trigger.name for trigger in scenario.triggers}


def invoked_by(invokers: dict[str, list[str]]) -> Findings:
    """A finding for each function, which names what invokes it."""
    for name, triggers in invokers.items():
        yield Finding(name, f"invoked by {', '.join(triggers)}")
