"""Rates that change: how many events they bring until a time, and when so many have come.

Events come after unit gaps that belong to them; a rate only says how quickly these pass. So a
changed rate keeps the same events, closer together or farther apart (inversion of the integrated
rate: https://en.wikipedia.org/wiki/Poisson_point_process#Inhomogeneous_Poisson_point_process).
"""

from __future__ import annotations

from math import cos, pi

import numpy as np

from sim.arrays import Floats, Integers
from sim.scenario.arrivals import ConstantRate, Daily, Poisson, Ramp
from sim.trace import MICROSECONDS

Paced = ConstantRate | Poisson | Ramp | Daily

UNIT = 1_000_000_000  # gaps are whole billionths of the mean gap, so that their sums are exact
MINUTES = 24 * 60  # of a day, in each of which a daily rate stays what it is


def expected(arrivals: Paced, seconds: float) -> float:
    """The mean number of events until this second."""
    match arrivals:
        case Ramp():
            return _ramp_expected(arrivals, seconds)
        case Daily():
            return arrivals.per_second * _mean_seconds(arrivals, seconds)
        case _:
            return arrivals.per_second * seconds


def arrival_times(arrivals: Paced, units: Integers) -> Floats:
    """When so many billionths of an event have come, in microseconds; `inf` is never."""
    match arrivals:
        case Ramp():
            return np.rint(_ramp_seconds(arrivals, units / UNIT) * MICROSECONDS)
        case Daily():
            return np.rint(
                _daily_minutes(arrivals, units) * (60 * MICROSECONDS)
            )
        case _:
            return np.rint(units / (UNIT / MICROSECONDS * arrivals.per_second))


def _ramp_expected(ramp: Ramp, seconds: float) -> float:
    rising = min(seconds, ramp.over)
    slope = (ramp.to_per_second - ramp.per_second) / ramp.over
    mean_rate = ramp.per_second + slope * rising / 2
    return mean_rate * rising + ramp.to_per_second * (seconds - rising)


def _ramp_seconds(ramp: Ramp, events: Floats) -> Floats:
    """When so many events have come: a quadratic equation on the ramp, a straight line after it."""
    first, last = ramp.per_second, ramp.to_per_second
    rising = np.minimum(events, expected(ramp, ramp.over))
    square = first * first + 2 * (last - first) / ramp.over * rising
    rate = np.sqrt(np.maximum(square, 0))  # at that moment
    seconds = 2 * rising / (first + rate)
    after = events - rising
    if not last:  # the rate falls to 0: what has not come by then never comes
        return seconds + np.where(after > 0, np.inf, 0)
    return seconds + after / last


def _weights(daily: Daily) -> Integers:
    """How busy each minute of the day is, in billionths of the mean.

    Whole numbers, as machines differ in the last bit of a cosine.
    """
    swing = daily.peak_factor - 1
    peak = daily.peak_hour / 24
    weights = []
    for minute in range(MINUTES):
        angle = 2 * pi * ((minute + 0.5) / MINUTES - peak)
        weights.append(round(UNIT * (1 + swing * cos(angle))))
    return np.array(weights, np.int64)


def _mean_seconds(daily: Daily, seconds: float) -> float:
    """In how many seconds at the mean rate as many events come."""
    weights = _weights(daily)
    days, rest = divmod(seconds / 60, MINUTES)
    minute = int(rest)
    begun = float(weights[minute]) * (rest - minute)
    today = int(weights[:minute].sum()) + begun
    return (days * int(weights.sum()) + today) / UNIT * 60


def _daily_minutes(daily: Daily, units: Integers) -> Floats:
    """When so many billionths of an event have come, in minutes."""
    weights = _weights(daily)
    edges = np.concatenate([[0], np.cumsum(weights)])
    days, rest = np.divmod(units / (daily.per_second * 60), float(edges[-1]))
    minute = np.searchsorted(edges[:-1], rest, side="right") - 1
    within = (rest - edges[minute]) / weights[minute]
    minutes: Floats = days * MINUTES + minute + within
    return minutes
