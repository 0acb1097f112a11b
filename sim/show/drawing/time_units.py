"""Time on axes, in the unit a person would say."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A unit of time; from `enough` seconds on the next larger one reads better."""

    name: str
    symbol: str
    seconds: float
    enough: float
    steps: tuple[float, ...]  # distances between ticks, beyond powers of ten


DECIMAL = (1.0, 2.0, 5.0)
UNITS = (
    Unit("milliseconds", "ms", 0.001, 0.9995, DECIMAL),
    Unit("seconds", "s", 1, 119.5, DECIMAL),
    Unit("minutes", "min", 60, 7170, (1, 2, 5, 10, 15, 20, 30, 60)),
    Unit("hours", "h", 3600, 171_000, (1, 2, 3, 6, 12, 24)),
    Unit("days", "days", 86_400, math.inf, DECIMAL),
)
AXIS_STRETCH = (
    2.6  # an axis keeps a unit longer than a sentence does: 0 to 300 seconds reads well
)
LOG_TICKS = (0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 21_600, 86_400, 864_000)


def unit(seconds: float) -> Unit:
    """The unit in which so many seconds read best."""
    return next(unit for unit in UNITS if seconds < unit.enough)


def axis_unit(limit: float) -> Unit:
    """The unit of an axis from 0 to `limit` seconds."""
    return unit(limit / AXIS_STRETCH) if limit > AXIS_STRETCH else unit(limit)


def ticks(limit: float, most: int) -> tuple[list[float], list[str]]:
    """Positions in seconds, and labels in the axis's unit, of at most `most` + 1 ticks from 0 to `limit`."""
    of = axis_unit(limit)
    step = _step(limit / of.seconds / most, of)
    values = [
        number * step
        for number in range(int(limit / of.seconds / step * (1 + 1e-9)) + 1)
    ]
    return [value * of.seconds for value in values], [
        f"{value:.6g}" for value in values
    ]


def axis_end(needed: float, most: int) -> float:
    """Where an axis ends that shows `needed` seconds: a little later, at half a tick."""
    needed = max(needed, 0.001) * 1.03
    of = axis_unit(needed)
    half = _step(needed / of.seconds / most, of) * of.seconds / 2
    return math.ceil(needed / half) * half


def log_label(seconds: float) -> str:
    """A whole number and its unit: 100 ms, 1 s, 10 min."""
    of = next(of for of in reversed(UNITS) if seconds >= of.seconds * 0.999)
    symbol = "day" if of.symbol == "days" and seconds < 1.5 * of.seconds else of.symbol
    return f"{seconds / of.seconds:.0f} {symbol}"


def _step(least: float, of: Unit) -> float:
    known = (
        [step for step in of.steps if step >= least]
        if of.steps != DECIMAL and least > 0.5
        else []
    )
    if known:
        return known[0]
    power = 10.0 ** math.floor(math.log10(least))
    return next(
        power * step
        for step in (1.0, 2.0, 5.0, 10.0)
        if power * step >= least * (1 - 1e-9)
    )
