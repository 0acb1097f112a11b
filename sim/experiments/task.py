"""One run of a sweep: what it needs, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.engine.simulate import simulate
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

Outcome = dict[str, Any]  # a run's numbers by column, or its error


@dataclass(frozen=True)
class Task:
    """One run to be made, wherever that is: here, in another process or on another machine."""

    scenario: Scenario
    settings: Mapping[str, Any]  # by path, in place of the scenario's own
    seed: int
    after: float
    drain: bool
    cost: bool

    def outcome(self) -> Outcome:
        """The run's numbers; what goes wrong concerns this row alone, and stands in it."""
        try:
            scenario = self.scenario.with_settings(self.settings)
            run = simulate(scenario, self.seed, self.drain)
            numbers = dict(run.summary(self.after))
            if self.cost:
                numbers["cost_usd"] = float(run.cost().cost_usd.sum())
        except Exception as error:
            return failed(error)
        return numbers


def failed(error: Exception) -> Outcome:
    """The outcome of a run that has no numbers: why."""
    if isinstance(error, ScenarioError):
        return {"error": str(error)}
    return {"error": f"{type(error).__name__}: {error}"}
