"""Settings that change while a simulation runs: each model reads anew what it is set to.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

from sim.engine.clock import END
from sim.engine.wiring import Wiring
from sim.scenario.behaviour import Behaviour
from sim.scenario.function import Function
from sim.scenario.resources import Queue
from sim.scenario.settings import Named
from sim.scenario.system import System
from sim.trace import MICROSECONDS

Resource = TypeVar("Resource", bound=Named)
Systems = tuple[System, System]
"""A system before and after a change."""


class SettingChanges:
    """Brings each change to the models of what it changes, before all else at its instant."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        scenario = wiring.scenario
        systems = pairwise([scenario, *scenario.later_systems])
        for (at, _), pair in zip(scenario.steps, systems, strict=True):
            when = round(at * MICROSECONDS)
            wiring.context.clock.after(when, self.change, pair, END)

    def change(self, systems: Systems) -> None:
        """Some settings change now."""
        before, after = systems
        for old, new in _changed(before.functions, after.functions):
            self.change_function(old, new)
        for _, queue in _changed(before.queues, after.queues):
            self.change_queue(queue)
        for _, mapping in _changed(before.mappings, after.mappings):
            if mapping.name in self.wiring.queue_mappings:
                self.wiring.queue_mappings[mapping.name].change(mapping)
        for _, subscriber in _changed(before.subscribers, after.subscribers):
            self.wiring.subscriptions.subscribers[subscriber.name].change(
                subscriber
            )
        self.wiring.streams.change(before, after)
        self.wiring.router.loops.watch(after)

    def change_queue(self, queue: Queue) -> None:
        """A queue, if a mapping polls it here, or if messages are moved back from it."""
        if queue.name in self.wiring.queue_models:
            self.wiring.queue_models[queue.name].change(queue)
        if queue.name in self.wiring.failure_stores:
            self.wiring.failure_stores[queue.name].change(queue)

    def change_function(self, old: Function, new: Function) -> None:
        """A function's concurrency and what its event queue does; its version is an alias's."""
        self.wiring.functions.change(old, new)
        for mapping in self.wiring.scenario.mappings:
            if mapping.function == new.name:
                self.handle_as(mapping.name, new.behaviour)
        for events in self.wiring.event_queues.get(new.name, ()):
            events.configure(new)

    def handle_as(self, mapping: str, behaviour: Behaviour) -> None:
        """What a mapping's function makes of its messages' visibility, from now on."""
        if mapping in self.wiring.queue_mappings:
            polled = self.wiring.queue_mappings[mapping]
            polled.settings.handle_as(behaviour)


def _changed(
    before: Iterable[Resource], after: Iterable[Resource]
) -> Iterator[tuple[Resource, Resource]]:
    """The resources that differ, as they were and as they are."""
    for old, new in zip(before, after, strict=True):
        if old != new:
            yield old, new
