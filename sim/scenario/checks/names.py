"""Names: each thing has one of its own, and what is named is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sim import facts
from sim.scenario.changes import LAMBDA
from sim.scenario.settings import Named
from sim.scenario.source_kinds import API, QUEUES
from sim.scenario.system import System
from sim.scenario.triggers import AsynchronousTrigger


class Reference(NamedTuple):
    """Who names something, what kind of thing, by which name, and the names there are."""

    who: str
    what: str
    name: str | None
    known: set[str]


def problems(system: System) -> Iterator[str]:
    """Sentences on names that are given twice, or that nothing has."""
    yield from _repeated(system)
    yield from _mappings_twice(system)
    for reference in _references(system):
        yield from _unknown(reference)
    for reference in _references_of_changes(system):
        yield from _unknown(reference)
    yield from _half_outages_of_all(system)


def names_of(resources: Iterable[Named]) -> set[str]:
    """The names of these resources."""
    return {resource.name for resource in resources}


def twice(names: Iterable[str]) -> list[str]:
    """The names that come more than once, in their order."""
    counted = Counter(names)
    return [name for name, number in counted.items() if number > 1]


def _repeated(system: System) -> Iterator[str]:
    groups: dict[str, tuple[Named, ...]] = {
        "functions": system.functions,
        "triggers": system.triggers,
        "traffic": system.traffic,
        "dependencies": system.dependencies,
        "alarms": system.alarms,
        "queues, topics, streams or other sources": system.sources,
    }
    for what, group in groups.items():
        for name in twice(item.name for item in group):
            yield f"Scenario: two {what} are named {name!r}; give each a name of its own."


def _mappings_twice(system: System) -> Iterator[str]:
    joined = [
        (mapping.source, mapping.function, mapping.qualifier)
        for mapping in system.mappings
        if mapping.kind in QUEUES and mapping.pipe is None
    ]
    for queue, function, qualifier in dict.fromkeys(joined):
        if joined.count((queue, function, qualifier)) > 1:
            who = f"Scenario: two mappings join queue {queue!r} to function {function!r}"
            yield f"{who}; Lambda refuses the second, for such a mapping already exists ({API})."


def _unknown(reference: Reference) -> Iterator[str]:
    name = reference.name
    if name is None or name in reference.known:
        return
    there = ", ".join(sorted(reference.known)) or "none"
    named = f"{reference.who} {reference.what} {name!r}"
    yield f"{named}, which this scenario does not have; it has {there}."


def _references(system: System) -> Iterator[Reference]:
    yield from _of_triggers(system)
    yield from _of_topics_and_buses(system)
    yield from _of_traffic(system)
    yield from _of_each_function(system)
    yield from _of_queues(system)
    yield from _of_alarms(system)


def _of_triggers(system: System) -> Iterator[Reference]:
    functions = names_of(system.functions)
    queues = names_of(system.queues)
    stores = names_of((*system.queues, *system.topics, *system.buckets))
    stores |= names_of(system.kafka_topics)
    for trigger in system.triggers:
        who = f"Trigger {trigger.name!r}"
        yield Reference(
            f"{who} invokes", "function", trigger.function, functions
        )
        if isinstance(trigger, AsynchronousTrigger):
            config = trigger.dead_letter_config
            target = config.target_arn if config is not None else None
            yield Reference(f"{who} sends to", "queue", target, queues)
            known = functions | stores
            action = trigger.error_action
            yield Reference(
                f"{who} has the error action", "resource", action, known
            )
    for subscriber in system.subscribers:
        who = f"Trigger {subscriber.name!r} sends to"
        yield Reference(who, "queue", subscriber.on_failure, queues)
    for mapping in system.mappings:
        who = f"Trigger {mapping.name!r} sends to"
        yield Reference(
            who, "queue, topic or bucket", mapping.on_failure, stores
        )


def _of_topics_and_buses(system: System) -> Iterator[Reference]:
    queues = names_of(system.queues)
    for topic in system.topics:
        for queue in topic.queues:
            yield Reference(
                f"Topic {topic.name!r} publishes to", "queue", queue, queues
            )
    targets = queues | names_of(system.topics)
    of_buses = targets | names_of(system.state_machines)
    for bus in system.event_buses:
        for target in bus.targets:
            who = f"Event bus {bus.name!r} sends to"
            what = "queue, topic or state machine"
            yield Reference(who, what, target, of_buses)
    targets |= names_of(system.event_buses)
    for bucket in system.buckets:
        for target in bucket.targets:
            who = f"Bucket {bucket.name!r} notifies"
            yield Reference(who, "queue, topic or bus", target, targets)


def _of_traffic(system: System) -> Iterator[Reference]:
    entries = {trigger.entry for trigger in system.triggers}
    for source in system.forwarding:
        if system.consumers(source.name):
            entries.add(source.name)
    for traffic in system.traffic:
        who = f"Traffic {traffic.name!r} goes into"
        yield Reference(who, "source or trigger", traffic.into, entries)


def _of_each_function(system: System) -> Iterator[Reference]:
    resources = names_of((*system.functions, *system.sources))
    inputs = resources | {trigger.entry for trigger in system.triggers}
    stores = names_of((*system.queues, *system.topics))
    for function in system.functions:
        who = f"Function {function.name!r} sends to"
        for target in function.event_invoke_config.destination_config.targets:
            yield Reference(who, "resource", target, resources)
        for output in function.behaviour.sends:
            yield Reference(who, "resource or trigger", output.to, inputs)
        if function.dead_letter_config is not None:
            target = function.dead_letter_config.target_arn
            yield Reference(who, "queue or topic", target, stores)


def _of_queues(system: System) -> Iterator[Reference]:
    queues = names_of(system.queues)
    for queue in system.queues:
        if queue.redrive_policy is not None:
            who = f"Queue {queue.name!r} redrives to"
            target = queue.redrive_policy.dead_letter_target_arn
            yield Reference(who, "queue", target, queues)


def _of_alarms(system: System) -> Iterator[Reference]:
    watched: dict[str, tuple[str, Iterable[Named]]] = {
        "FunctionName": ("function", system.functions),
        "QueueName": ("queue", system.queues),
        "StreamName": ("stream", system.streams),
    }
    watched |= _front_doors(system)
    for alarm in system.alarms:
        if alarm.dimension:
            what, there = watched[alarm.dimension]
            who = f"Alarm {alarm.name!r} watches"
            yield Reference(who, what, alarm.resource, names_of(there))


def _front_doors(system: System) -> dict[str, tuple[str, Iterable[Named]]]:
    """By the dimension of their metrics: what APIs and load balancers are, and those there are."""
    found: dict[str, tuple[str, Iterable[Named]]] = {}
    for dimension, doors in facts.front_doors_by_dimension().items():
        kinds = {door.kind for door in doors}
        words = dict.fromkeys(door.word for door in doors)
        mine = [one for one in system.triggers if one.kind in kinds]
        found[dimension] = (" or ".join(words), mine)
    return found


def _references_of_changes(system: System) -> Iterator[Reference]:
    known = names_of(system.dependencies) | _down_as_a_whole(system)
    for function in system.functions:
        known.update(function.behaviour.depends_on)
    for outage in system.outages:
        yield Reference(
            "An outage is of", "dependency or mapping", outage.of, known
        )
    functions = names_of(system.functions)
    for deployment in system.deployments:
        who = "A deployment is of"
        yield Reference(who, "function", deployment.function, functions)


def _down_as_a_whole(system: System) -> set[str]:
    return {LAMBDA, *names_of(system.mappings)}


def _half_outages_of_all(system: System) -> Iterator[str]:
    for outage in system.outages:
        if outage.of in _down_as_a_whole(system) and outage.error_share < 1:
            share = f"an error_share of {outage.error_share}"
            yield f"An outage of {outage.of!r} has {share}; only a dependency's may."
