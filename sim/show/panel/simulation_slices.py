"""A simulation in slices, so that something newer can take over between two of them."""

from __future__ import annotations

from collections.abc import Generator

from sim.engine.simulate import Simulation
from sim.facts import fact
from sim.results.run import Run
from sim.scenario.scenario import Scenario
from sim.trace import MICROSECONDS

SLICES = 8
DRAINED_AT_ONCE = 600 * MICROSECONDS
"""How much time after the scenario's own is simulated in one slice."""


def simulate_in_slices(
    scenario: Scenario, seed: int
) -> Generator[None, None, Run]:
    """A run as `simulate` makes it; it stops after each slice, and returns the run."""
    simulation = Simulation(scenario, seed)
    end = round(scenario.seconds * MICROSECONDS)
    for part in range(1, SLICES + 1):
        simulation.advance(end * part // SLICES)
        yield
    last = end + fact("Scenario.drain_seconds").value * MICROSECONDS
    while not simulation.is_quiet() and end < last:
        end = min(end + DRAINED_AT_ONCE, last)
        simulation.drain(end)
        yield
    return simulation.finish()
