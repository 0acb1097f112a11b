"""Rates that change: how many events they bring until a time, and when so many have come.

Events come after unit gaps that belong to them; a rate only says how quickly these pass. So a
changed rate keeps the same events, closer together or farther apart (inversion of the integrated
rate: https://en.wikipedia.org/wiki/Poisson_point_process#Inhomogeneous_Poisson_point_process).
"""

from __future__ import annotations

from math import cos, pi

import numpy as np
from numpy.typing import NDArray

from sim.scenario.traffic import ConstantRate, Daily, Poisson, Ramp
from sim.trace import MICROSECONDS
from sim.workload.draws import Floats

Integers = NDArray[np.int64]
Paced = ConstantRate | Poisson | Ramp | Daily

UNIT = 1_000_000_000  # gaps are whole billionths of the mean gap, so that their sums are exact
MINUTES = 24 * 60  # of a day, in each of which a daily rate stays what it is


def expected(arrivals: Paced, seconds: float) -> float:
    """The mean number of events until this second."""
    match arrivals:
        case Ramp():
            rising = min(seconds, arrivals.over)
            slope = (arrivals.to_per_second - arrivals.per_second) / arrivals.over
            return (
                arrivals.per_second + slope * rising / 2
            ) * rising + arrivals.to_per_second * (seconds - rising)
        case Daily():
            return arrivals.per_second * _weighted(arrivals, seconds)
        case _:
            return arrivals.per_second * seconds


def microseconds(arrivals: Paced, units: Integers) -> Floats:
    """When so many billionths of an event have come, for each in a column; `inf` is never."""
    match arrivals:
        case Ramp():
            return np.rint(_ramp(arrivals, units / UNIT) * MICROSECONDS)
        case Daily():
            return np.rint(_daily(arrivals, units) * (60 * MICROSECONDS))
        case _:
            return np.rint(units / (UNIT / MICROSECONDS * arrivals.per_second))


def _ramp(ramp: Ramp, events: Floats) -> Floats:
    first, last = ramp.per_second, ramp.to_per_second
    whole = expected(ramp, ramp.over)
    rising = np.minimum(events, whole)
    rate = np.sqrt(
        np.maximum(first * first + 2 * (last - first) / ramp.over * rising, 0)
    )
    seconds = 2 * rising / (first + rate)
    rest = events - rising
    return seconds + (rest / last if last else np.where(rest > 0, np.inf, 0))


def _weights(daily: Daily) -> Integers:
    """How busy each minute of the day is, in billionths of the mean: whole, as cosines differ in their last bit."""
    swing, peak = daily.peak_factor - 1, daily.peak_hour / 24
    angles = (2 * pi * ((minute + 0.5) / MINUTES - peak) for minute in range(MINUTES))
    return np.array(
        [round(UNIT * (1 + swing * cos(angle))) for angle in angles], np.int64
    )


def _weighted(daily: Daily, seconds: float) -> float:
    weights = _weights(daily)
    days, rest = divmod(seconds / 60, MINUTES)
    minute = int(rest)
    part = int(weights[:minute].sum()) + float(weights[minute]) * (rest - minute)
    return (days * int(weights.sum()) + part) / UNIT * 60


def _daily(daily: Daily, units: Integers) -> Floats:
    weights = _weights(daily)
    edges = np.concatenate([[0], np.cumsum(weights)])
    days, rest = np.divmod(units / (daily.per_second * 60), float(edges[-1]))
    minute = np.searchsorted(edges[:-1], rest, side="right") - 1
    found: Floats = days * MINUTES + minute + (rest - edges[minute]) / weights[minute]
    return found
