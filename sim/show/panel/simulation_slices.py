"""Runs in slices, so that something newer can take over between two of them."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from time import perf_counter

from sim.engine.simulate import Simulation
from sim.facts import fact
from sim.results.run import Run
from sim.scenario.scenario import Scenario
from sim.trace import MICROSECONDS

PARTS = 64
"""In how many steps a scenario's own time is simulated, of a whole second at least."""
DRAINED_AT_ONCE = 600
"""How many seconds after the scenario's own are simulated in one step."""
BREATH = 0.008
"""After so many seconds of work something newer may take over."""
LONGEST = 2.0
"""After so many seconds of work the runs end at the last whole simulated second."""


class SlicedRuns:
    """Several runs side by side, each as `simulate` makes it.

    The clock on the wall only decides where they pause and where they are stopped. `stopped`: the
    second at which they were, None if all came to their own end.
    """

    def __init__(self, scenarios: Mapping[str, Scenario], seed: int) -> None:
        self.began = perf_counter()
        self.stopped: int | None = None
        self.simulations = {
            name: Simulation(scenario, seed)
            for name, scenario in scenarios.items()
        }
        self.longest = max(
            (one.seconds for one in scenarios.values()), default=0.0
        )

    def slices(self) -> Generator[None, None, dict[str, Run]]:
        """Simulate; this pauses between two slices, and returns the runs."""
        for simulation in self.simulations.values():
            self._watch(simulation)
        try:
            yield from self._to_the_end()
        except TimeoutError:
            self._stop()
        return {name: one.finish() for name, one in self.simulations.items()}

    def _watch(self, simulation: Simulation) -> None:
        """Look at the time as often as the run looks at its bounds."""
        within_bounds = simulation.clock.look

        def look() -> None:
            within_bounds()
            self._check_time()

        simulation.clock.look = look

    def _check_time(self) -> None:
        if self.stopped is None and perf_counter() - self.began > LONGEST:
            raise TimeoutError

    def _to_the_end(self) -> Generator[None, None, None]:
        """Move all on in the same steps."""
        self._check_time()
        breath = self.began
        for second in self._steps():
            for simulation in self._under_way():
                _move(simulation, second)
                self._check_time()
                if perf_counter() - breath > BREATH:
                    yield
                    breath = perf_counter()

    def _steps(self) -> Iterator[int]:
        """Seconds to move to, until nothing is under way."""
        step = max(1, math.ceil(self.longest / PARTS))
        second = 0
        while self._under_way():
            second += step if second < self.longest else DRAINED_AT_ONCE
            yield second

    def _under_way(self) -> list[Simulation]:
        return [one for one in self.simulations.values() if _is_under_way(one)]

    def _stop(self) -> None:
        """Bring all that is under way to one whole second."""
        under_way = self._under_way()
        if not under_way:
            return  # the last step was the last of all
        latest = max(one.clock._now for one in under_way)
        self.stopped = max(1, math.ceil(latest / MICROSECONDS))
        for simulation in under_way:
            _move(simulation, self.stopped)


def _is_under_way(simulation: Simulation) -> bool:
    now = simulation.clock._now
    if now < _end(simulation):
        return True
    return now < _last(simulation) and not simulation.is_quiet()


def _move(simulation: Simulation, second: int) -> None:
    """Move on to this second: through the traffic, then without more of it until all is quiet."""
    until = min(second * MICROSECONDS, _last(simulation))
    simulation.advance(min(until, _end(simulation)))
    if until > _end(simulation):
        simulation.drain(until)


def _end(simulation: Simulation) -> int:
    """The last microsecond of the scenario's own time."""
    return round(simulation.scenario.seconds * MICROSECONDS)


def _last(simulation: Simulation) -> int:
    """When a run ends that never becomes quiet."""
    drained: int = fact("Scenario.drain_seconds").value
    return _end(simulation) + drained * MICROSECONDS
