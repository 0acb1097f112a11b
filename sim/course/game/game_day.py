"""A game day that is played: wait, look, name a cause, repair, and be scored."""

from __future__ import annotations

from functools import cached_property

from sim.course.game.console import Console
from sim.course.game.debrief import Debrief
from sim.course.game.drawn_incident import EARLIEST, causes, draw
from sim.course.game.first_alarm import first_alarm
from sim.course.game.logs import clock_text
from sim.course.game.repairs import MINUTE, Repair, repairs_of
from sim.course.game.shop_parts import SECONDS
from sim.scenario.arguments import Number, PositiveNumber, checked
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario


class GameDay:
    """An incident in a system, from its first alarm to the end of the night shift.

    `now`: the second that the console shows. `done`: what was done, in sentences. `cause`: the last
    one that was named. The console knows nothing of what comes later.
    """

    @checked
    def __init__(self, number: Number) -> None:
        self.number = number
        self._drawn = draw(number)
        self.system = self._drawn.system
        self.scenario: Scenario = self._drawn.incident.scenario
        self.first_alarm = first_alarm(self.scenario, number, EARLIEST)
        self.now = self.first_alarm
        self.cause = ""
        self.done: list[str] = []
        self.is_over = False
        self._look()

    def __repr__(self) -> str:
        state = "over" if self.is_over else "under way"
        return f"<GameDay {self.number}: {self.system}, {self.clock}, {state}>"

    @property
    def clock(self) -> str:
        """The time of day: `03:08`."""
        return clock_text(self.now)[:5]

    @property
    def minutes_left(self) -> int:
        """How many minutes of the night shift are left."""
        return round((SECONDS - self.now) / MINUTE)

    @cached_property
    def causes(self) -> list[str]:
        """What may have gone wrong in this system, in alphabetical order."""
        system = self._drawn.incident.healthy
        return sorted(cause.name for cause in causes() if cause.fits(system))

    @cached_property
    def repairs(self) -> list[Repair]:
        """What can be tried in this system."""
        return repairs_of(self._drawn.incident.healthy)

    @checked
    def wait(self, minutes: PositiveNumber) -> None:
        """Let so many minutes go by; the shift's end ends the game."""
        self._check_not_over()
        self._move(self.now + minutes * MINUTE)

    @checked
    def name_cause(self, cause: str) -> None:
        """Say what has gone wrong. Raises `ScenarioError` for what is no cause here."""
        self._check_not_over()
        if cause not in self.causes:
            raise ScenarioError(
                f"There is no cause {cause!r} here; `causes` lists all."
            )
        self.cause = cause
        self.done.append(f"{self.clock} You say: {cause}")

    @checked
    def repair(self, of: str, name: str) -> None:
        """Do something about it, which takes its minutes and counts from then on.

        Raises `ScenarioError` for what cannot be done here, and for what AWS refuses.
        """
        self._check_not_over()
        found = [
            one for one in self.repairs if (one.of, one.name) == (of, name)
        ]
        if not found:
            raise ScenarioError(
                f"{of!r}: {name!r} cannot be done here; `repairs` lists what can."
            )
        [repair] = found
        at = self.now + repair.minutes * MINUTE
        try:
            self.scenario = repair.made(self.scenario, at)
        except ScenarioError as error:
            raise ScenarioError(
                f"{of}: {name}: that is refused. {error}"
            ) from None
        self._move(at)
        self.done.append(f"{self.clock} Done: {of}: {name}.")

    @checked
    def end(self) -> Debrief:
        """Hand over to the next shift, and be told what it was."""
        self.is_over = True
        return self.debrief

    @cached_property
    def debrief(self) -> Debrief:
        """The cause, and what was lost. Raises `ScenarioError` as long as the game goes on."""
        if not self.is_over:
            raise ScenarioError(
                "The game day is not over yet: `end()` ends it, or wait until 03:40."
            )
        return Debrief(self._drawn, self.scenario, self.first_alarm, self.cause)

    def _check_not_over(self) -> None:
        if self.is_over:
            raise ScenarioError(
                f"Game day {self.number} is over; begin another one, or this one again, with "
                f"sim.course.game_day({self.number})."
            )

    def _move(self, to: float) -> None:
        self.now = min(to, SECONDS)
        self.is_over = self.now >= SECONDS
        self._look()

    def _look(self) -> None:
        self.console = Console(self.scenario, self.number, self.now)


@checked
def game_day(number: Number = 1) -> GameDay:
    """Play a game day: an incident that is not told, in a system from one function to the shop.

    The same number is the same incident, whoever plays it. `wait(minutes)` moves the clock on,
    `console` is what AWS would show now, `name_cause(cause)` and `repair(of, name)` act, `end()`
    ends it, and `debrief` has the score. Raises `ScenarioError` for a number that is none.
    https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_testing_resiliency_game_days_resiliency.html
    """
    return GameDay(number)
