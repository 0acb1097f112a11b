"""Distributions and shares out of observed numbers, each with the interval of its estimate.

Everything has a closed form, but for times that a timeout cut: what they would have been is
filled in again and again until the estimate stands still (the EM algorithm).
https://en.wikipedia.org/wiki/Log-normal_distribution
https://en.wikipedia.org/wiki/Expectation%E2%80%93maximization_algorithm
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, nan, sqrt
from statistics import NormalDist

import numpy as np

from sim.arrays import Floats, Integers
from sim.scenario.durations import Empirical, LogNormal
from sim.theory import student_t

LEVEL = 0.99
"""Of all intervals: so likely does each hold the true value (a choice)."""
STANDARD = NormalDist()
Z99 = STANDARD.inv_cdf(0.99)
LEAST_SECONDS = 5e-6
"""Half of the last digit that a report shows."""
MOST_VALUES = 1000
"""Of a distribution as observed: more are thinned out to as many quantiles."""
ROUNDS = 200
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
    def duration(self) -> LogNormal:
        """The distribution as a setting."""
        return LogNormal(median=self.median.value, p99=self.p99.value)


def fit_times(seconds: Floats, cut_at: Floats | None = None) -> TimeFit:
    """Fit times; `cut_at`: those after which a timeout cut a run, which would have taken longer."""
    logs = np.log(np.maximum(seconds, LEAST_SECONDS))
    cuts = np.log(np.empty(0) if cut_at is None else cut_at)
    mean, spread = _moments(logs)
    if len(cuts) and spread > 0:
        mean, spread = _with_cut(logs, cuts, mean, spread)
    count = len(logs)
    wide = (
        student_t(LEVEL, min(count - 1, MOST_DEGREES)) * spread
        if count > 1
        else nan
    )
    median = _interval(mean, wide / sqrt(count))
    of_p99 = wide * sqrt(1 / count + Z99**2 / (2 * max(count - 1, 1)))
    p99 = _interval(mean + Z99 * spread, of_p99)
    distance = _distance(logs, len(cuts), mean, spread)
    return TimeFit(count, len(cuts), median, p99, distance)


def _moments(logs: Floats) -> tuple[float, float]:
    return float(logs.mean()), float(logs.std())


def _with_cut(
    logs: Floats, cuts: Floats, mean: float, spread: float
) -> tuple[float, float]:
    """Mean and spread where some times are only known to be longer than a limit."""
    count = len(logs) + len(cuts)
    limits, often = np.unique(cuts, return_counts=True)
    of_seen, squares = float(logs.sum()), float((logs**2).sum())
    for _ in range(ROUNDS):
        expected, expected_squares = _beyond(limits, often, mean, spread)
        new_mean = (of_seen + expected) / count
        square = (squares + expected_squares) / count - new_mean**2
        new_spread = sqrt(max(square, 1e-18))
        is_still = abs(new_mean - mean) + abs(new_spread - spread) < 1e-9
        mean, spread = new_mean, new_spread
        if is_still:
            break
    return mean, spread


def _beyond(
    limits: Floats, often: Integers, mean: float, spread: float
) -> tuple[float, float]:
    """The sums of what the logarithms beyond these limits, and their squares, are expected."""
    total, squares = 0.0, 0.0
    for limit, count in zip(limits.tolist(), often.tolist(), strict=True):
        z = (limit - mean) / spread
        tail = max(STANDARD.cdf(-z), 1e-300)
        hazard = STANDARD.pdf(z) / tail if z < 30 else z
        total += count * (mean + spread * hazard)
        squares += count * (
            mean**2 + spread**2 + spread * hazard * (limit + mean)
        )
    return total, squares


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
    low, high = (middle - half) / scale, (middle + half) / scale
    return Estimate(share, max(low, 0.0), min(high, 1.0))
