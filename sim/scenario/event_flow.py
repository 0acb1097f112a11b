"""Where events go in a system: what causes what, and whose events come to a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.resources import Topic
from sim.scenario.scenario import Scenario
from sim.scenario.subscriber import Subscriber
from sim.scenario.system import System
from sim.scenario.traffic import Traffic
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)


def targets_of(system: System, trigger: Trigger) -> Iterator[str]:
    """Where the trigger's function, its failure stores and its queue send events, by name."""
    yield from system.function(trigger.function).targets
    if isinstance(trigger, AsynchronousTrigger):
        letters = trigger.dead_letter_config
        if letters is not None:
            yield letters.target_arn
        if trigger.error_action is not None:
            yield trigger.error_action
    if isinstance(trigger, SynchronousTrigger):
        first = (trigger.authorizer, trigger.enrichment)
        yield from (name for name in first if name is not None)
    yield from _next_tasks(system, trigger)
    if isinstance(trigger, Subscriber) and trigger.on_failure is not None:
        yield trigger.on_failure
    if isinstance(trigger, EventSourceMapping):
        for queue in system.queues:
            if (
                queue.name == trigger.source
                and queue.redrive_policy is not None
            ):
                yield queue.redrive_policy.dead_letter_target_arn
        if trigger.on_failure is not None:
            yield trigger.on_failure


def _next_tasks(system: System, trigger: Trigger) -> tuple[str, ...]:
    """The tasks that may follow one of a state machine."""
    machine = system.machine_of_task.get(trigger.name)
    if machine is None:
        return ()
    return machine.following(trigger.name) + machine.catching(trigger.name)


def way(system: System, entry: str, place: str) -> tuple[str, ...]:
    """The places that an event passes from where it enters to a place, both too; empty: no way."""
    if entry == place:
        return (place,)
    for source in system.forwarding:
        if source.name == entry:
            following = (
                source.queues if isinstance(source, Topic) else source.targets
            )
            for rest in (way(system, name, place) for name in following):
                if rest:
                    return (entry, *rest)
    return ()


def senders(scenario: Scenario) -> dict[str, list[Traffic]]:
    """By the name of a place: the traffic whose events may come there, by whatever way.

    Straight, through topics and buses, or as what functions and their failure stores send on; with
    all versions of functions, and all settings that the scenario will have.
    """
    found: dict[str, list[Traffic]] = {}
    following = _following(scenario)
    for traffic in scenario.traffic:
        for place in _reached([traffic.into], following):
            found.setdefault(place, []).append(traffic)
    return found


def _following(scenario: Scenario) -> dict[str, set[str]]:
    """By the name of a place: where events may go from there, at any time."""
    following: dict[str, set[str]] = {}
    for system in (scenario, *scenario.later_systems):
        for source in system.forwarding:
            consumers = system.consumers(source.name)
            entries = {trigger.entry for trigger in consumers}
            following.setdefault(source.name, set()).update(entries)
        for trigger in system.routes:
            causes = following.setdefault(trigger.entry, set())
            causes.update(targets_of(system, trigger))
            for version in scenario.versions:
                if version.function.name == trigger.function:
                    causes.update(version.function.targets)
    return following


def _reached(places: Iterable[str], following: dict[str, set[str]]) -> set[str]:
    """These places, and all that events from there may reach."""
    reached: set[str] = set()
    ahead = list(places)
    while ahead:
        place = ahead.pop()
        if place not in reached:
            reached.add(place)
            ahead += following.get(place, ())
    return reached
