"""Every incident of the game day, played by nobody and by its best repair: `make games`.

`python -m tests.game_proof 4 13` looks at these numbers only. Names each incident that breaks a
promise, with the reason; the exit status is 1 if one does.
"""

from __future__ import annotations

import sys

import pandas as pd

import sim
from sim.course.game.console import Console
from sim.course.game.debrief import BEST, NOTHING
from sim.course.game.drawn_incident import draw, pairs
from sim.course.game.shop_parts import SECONDS
from tests.support.rows import offending, report

same = pd.testing.assert_frame_equal
INSTANTS = (480.0, 1200.0)


def knows_nothing_of_later(number: int, now: float) -> None:
    """The console is the same whatever happens from `now` on."""
    scenario = draw(number).incident.scenario
    known = Console(scenario, number, now)
    unknown = Console(with_later_trouble(scenario, now), number, now)
    same(known.metrics, unknown.metrics)
    same(known.alarms, unknown.alarms)
    same(known.queues, unknown.queues)
    for function in scenario.functions:
        assert known.log(function.name) == unknown.log(function.name)
    assert (known.metrics.timestamp_s + 60 <= now).all()


def with_later_trouble(scenario: sim.Scenario, now: float) -> sim.Scenario:
    """The scenario, but from `now` on Lambda is down, and more events come."""
    burst = sim.Traffic(
        name="later",
        into=scenario.traffic[0].into,
        arrivals=sim.Burst(50, at=now),
    )
    down = sim.Outage(of="lambda", at=now, seconds=600)
    return scenario.replace(
        traffic=[*scenario.traffic, burst],
        outages=[*scenario.outages, down],
        seconds=SECONDS + 600,
    )


def is_worth_playing(number: int) -> None:
    """An alarm rings; one repair helps, and one does not."""
    game = sim.course.game_day(number)
    assert len(game.console.alarms)
    debrief = game.end()
    nothing = debrief.score.damage[NOTHING]
    assert debrief.score.damage[BEST] < 0.95 * nothing
    assert debrief.tried.damage.max() >= nothing


def keeps_its_promises(number: int) -> None:
    """All that must hold of an incident."""
    is_worth_playing(number)
    for now in INSTANTS:
        knows_nothing_of_later(number, now)


def main(numbers: list[int]) -> int:
    """Look at these incidents, or at all; say which of them break a promise."""
    looked_at = {
        str(number): number for number in numbers or range(len(pairs()))
    }
    offenders = offending(keeps_its_promises, looked_at)
    sys.stdout.write(report(offenders, len(looked_at)) + "\n")
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]]))
