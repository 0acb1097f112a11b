"""What all parts of one simulation share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from sim.engine.clock import Clock
from sim.engine.outage_windows import OutageWindows
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.trace import MICROSECONDS, Trace
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
        """When a mapping does not poll: in outages, while not active yet, while not enabled."""
        outages = [
            one for one in self.scenario.outages if one.of == mapping.name
        ]
        return OutageWindows(outages, self.seed, self._switched_off(mapping))

    def _switched_off(
        self, mapping: EventSourceMapping
    ) -> Iterator[tuple[int, float]]:
        """From when to when the mapping is not active or enabled, in microseconds."""
        if mapping.active_after:
            yield 0, round(mapping.active_after * MICROSECONDS)
        begin: int | None = None if mapping.enabled else 0
        for at, system in self.scenario.steps:
            now = round(at * MICROSECONDS)
            enabled = {one.name: one.enabled for one in system.mappings}
            if begin is None and not enabled[mapping.name]:
                begin = now
            elif begin is not None and enabled[mapping.name]:
                yield begin, now
                begin = None
        if begin is not None:
            yield begin, inf

    def outages_of(self, *names: str) -> OutageWindows:
        """The outages of these resources or services."""
        outages = [
            outage for outage in self.scenario.outages if outage.of in names
        ]
        return OutageWindows(outages, self.seed)
