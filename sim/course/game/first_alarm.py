"""When the first alarm rings: the instant at which a game day begins."""

from __future__ import annotations

import numpy as np

from sim.course.game.alarms import PERIOD
from sim.course.game.console import Console
from sim.course.game.shop_parts import SECONDS
from sim.scenario.scenario import Scenario


def first_alarm(scenario: Scenario, seed: int, earliest: float) -> float:
    """The first whole minute, from second `earliest` on, at which the console has an alarm.

    Minutes before which no alarm rings when all is known are not looked at one by one. Without any
    alarm it is `earliest`.
    """
    whole = Console(scenario, seed, SECONDS)
    for at in np.arange(earliest, SECONDS, PERIOD).tolist():
        if len(whole.alarms_at(at)):
            console = Console(scenario, seed, at)
            if len(console.alarms):
                return float(at)
    return earliest
