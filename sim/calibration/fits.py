"""Distributions and shares out of observed numbers, each with the interval of its estimate.

Everything has a closed form, but for times that a timeout cut.
https://en.wikipedia.org/wiki/Log-normal_distribution
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, nan, sqrt
from statistics import NormalDist

import numpy as np

from sim import facts
from sim.arrays import Floats
from sim.calibration.cut_times import STANDARD, Sample
from sim.scenario.durations import Empirical, LogNormal
from sim.theory import student_t

LEVEL = 0.99
"""Of all intervals: so likely does each hold the true value (a choice)."""
Z99 = STANDARD.inv_cdf(0.99)
LEAST_SECONDS = 5e-6
"""Half of the last digit that a report shows."""
MOST_VALUES = 1000
"""Of a distribution as observed: more are thinned out to as many quantiles."""
MOST_DEGREES = 1_000_000
"""Of freedom, from which on Student's distribution is the normal one."""


@dataclass(frozen=True)
class Estimate:
    """A number with the interval that holds the true one."""

    value: float
    low: float = nan
    high: float = nan


@dataclass(frozen=True)
class TimeFit:
    """A log-normal distribution of times in seconds, by maximum likelihood."""

    count: int
    cut: int
    median: Estimate
    p99: Estimate
    distance: (
        float  # Kolmogorov's: the largest gap between the shares below a time
    )

    @property
    def is_told(self) -> bool:
        """Whether more times are known than were cut, and none is out of all bounds."""
        longest = facts.fact("bound.seconds").value
        return self.cut < self.count and self.p99.value < longest

    @property
    def duration(self) -> LogNormal:
        """The distribution as a setting."""
        return LogNormal(median=self.median.value, p99=self.p99.value)


def fit_times(seconds: Floats, cut_at: Floats | None = None) -> TimeFit:
    """Fit times; `cut_at`: those after which a timeout cut a run, which would have taken longer."""
    logs = np.log(np.maximum(seconds, LEAST_SECONDS))
    cuts = np.log(np.empty(0) if cut_at is None else cut_at)
    sample = Sample.of(logs, cuts)
    mean, spread = sample.moments()
    count = len(logs)
    median, p99 = sample.deviations(mean, spread, Z99)
    wide = _widths(count)
    return TimeFit(
        count,
        len(cuts),
        _interval(mean, wide * median),
        _interval(mean + Z99 * spread, wide * p99),
        _distance(logs, len(cuts), mean, spread),
    )


def _widths(count: int) -> float:
    """How many standard deviations an interval reaches, whose spread is of so few numbers."""
    if count < 2:
        return nan
    degrees = count - 1
    return student_t(LEVEL, min(degrees, MOST_DEGREES)) * sqrt(count / degrees)


def _interval(log_value: float, half: float) -> Estimate:
    low, high = log_value - half, log_value + half
    return Estimate(exp(log_value), exp(low), exp(min(high, 700)))


def _distance(logs: Floats, cut: int, mean: float, spread: float) -> float:
    """The largest gap between the observed and the fitted share of times below a time."""
    count = len(logs) + cut
    values, often = np.unique(logs, return_counts=True)
    if spread <= 0:
        return 0.0
    thinned = _thinned(
        np.arange(len(values), dtype=np.float64), 20 * MOST_VALUES
    )
    share = np.cumsum(often) / count
    before = share - often / count
    fitted = NormalDist(mean, spread)
    gaps = [
        max(
            abs(fitted.cdf(values[at]) - share[at]),
            abs(fitted.cdf(values[at]) - before[at]),
        )
        for at in thinned.astype(np.int64).tolist()
    ]
    return float(max(gaps))


def _thinned(values: Floats, most: int) -> Floats:
    if len(values) <= most:
        return values
    places = np.linspace(0, len(values) - 1, most).round().astype(np.int64)
    return values[places]


def as_observed(seconds: Floats) -> Empirical:
    """The times as they were observed, or as many of their quantiles as a setting can well hold."""
    ordered = np.sort(seconds)
    if len(ordered) > MOST_VALUES:
        chances = (np.arange(MOST_VALUES) + 0.5) / MOST_VALUES
        ordered = np.quantile(ordered, chances)
    return Empirical(seconds=tuple(ordered.round(6).tolist()))


def share_of(count: int, total: int) -> Estimate:
    """A share with Wilson's interval.

    https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval
    """
    if not total:
        return Estimate(nan)
    share = count / total
    z = STANDARD.inv_cdf((1 + LEVEL) / 2)
    middle = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    scale = 1 + z * z / total
    low = (middle - half) / scale if count else 0.0
    high = (middle + half) / scale if count < total else 1.0
    return Estimate(share, low, high)
