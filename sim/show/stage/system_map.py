"""The map of a system: its traffic, sources, functions and stores, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.resources import Queue, Redrive
from sim.scenario.scenario import Scenario
from sim.scenario.state_machine import StateMachine
from sim.scenario.subscriber import Subscriber
from sim.scenario.system import System
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)
from sim.show.stage.lane_words import service

FAILURE_STORE = "failure store"
DESTINATION = "destination"
SOURCE = "source"
FUNCTION = "function"
DEPENDENCY = "dependency"
MOVES_BACK = "moves back"


class Node(NamedTuple):
    """A place of the map; `kind` is what AWS calls it."""

    name: str
    kind: str
    role: str


class Edge(NamedTuple):
    """A way from one place to another, by their names."""

    begin: str
    end: str
    label: str


@dataclass(frozen=True)
class SystemMap:
    """Places and ways, each once; in the order in which the scenario names them."""

    nodes: list[Node]
    edges: list[Edge]

    @property
    def stores(self) -> list[str]:
        """The places that keep what they are sent, because no function takes it from there."""
        taken = {edge.begin for edge in self.edges if edge.label != MOVES_BACK}
        kept = (FAILURE_STORE, DESTINATION, "queue")
        return [
            node.name
            for node in self.nodes
            if node.role in kept and node.name not in taken
        ]


RESOURCES = (
    ("queues", "SQS queue", "queue"),
    ("topics", "SNS topic", "topic"),
    ("buckets", "S3 bucket", SOURCE),
    ("event_buses", "EventBridge event bus", "topic"),
    ("custom_event_buses", "EventBridge Custom Event Bus", "topic"),
    ("state_machines", "Step Functions state machine", "topic"),
    ("streams", "Kinesis data stream", "stream"),
    ("tables", "DynamoDB table", "table"),
    ("kafka_topics", "Kafka topic", "stream"),
    ("brokers", "Amazon MQ broker", "queue"),
    ("document_db_clusters", "DocumentDB cluster", "table"),
    ("functions", "Lambda function", FUNCTION),
    ("dependencies", "dependency", DEPENDENCY),
)
"""The fields of a scenario whose resources are places, with their kinds and roles."""


def system_map(scenario: Scenario) -> SystemMap:
    """The map of a scenario, with all ways that there are at any time.

    A resource that no event comes to and goes from is left out.
    """
    systems: list[System] = [scenario, *scenario.later_systems]
    ways: dict[tuple[str, str], Edge] = {}
    for system in systems:
        for edge in _edges(system):
            ways.setdefault((edge.begin, edge.end), edge)
    edges = list(ways.values())
    known = {node.name: node for node in _nodes(scenario)}
    roles = dict(_roles_of_stores(edges))
    used = dict.fromkeys(name for edge in edges for name in edge[:2])
    nodes = [known.get(name, Node(name, "store", DESTINATION)) for name in used]
    return SystemMap(
        [node._replace(role=roles.get(node.name, node.role)) for node in nodes],
        edges,
    )


def _nodes(scenario: Scenario) -> Iterator[Node]:
    """Every place that a scenario names; what comes later stands for an earlier of its name."""
    for trigger in scenario.routes:
        row = trigger_kind(trigger.kind)
        yield Node(trigger.name, service(row), SOURCE)
        for name in _dependencies(scenario):
            yield Node(name, "dependency", DEPENDENCY)
    for name in senders(scenario).values():
        yield Node(name, "traffic", SOURCE)
    for group, kind, role in RESOURCES:
        for resource in getattr(scenario, group):
            yield Node(resource.name, kind, role)


def senders(scenario: System) -> dict[str, str]:
    """By the name of traffic: that of the place it comes from, which may not be another's."""
    taken = set(scenario.resource_names)
    names = [traffic.name for traffic in scenario.traffic]
    return {
        name: f"{name} (traffic)" if name in taken else name for name in names
    }


def _dependencies(system: System) -> Iterator[str]:
    for function in system.functions:
        yield from function.behaviour.depends_on


