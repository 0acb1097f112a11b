"""A workload that no computer could hold is refused before it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sim import facts
from sim.phrases import counted, spoken
from sim.scenario.arrivals import (
    Arrivals,
    Burst,
    Daily,
    Ramp,
    Recorded,
    Scheduled,
)
from sim.scenario.schedule_expressions import DAY, At, Rate, parsed
from sim.scenario.system import System


def problems(system: System) -> Iterator[str]:
    """More events from outside than one scenario may have."""
    most = facts.fact("bound.events").value
    total = 0.0
    for traffic in system.traffic:
        total += _most_events(traffic.arrivals, system.seconds)
        if total > most:
            yield (
                f"Traffic {traffic.name!r}: about {counted(total)} events would come in "
                f"{spoken(system.seconds)}, but a scenario has at most {most:,} of them (a choice)."
            )
            return


def _most_events(arrivals: Arrivals, seconds: float) -> float:
    """About how many events come, at most."""
    match arrivals:
        case Burst(events=events, times=times, every=every):
            until_the_end = seconds / every + 1 if every else inf
            return events * min(times, until_the_end)
        case Recorded(instants=instants):
            return len(instants)
        case Scheduled(expression=expression):
            return _fired(expression, seconds)
        case Ramp():
            highest = max(arrivals.per_second, arrivals.to_per_second)
        case Daily():
            highest = arrivals.per_second
            seconds = max(seconds, DAY)
        case _:
            highest = arrivals.per_second
    return min(highest * seconds, arrivals.events or inf)


def _fired(expression: str, seconds: float) -> float:
    match parsed(expression):
        case Rate(every=every):
            return seconds / every + 1
        case At():
            return 1
        case cron:
            return len(cron.times) * (seconds / DAY + 1)
