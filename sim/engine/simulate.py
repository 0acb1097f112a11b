"""Scenario and events in, a finished run out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, overload

from sim import facts
from sim.engine.clock import ARRIVAL, STEPS_A_LOOK, Clock
from sim.engine.context import SimulationContext
from sim.engine.run_bounds import RunBounds
from sim.engine.setting_changes import SettingChanges
from sim.engine.wiring import Wiring
from sim.progress import ProgressLine
from sim.results.run import Run
from sim.scenario.argument_types import MAY_BE_EMPTY
from sim.scenario.arguments import Seconds, Seed, checked
from sim.scenario.checks import queues
from sim.scenario.scenario import Scenario
from sim.scenario.unused_settings import unused_settings
from sim.scenario.users_line import warn
from sim.trace import MICROSECONDS, Deliveries, Trace
from sim.workload.delivery_draws import DeliveryDraws
from sim.workload.long_draws import cut_draws
from sim.workload.recorded_runs import late_recordings
from sim.workload.workload import draw_workload


class Simulation:
    """A scenario in motion: `advance` moves it on, `finish` hands over what it has left behind."""

    @checked
    def __init__(self, scenario: Scenario, seed: Seed = 1) -> None:
        self.scenario = scenario
        self.seed = seed
        self.workload = draw_workload(scenario, seed)
        self.clock = Clock()
        events, triggers = self.workload.event, self.workload.trigger
        deliveries = Deliveries.of(events, triggers, self.workload.arrived)
        self.trace = Trace(deliveries)
        bounds = RunBounds(scenario, self.clock, self.trace)
        self.clock.look = bounds.look
        self.delivery_draws = DeliveryDraws(
            scenario, self.workload, deliveries, seed
        )
        context = SimulationContext(
            scenario,
            seed,
            self.clock,
            self.trace,
            self.delivery_draws,
            self.workload,
        )
        wiring = Wiring(self.workload, context)
        SettingChanges(wiring)
        self.router = wiring.router
        self.fleets = list(wiring.fleets.values())
        self.queues = wiring.queues
        self.failure_stores = list(wiring.failure_stores.values())
        self.arrived = deliveries.arrived
        self.arrivals = len(deliveries)
        if self.arrivals:
            self._schedule(0)

    @checked
    def advance(self, until: int) -> None:
        """Move on to `until`, in microseconds; what happens at that very instant comes later."""
        if until > self.clock.now:
            self.clock.advance(until)

    @checked
    def drain(self, until: int) -> None:
        """Move on, without new traffic, until all is quiet, at most to `until`."""
        while self._drain_some(until):
            self.clock.look()
        if not self.is_quiet():
            self.advance(until)

    def _drain_some(self, until: int) -> bool:
        """Do some steps towards quiet; whether more may come."""
        for _ in range(STEPS_A_LOOK):
            if self.is_quiet() or self.clock.peek() >= until:
                return False
            self.clock.step()
        return True

    def is_quiet(self) -> bool:
        """Whether nothing is under way.

        All deliveries have fates, second copies too are done with, all who wait for a report have
        been told, no handler works on, and no message is moved back.
        """
        return not (
            self.router.unsettled
            or self.router.outstanding
            or any(fleet.is_busy() for fleet in self.fleets)
            or any(store.is_active for store in self.failure_stores)
        )

    def how_far(self) -> str:
        """How much of the simulation is done."""
        count = len(self.trace.deliveries)
        settled = max(0, count - self.router.unsettled)
        seconds = self.clock._now / MICROSECONDS
        return (
            f"{seconds:.6g} s of {self.scenario.seconds:,.6g} s: "
            f"{settled:,} of {count:,} deliveries had their fate."
        )

    @checked
    def tell(self, line: ProgressLine) -> None:
        """Say on this line how far the simulation is, while it goes on."""
        within_bounds = self.clock.look

        def look() -> None:
            within_bounds()
            if line.is_due():
                line.show(f"Simulating: {self.how_far()}")

        self.clock.look = look

    def finish(self) -> Run:
        """End here: write down what is under way, and hand over the run."""
        for queue in self.queues:
            queue.note_unfinished()
        for fleet in self.fleets:
            fleet.note_unfinished()
        self.trace.deliveries.trim()
        self.delivery_draws.release()
        self.trace.ended = self.clock._now
        routes = self.scenario.routes
        return Run(self.scenario, self.seed, self.workload, self.trace, routes)

    def _schedule(self, delivery: int) -> None:
        wait = self.arrived[delivery] - self.clock._now
        self.clock.after(wait, self._arrive, delivery, ARRIVAL + delivery)

    def _arrive(self, delivery: int) -> None:
        following = delivery + 1
        if following < self.arrivals:
            self._schedule(following)
        self.router.arrive(delivery)


@overload
def simulate(
    scenario: Scenario,
    seed: Seed = 1,
    drain: bool = True,
    drain_seconds: Seconds | None = None,
) -> Run: ...


@overload
def simulate(
    scenario: Mapping[str, Scenario],
    seed: Seed = 1,
    drain: bool = True,
    drain_seconds: Seconds | None = None,
) -> dict[str, Run]: ...


@checked
def simulate(
    scenario: Annotated[Scenario | Mapping[str, Scenario], MAY_BE_EMPTY],
    seed: Seed = 1,
    drain: bool = True,
    drain_seconds: Seconds | None = None,
) -> Run | dict[str, Run]:
    """Run a scenario, or several by name; the same seed gives the same tables on every machine.

    After `scenario.seconds` the clock runs on, without new traffic, until every delivery has its
    fate, at most `drain_seconds` (default one day); what is unsettled then is in flight. With
    `drain=False` all ends after `scenario.seconds`. Several scenarios give a dictionary of runs.
    Ctrl-C, or a notebook's stop button, ends a run with a `KeyboardInterrupt` that says how far it
    came. Raises `ScenarioError` for a seed or a time that is none, and for a run that goes round in
    a loop.
    """
    if drain_seconds is None:
        drain_seconds = facts.fact("Scenario.drain_seconds").value
    longest = drain_seconds if drain else None
    if isinstance(scenario, Mapping):
        return {
            name: _simulate_one(one, seed, longest)
            for name, one in scenario.items()
        }
    return _simulate_one(scenario, seed, longest)


def _simulate_one(
    scenario: Scenario, seed: int, drain_seconds: float | None
) -> Run:
    for sentence in _warnings(scenario):
        warn(sentence)
    simulation = Simulation(scenario, seed)
    end = round(scenario.seconds * MICROSECONDS)
    line = ProgressLine()
    simulation.tell(line)
    try:
        simulation.advance(end)
        if drain_seconds is not None:
            simulation.drain(end + round(drain_seconds * MICROSECONDS))
    except KeyboardInterrupt:
        sentence = f"{simulation.how_far()} Nothing of it is kept."
        raise KeyboardInterrupt(f"The run was stopped at {sentence}") from None
    finally:
        line.end()
    return simulation.finish()


def _warnings(scenario: Scenario) -> list[str]:
    """What may surprise in a run of a scenario, as it is or as a change leaves it."""
    sentences: list[str] = []
    for system in (scenario, *scenario.later_systems):
        sentences += queues.warnings(system)
    sentences += late_recordings(scenario)
    sentences += cut_draws(scenario)
    sentences += unused_settings(scenario)
    return list(dict.fromkeys(sentences))
