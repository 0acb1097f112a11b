"""What can be looked up in the fields of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import TypeVar

from sim.scenario.arguments import checked
from sim.scenario.changes import Deployment
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.pipe import Pipe
from sim.scenario.resources import Bucket, EventBus, Queue, Topic
from sim.scenario.settings import LATEST, Named
from sim.scenario.source_kinds import QUEUES
from sim.scenario.state_machine import StateMachine
from sim.scenario.streams import Stream
from sim.scenario.subscriber import Subscriber
from sim.scenario.system_fields import SystemFields
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)

_Resource = TypeVar("_Resource", bound=Named)


class System(SystemFields):
    """A serverless system and what happens to it: fields, and what can be looked up in them."""

    @cached_property
    def functions_by_name(self) -> dict[str, Function]:
        """Each function under its name."""
        return _named(self.functions)

    def function(self, name: str) -> Function:
        """The function of this name; raises `ScenarioError`."""
        return _found(self.functions_by_name, name, "function")

    @cached_property
    def queues_by_name(self) -> dict[str, Queue]:
        """Each queue under its name."""
        return _named(self.queues)

    def queue(self, name: str) -> Queue:
        """The queue of this name; raises `ScenarioError`."""
        return _found(self.queues_by_name, name, "queue")

    def stream(self, name: str) -> Stream:
        """The Kinesis stream of this name; raises `ScenarioError`."""
        return _found(_named(self.streams), name, "stream")

    @checked
    def deployed(self, deployment: Deployment) -> Function:
        """The function as a deployment leaves it."""
        function = self.function(deployment.function)
        if deployment.behaviour is None:
            return function
        return function.replace(behaviour=deployment.behaviour)

    def consumers(self, entry: str) -> list[Trigger]:
        """The triggers that an event entering at `entry` reaches, in the order of their names."""
        entries = {entry}
        for forwarded in self._forwarded:
            for name in tuple(entries):
                entries.update(forwarded.get(name, ()))
        found = [self._routes_by_entry.get(name, ()) for name in entries]
        return sorted(chain(*found), key=lambda trigger: trigger.name)

    @cached_property
    def _forwarded(self) -> tuple[dict[str, tuple[str, ...]], ...]:
        """Where buckets, buses, topics and state machines send what comes to them, by name."""
        buckets = {bucket.name: bucket.targets for bucket in self.buckets}
        buses = {bus.name: bus.targets for bus in self.event_buses}
        topics = {topic.name: topic.queues for topic in self.topics}
        machines = {one.name: one.targets for one in self.state_machines}
        return (buckets, buses, topics, machines)

    @cached_property
    def _routes_by_entry(self) -> dict[str, list[Trigger]]:
        """The routes that begin at each place, in the order of their names."""
        found: dict[str, list[Trigger]] = {}
        for route in self.routes:
            found.setdefault(route.entry, []).append(route)
        return found

    @property
    def forwarding(
        self,
    ) -> tuple[Topic | EventBus | Bucket | StateMachine, ...]:
        """The sources that send what comes to them on to others."""
        return (
            *self.topics,
            *self.event_buses,
            *self.buckets,
            *self.state_machines,
        )

    def recipients(self, entry: str) -> list[Trigger]:
        """The consumers that get an event of their own: of a queue's mappings one, for all of them.

        It stands for the others until a message is received: the first that is enabled.
        """
        consumers = self.consumers(entry)
        found: dict[str, Trigger] = {}
        for one in sorted(consumers, key=_is_disabled):
            is_polled = isinstance(one, EventSourceMapping)
            is_of_queue = is_polled and one.kind in QUEUES
            found.setdefault(one.entry if is_of_queue else one.name, one)
        return [one for one in consumers if one in found.values()]

    @cached_property
    def called(self) -> dict[str, SynchronousTrigger]:
        """The triggers that a function calls and waits for when it sends there, by name."""
        return {
            trigger.name: trigger
            for trigger in self.triggers
            if isinstance(trigger, SynchronousTrigger) and trigger.is_waited_for
        }

    @cached_property
    def machine_of_task(self) -> dict[str, StateMachine]:
        """The state machine that each of its tasks belongs to, by the name of the trigger."""
        return {
            task: machine
            for machine in self.state_machines
            for task in machine.tasks
        }

    @cached_property
    def error_actions(self) -> set[str]:
        """Where rules of IoT send what their actions could not hand over, by name."""
        rules = [t for t in self.triggers if isinstance(t, AsynchronousTrigger)]
        return {rule.error_action for rule in rules if rule.error_action}

    @cached_property
    def called_first(self) -> set[str]:
        """The triggers that another one's service calls before it: authorizers, enrichments."""
        calling = [
            t for t in self.triggers if isinstance(t, SynchronousTrigger)
        ]
        names = {name for t in calling for name in (t.authorizer, t.enrichment)}
        names |= {pipe.enrichment for pipe in self.pipes.values()}
        return {name for name in names if name is not None}

    def invoked(self, trigger: Trigger) -> str:
        """What a trigger invokes: its function, or `NAME:$LATEST` beside the function's alias."""
        alias = self.function(trigger.function).auto_publish_alias
        if trigger.qualifier == LATEST and alias is not None:
            return f"{trigger.function}:{LATEST}"
        return trigger.function

    @cached_property
    def mappings(self) -> list[EventSourceMapping]:
        """The triggers by which Lambda polls a source."""
        return [t for t in self.triggers if isinstance(t, EventSourceMapping)]

    @cached_property
    def pipes(self) -> dict[str, Pipe]:
        """What each pipe that polls its source does with its batches, by name."""
        return {one.name: one.pipe for one in self.mappings if one.pipe}

    @cached_property
    def handed_over_to(self) -> set[str]:
        """The functions whose event queues get batches of pipes that do not wait, by name."""
        return {
            one.function
            for one in self.mappings
            if one.pipe is not None and not one.pipe.waits
        }

    @cached_property
    def subscribers(self) -> list[Subscriber]:
        """The triggers by which a Custom Event Bus delivers its events."""
        return [t for t in self.triggers if isinstance(t, Subscriber)]

    def pollers_of(self, source: str) -> int:
        """How many mappings poll the shards of a stream or table, without enhanced fan-out."""
        return sum(
            mapping.enabled and mapping.kind in ("kinesis", "ddb_streams")
            for mapping in self.mappings
            if mapping.source == source
        )

    @cached_property
    def routes(self) -> list[Trigger]:
        """Every trigger in the order of names, with those that need not be written down.

        These are one for each function that another one sends events to.
        """
        written = {trigger.name for trigger in self.triggers}
        implied = [
            AsynchronousTrigger(name=name, kind="invoke_event", function=name)
            for name in (
                self.targets | self.error_actions | self.handed_over_to
            )
            & self.functions_by_name.keys() - written
        ]
        return sorted(
            (*self.triggers, *implied), key=lambda trigger: trigger.name
        )

    @cached_property
    def targets(self) -> set[str]:
        """Everything that a function sends events to, by name."""
        return {
            target for function in self.functions for target in function.targets
        }

    @cached_property
    def resource_names(self) -> tuple[str, ...]:
        """Everything that has a name, in a fixed order: the numbers of `resource` in a trace."""
        groups = (
            self.functions,
            self.sources,
            self.triggers,
            self.dependencies,
        )
        return tuple(
            sorted({named.name for group in groups for named in group})
        )

    @property
    def sources(self) -> tuple[Named, ...]:
        """Every resource that events go to and come from, besides functions."""
        return (
            *self.queues,
            *self.topics,
            *self.buckets,
            *self.event_buses,
            *self.custom_event_buses,
            *self.state_machines,
            *self.streams,
            *self.tables,
            *self.kafka_topics,
            *self.brokers,
            *self.document_db_clusters,
        )

    @property
    def unreserved_concurrency(self) -> int:
        """What is left to functions without reserved concurrency."""
        reserved = [
            f.reserved_concurrent_executions or 0 for f in self.functions
        ]
        return self.account.concurrent_executions - sum(reserved)


def _is_disabled(trigger: Trigger) -> bool:
    return isinstance(trigger, EventSourceMapping) and not trigger.enabled


def _found(there: dict[str, _Resource], name: str, what: str) -> _Resource:
    try:
        return there[name]
    except (KeyError, TypeError):
        known = ", ".join(map(repr, there)) or "none"
        raise ScenarioError(
            f"There is no {what} {name!r}: this scenario has {known}."
        ) from None


def _named(resources: Iterable[_Resource]) -> dict[str, _Resource]:
    return {resource.name: resource for resource in resources}
