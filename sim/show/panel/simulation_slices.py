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
"""In how many steps at most a scenario's own time is simulated, of a whole second at least."""
QUICK = 0.002
"""A step that takes fewer seconds of work than this is followed by one that goes twice as far."""
DRAINED_AT_ONCE = 600
"""How many seconds after the scenario's own are simulated in one step."""
BREATH = 0.025
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
            name: SlicedRun(scenario, seed)
            for name, scenario in scenarios.items()
        }
        self.longest = max(
            (one.seconds for one in scenarios.values()), default=0.0
        )

    def slices(self) -> Generator[None, None, dict[str, Run]]:
        """Simulate; this pauses between two slices, and returns the runs."""
        for one in self.simulations.values():
            self._watch(one.simulation)
        try:
            yield from self._to_the_end()
        except TimeoutError:
            self._stop()
        return {
            name: one.simulation.finish()
            for name, one in self.simulations.items()
        }

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
            for one in self._under_way():
                one.move(second)
                self._check_time()
                if perf_counter() - breath > BREATH:
                    yield
                    breath = perf_counter()

    def _steps(self) -> Iterator[int]:
        """Seconds to move to, until nothing is under way."""
        end = math.ceil(self.longest)
        step = math.ceil(end / PARTS)
        second = 0
        while self._under_way():
            if second < end:
                second = min(second + step, end)
            else:
                second += DRAINED_AT_ONCE
            begun = perf_counter()
            yield second
            if perf_counter() - begun < QUICK:
                step *= 2

    def _under_way(self) -> list[SlicedRun]:
        return [one for one in self.simulations.values() if one.is_under_way()]

    def _stop(self) -> None:
        """Bring all that is under way to one whole second."""
        under_way = self._under_way()
        if not under_way:
            return  # the last step was the last of all
        latest = max(one.now for one in under_way)
        self.stopped = max(1, math.ceil(latest / MICROSECONDS))
        for one in under_way:
            one.move(self.stopped)


class SlicedRun:
    """One of the runs: `end` is the last microsecond of the scenario's own time.

    `last`: when a run ends that never becomes quiet.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        drained: int = fact("Scenario.drain_seconds").value
        self.simulation = Simulation(scenario, seed)
        self.end = round(scenario.seconds * MICROSECONDS)
        self.last = self.end + drained * MICROSECONDS

    @property
    def now(self) -> int:
        """The microsecond that it has come to."""
        return self.simulation.clock._now

    def is_under_way(self) -> bool:
        """Whether traffic may come, or something is not done."""
        if self.now < self.end:
            return True
        return self.now < self.last and not self.simulation.is_quiet()

    def move(self, second: int) -> None:
        """Move on to this second: through the traffic, then without more of it until quiet."""
        until = min(second * MICROSECONDS, self.last)
        self.simulation.advance(min(until, self.end))
        if until > self.end:
            self.simulation.drain(until)
