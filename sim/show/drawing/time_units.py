"""Time on axes, in the unit a person would say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A unit of time."""

    name: str
    symbol: str
    seconds: float
    enough: float  # from so many seconds on the next larger unit reads better
    steps: tuple[float, ...]  # distances between ticks, beyond powers of ten


DECIMAL = (1.0, 2.0, 5.0)
UNITS = (
    Unit("milliseconds", "ms", 0.001, 0.9995, DECIMAL),
    Unit("seconds", "s", 1, 119.5, DECIMAL),
    Unit("minutes", "min", 60, 7170, (1, 2, 5, 10, 15, 20, 30, 60)),
    Unit("hours", "h", 3600, 171_000, (1, 2, 3, 6, 12, 24)),
    Unit("days", "days", 86_400, math.inf, DECIMAL),
)
# An axis keeps a unit longer than a sentence would: 0 to 300 seconds reads well.
AXIS_STRETCH = 2.6
LOG_TICKS = (0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 21_600, 86_400, 864_000)
TINY = 1e-9  # for the rounding of floats
TWENTYFOLD = 20
LONG_ENOUGH = 900.0  # seconds that an axis may always show


def unit(seconds: float) -> Unit:
    """The unit in which so many seconds read best."""
    return next(unit for unit in UNITS if seconds < unit.enough)


def axis_unit(limit: float) -> Unit:
    """The unit of an axis from 0 to `limit` seconds."""
    stretch = AXIS_STRETCH if limit > AXIS_STRETCH else 1
    return unit(limit / stretch)


def ticks(limit: float, most: int) -> tuple[list[float], list[str]]:
    """Ticks from 0 to `limit` seconds, at most `most` + 1 of them.

    Returns their positions in seconds, and their labels in the axis's unit.
    """
    of = axis_unit(limit)
    length = limit / of.seconds
    step = _step(length / most, of)
    count = int(length / step * (1 + TINY)) + 1
    values = [number * step for number in range(count)]
    positions = [value * of.seconds for value in values]
    return positions, [f"{value:.6g}" for value in values]


def axis_end(needed: float, most: int) -> float:
    """Where an axis ends that shows `needed` seconds: a little later, at half a tick."""
    needed = max(needed, 0.001) * 1.03
    of = axis_unit(needed)
    step = _step(needed / of.seconds / most, of)
    half = step * of.seconds / 2
    return math.ceil(needed / half) * half


def shared_end(needed: Sequence[float], arrived: float, most: int) -> float:
    """Where the time axis of all panels of a picture ends, so that they can be compared.

    It shows all that is `needed`, yet no more than makes arrivals, the last at `arrived`, as small
    as a twentieth of it.
    """
    limit = max(TWENTYFOLD * arrived, LONG_ENOUGH)
    return axis_end(min(max(needed, default=1.0), limit), most)


def log_label(seconds: float) -> str:
    """A whole number and its unit: 100 ms, 1 s, 10 min."""
    of = next(of for of in reversed(UNITS) if seconds >= of.seconds * 0.999)
    count = round(seconds / of.seconds)
    if count == 1 and of.symbol == "days":
        return "1 day"
    return f"{count} {of.symbol}"


def _step(least: float, of: Unit) -> float:
    """The shortest round distance between ticks that is not below `least`, in the unit."""
    if of.steps != DECIMAL and least > 0.5:
        for step in of.steps:
            if step >= least:
                return step
    power = 10.0 ** math.floor(math.log10(least))
    rounded = (power * step for step in (*DECIMAL, 10.0))
    return next(step for step in rounded if step >= least * (1 - TINY))
