"""What all parts of one simulation share."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.clock import Clock
from sim.engine.outage_windows import OutageWindows
from sim.scenario.changes import Outage
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.trace import Trace
from sim.workload.delivery_draws import DeliveryDraws
from sim.workload.workload import Workload


@dataclass(frozen=True, slots=True)
class SimulationContext:
    """A scenario, its seed and events, the clock, the trace that is written, the draws."""

    scenario: Scenario
    seed: int
    clock: Clock
    trace: Trace
    delivery_draws: DeliveryDraws
    workload: Workload

    def resource_number(self, name: str) -> int:
        """The number by which spans name a resource."""
        return self.scenario.resource_names.index(name)

    def pauses_of(self, mapping: EventSourceMapping) -> OutageWindows:
        """When a mapping does not poll: its outages, and the time before it is active."""
        outages = [
            outage
            for outage in self.scenario.outages
            if outage.of == mapping.name
        ]
        if mapping.active_after:
            seconds = mapping.active_after
            outages.append(Outage(of=mapping.name, at=0, seconds=seconds))
        return OutageWindows(outages, self.seed)

    def outages_of(self, *names: str) -> OutageWindows:
        """The outages of these resources or services."""
        outages = [
            outage for outage in self.scenario.outages if outage.of in names
        ]
        return OutageWindows(outages, self.seed)
