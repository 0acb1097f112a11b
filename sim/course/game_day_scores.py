"""The score of a game day: what an incident costs a design, and what it costs a repaired one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from sim import facts
from sim.course.incident_catalogue import Incident
from sim.course.incident_impact import impact
from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.arguments import Seed, checked
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

AS_IT_IS = "as it is"
POINTS = ("lost", "unfinished", "parked", "told", "late")
ROUNDED = {"worst_delay_s": 1, "recovery_seconds": 1}  # decimal places


@checked
def score(
    incident: Incident,
    repairs: Mapping[str, Scenario] | None = None,
    seed: Seed = 1,
) -> pd.DataFrame:
    """What an incident costs the design as it is and each repaired one: a row a design, by name.

    Columns: those of `sim.course.impact`, all compared with the same healthy run, and damage:
    points for each journey that was lost, unfinished, parked, told or late, and for each minute of
    recovery; the fewer the better. How many points is a choice: the facts `score.*`. Raises
    `ScenarioError` for a repair that takes the trouble away.
    """
    healthy = _drained(incident.healthy, seed)
    designs = {AS_IT_IS: incident.scenario, **(repairs or {})}
    for name, scenario in designs.items():
        _check_trouble_is_kept(name, scenario, incident.scenario)
    costs = {
        name: impact(_drained(scenario, seed), healthy, incident.until)
        for name, scenario in designs.items()
    }
    table = pd.DataFrame(costs).T.infer_objects().round(ROUNDED)
    return table.assign(damage=damage(table))


# One healthy run serves most incidents, and a design is scored again beside each repair.
@lru_cache(maxsize=8)
def _drained(scenario: Scenario, seed: int) -> Run:
    return simulate(scenario, seed)


def damage(table: pd.DataFrame) -> pd.Series[int]:
    """The points of each row of impacts; journeys in flight have their own, not for recovery."""
    minutes = table.recovery_seconds.fillna(0) / 60
    points = facts.fact("score.recovery").value * minutes
    for name in POINTS:
        points += facts.fact(f"score.{name}").value * table[name]
    rounded: pd.Series[int] = points.round().astype(int)
    return rounded


def _check_trouble_is_kept(
    name: str, scenario: Scenario, troubled: Scenario
) -> None:
    for what in ("traffic", "outages"):
        if getattr(scenario, what) != getattr(troubled, what):
            raise ScenarioError(
                f"Repair {name!r} changes {what}: "
                "a repair changes the design and keeps the trouble."
            )