def _edges(system: System) -> Iterator[Edge]:
    """All ways of a system, in the order in which events take them."""
    names = senders(system)
    for traffic in system.traffic:
        yield Edge(names[traffic.name], traffic.into, "sends")
    yield from _edges_of_sources(system)
    for trigger in system.routes:
        if trigger.entry != trigger.function:
            yield Edge(trigger.entry, trigger.function, _label(trigger))
    for function in system.functions:
        for output in function.behaviour.sends:
            yield Edge(function.name, output.to, "sends")
        for name in function.behaviour.depends_on:
            yield Edge(function.name, name, "calls")
    yield from _edges_to_stores(system)


def _edges_of_sources(system: System) -> Iterator[Edge]:
    """The ways on which sources send on what comes to them, and services ask functions first."""
    for bucket in system.buckets:
        for target in bucket.targets:
            yield Edge(bucket.name, target, "notification")
    for bus in system.event_buses:
        yield from (Edge(bus.name, target, "rule") for target in bus.targets)
    for topic in system.topics:
        yield from (
            Edge(topic.name, name, "subscription") for name in topic.queues
        )
    for machine in system.state_machines:
        yield from _edges_of_machine(machine)
    for trigger in system.routes:
        if isinstance(trigger, SynchronousTrigger):
            first = trigger.authorizer or trigger.enrichment
            if first is not None:
                yield Edge(trigger.entry, first, "calls first")


def _edges_of_machine(machine: StateMachine) -> Iterator[Edge]:
    """The ways from the start of an execution, and from task to task."""
    for task in machine.targets:
        yield Edge(machine.name, task, "starts")
    for task in machine.tasks:
        for following in machine.following(task):
            yield Edge(task, following, "next")
        for following in machine.catching(task):
            yield Edge(task, following, "catch")


def _label(trigger: Trigger) -> str:
    """How the function gets its events."""
    if isinstance(trigger, EventSourceMapping):
        return "polled"
    if isinstance(trigger, SynchronousTrigger):
        return "waits"
    return "invokes"


STORE_LABELS = ("on failure", "dead letters", "redrive policy")


def _edges_to_stores(system: System) -> Iterator[Edge]:
    for function in system.functions:
        yield from _edges_of_function(function)
    for queue in system.queues:
        yield from _edges_of_queue(queue, system.redrives)
    for trigger in system.triggers:
        yield from _edges_of_failures(trigger)


def _edges_of_function(function: Function) -> Iterator[Edge]:
    """Where Lambda sends records of asynchronous events and what it has given up."""
    config = function.event_invoke_config.destination_config
    if config.on_success is not None:
        yield Edge(function.name, config.on_success, "on success")
    if config.on_failure is not None:
        yield Edge(function.name, config.on_failure, "on failure")
    if function.dead_letter_config is not None:
        target = function.dead_letter_config.target_arn
        yield Edge(function.name, target, "dead letters")


def _edges_of_queue(
    queue: Queue, redrives: Iterable[Redrive]
) -> Iterator[Edge]:
    """To the dead-letter queue, and back from it."""
    if queue.redrive_policy is None:
        return
    letters = queue.redrive_policy.dead_letter_target_arn
    yield Edge(queue.name, letters, "redrive policy")
    if any(redrive.queue == letters for redrive in redrives):
        yield Edge(letters, queue.name, MOVES_BACK)


def _edges_of_failures(trigger: Trigger) -> Iterator[Edge]:
    """Where a trigger itself keeps what its function never handled."""
    if isinstance(trigger, EventSourceMapping):
        if trigger.on_failure is not None:
            yield Edge(trigger.function, trigger.on_failure, "on failure")
    elif isinstance(trigger, Subscriber):
        if trigger.on_failure is not None:
            yield Edge(trigger.entry, trigger.on_failure, "on failure")
    elif isinstance(trigger, AsynchronousTrigger):
        if trigger.dead_letter_config is not None:
            target = trigger.dead_letter_config.target_arn
            yield Edge(trigger.entry, target, "dead letters")
    elif trigger.failure_store is not None:
        yield Edge(trigger.name, trigger.failure_store, "on failure")


def _roles_of_stores(edges: Iterable[Edge]) -> Iterator[tuple[str, str]]:
    """What is kept in queues and topics that nobody else sends to."""
    into: dict[str, set[str]] = {}
    for edge in edges:
        into.setdefault(edge.end, set()).add(edge.label)
    for name, labels in into.items():
        if labels <= set(STORE_LABELS):
            yield name, FAILURE_STORE
        elif labels == {"on success"}:
            yield name, DESTINATION
