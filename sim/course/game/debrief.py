"""The end of a game day: the cause, and what was lost, late and paid, beside other nights."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from sim.course.game.drawn_incident import DrawnIncident
from sim.course.game.repairs import MINUTE, Repair, repairs_of
from sim.course.game.shop_parts import SECONDS
from sim.course.game_day_scores import damage
from sim.course.incident_impact import impact
from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.scenario import Scenario
from sim.scenario.users_line import without_warnings

MORNING = 18_000.0
"""The second at which all is counted: eight o'clock."""
NOTHING = "nothing done"
YOURS = "yours"
BEST = "best repair"
COLUMNS = ["lost", "unfinished", "parked", "told", "late", "damage", "paid_usd"]


class Debrief:
    """What it was, and three nights: nothing done, yours, and the best repair at the first alarm.

    `is_right`: the cause that was named last is the true one.
    """

    def __init__(
        self,
        drawn: DrawnIncident,
        repaired: Scenario,
        first_alarm: float,
        named: str,
    ) -> None:
        self.number = drawn.number
        self.incident = drawn.incident
        self.rule = drawn.cause.settings["rule"]
        self.source = drawn.cause.settings["source"]
        self.lesson = drawn.cause.settings["lesson"]
        self.cause = drawn.cause.name
        self.named = named
        self.is_right = named == self.cause
        self._listed = drawn.cause.settings["repairs"]
        self._repaired = repaired
        self._first_alarm = first_alarm

    @cached_property
    def runs(self) -> dict[str, Run]:
        """The three nights, by name."""
        best = self._repairs[str(self.tried.index[0])]
        return {
            NOTHING: self._nothing,
            YOURS: self._night(self._repaired),
            BEST: self._night(self._made(best)),
        }

    @cached_property
    def tried(self) -> pd.DataFrame:
        """What the listed repairs would have done at the first alarm, the best one first.

        Columns: repair (index), and those of `score`.
        """
        nights = {
            name: self._night(self._made(repair))
            for name, repair in self._repairs.items()
        }
        table = self._scored(nights).sort_values("damage", kind="stable")
        return table.rename_axis("repair")

    @cached_property
    def score(self) -> pd.DataFrame:
        """One row a night.

        Columns: lost, unfinished, parked, told, late, damage (as in `sim.course.score`), paid_usd.
        """
        return self._scored(self.runs)

    @cached_property
    def hit(self) -> int:
        """An event that the incident has hit, the worst one with nothing done."""
        both = self._nothing.journeys.merge(
            self._healthy.journeys,
            on=["traffic", "n"],
            suffixes=("", "_healthy"),
        )
        ended = both.ended_s.fillna(MORNING)
        delay = ended - both.ended_s_healthy.fillna(MORNING)
        differs = both.end.astype(str) != both.end_healthy.astype(str)
        worst = (differs * MORNING + delay).to_numpy().argmax()
        return int(both.event.iloc[worst])

    @cached_property
    def _repairs(self) -> dict[str, Repair]:
        """The listed repairs by their words."""
        known = {
            (one.of, one.name): one for one in repairs_of(self.incident.healthy)
        }
        return {f"{of}: {name}": known[of, name] for of, name in self._listed}

    def _made(self, repair: Repair) -> Scenario:
        at = self._first_alarm + repair.minutes * MINUTE
        return repair.made(self.incident.scenario, at)

    @cached_property
    def _nothing(self) -> Run:
        return self._night(self.incident.scenario)

    @cached_property
    def _healthy(self) -> Run:
        return self._night(self.incident.healthy)

    def _night(self, scenario: Scenario) -> Run:
        with without_warnings():  # what is wrong in a system is not told here
            return simulate(
                scenario, self.number, drain_seconds=MORNING - SECONDS
            )

    def _scored(self, nights: dict[str, Run]) -> pd.DataFrame:
        until = self.incident.until
        rows = {
            name: impact(run, self._healthy, until)
            for name, run in nights.items()
        }
        table = pd.DataFrame(rows).T.infer_objects()
        paid = [run.cost().cost_usd.sum() for run in nights.values()]
        table = table.assign(damage=damage(table), paid_usd=paid)
        return table[COLUMNS].round({"paid_usd": 4})
