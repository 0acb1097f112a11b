"""The pipes of a scenario: what their pollers invoke, and the event queues that they fill."""

from __future__ import annotations

from collections.abc import Mapping

from sim.engine.context import SimulationContext
from sim.engine.function.invocation import BatchInvocable, Invocable
from sim.engine.pipe.execution import Pipe, Step
from sim.engine.pipe.steps import (
    Accept,
    Enrichment,
    EventQueueTarget,
    WaitingTarget,
)
from sim.engine.router import Router
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.pipe import PIPE
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import MICROSECONDS


class Pipes:
    """Builds what the pollers of pipes invoke.

    `fleets`: by what is invoked. `accepting`: what takes the batches of Lambda's own queue, by
    function, as soon as that is built.
    """

    def __init__(
        self,
        fleets: Mapping[str, Invocable],
        router: Router,
        context: SimulationContext,
    ) -> None:
        self.fleets = fleets
        self.router = router
        self.context = context
        self.scenario = context.scenario
        self.accepting: dict[str, Accept] = {}

    def fill_queue_of(self, trigger: AsynchronousTrigger) -> bool:
        """Whether a pipe hands batches over to Lambda's queue behind this trigger."""
        return trigger.name in self.scenario.handed_over_to

    def invoked_by(
        self, mapping: EventSourceMapping, fleet: Invocable
    ) -> BatchInvocable:
        """What the pollers of a mapping invoke: its function, or the steps of a pipe."""
        settings = mapping.pipe
        if settings is None:
            return fleet
        seconds = trigger_kind(PIPE).wait_limit_seconds or 0
        limit = seconds * MICROSECONDS
        enrichment = self.enrichment(settings.enrichment)
        target = self.target(mapping, fleet)
        return Pipe(
            mapping.name, fleet, enrichment, target, limit, self.context
        )

    def enrichment(self, name: str | None) -> Enrichment | None:
        """The function that a pipe calls first, by its trigger."""
        if name is None:
            return None
        trigger = self.scenario.called[name]
        fleet = self.fleets[self.scenario.invoked(trigger)]
        return Enrichment(trigger, fleet, self.router, self.context)

    def target(self, mapping: EventSourceMapping, fleet: Invocable) -> Step:
        """The function itself, or Lambda's own queue before it."""
        if mapping.pipe is None or mapping.pipe.waits:
            return WaitingTarget(fleet)
        return EventQueueTarget(
            mapping.function, self.accepting, self.router, self.context
        )
