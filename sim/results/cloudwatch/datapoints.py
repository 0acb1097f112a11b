"""Datapoints of metrics: samples and levels over time, and their statistics by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Floats, Integers
from sim.results.intervals import open_intervals

LAMBDA = "AWS/Lambda"
SQS = "AWS/SQS"
KINESIS = "AWS/Kinesis"
EVENTS_V2 = "AWS/EventsV2"
PIPES = "AWS/EventBridge/Pipes"
REGION = ""  # the dimensions of a metric over all functions of the Region

STATISTICS = [
    "Sum",
    "Average",
    "Minimum",
    "Maximum",
    "SampleCount",
    "p50",
    "p95",
    "p99",
]
PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


class Datapoints(NamedTuple):
    """By period: when it starts, in seconds, and statistics by name; others are not known."""

    timestamp: Floats
    statistics: dict[str, Floats]


NO_DATAPOINTS = Datapoints(np.empty(0), {})


@dataclass(frozen=True)
class Metric:
    """What identifies a metric, and its unit in CloudWatch's words."""

    namespace: str
    name: str
    dimensions: str
    unit: str = "Count"


@dataclass(frozen=True)
class Samples:
    """Values that were sent at instants, in seconds."""

    metric: Metric
    at: Floats
    value: Floats

    def is_same(self, other: object) -> bool:
        """Whether the other metric has the very same samples."""
        if not isinstance(other, Samples):
            return False
        return self.at is other.at and self.value is other.value

    def by_period(self, period: float) -> Datapoints:
        """All statistics of each period of so many seconds with at least one sample.

        AWS defines a percentile by the share of samples below it and leaves its computation open:
        interpolation between the two nearest samples is a choice.
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
        """
        is_known = ~(np.isnan(self.at) | np.isnan(self.value))
        number = np.floor(self.at[is_known] / period)
        value = self.value[is_known]
        if not len(value):
            return NO_DATAPOINTS
        number, value = _in_order(number, value)
        found = _periods(number)
        first = found.first
        count = found.rows
        total = np.add.reduceat(value, first)
        columns = {
            "Sum": total,
            "Average": total / count,
            "Minimum": value[first],
            "Maximum": value[first + count - 1],
            "SampleCount": count.astype(float),
        }
        for name, share in PERCENTILES.items():
            columns[name] = _quantile(value, first, count, share)
        return Datapoints(found.number * period, columns)


@dataclass(frozen=True)
class Gauge:
    """A level over time: stretches, in seconds, over which it goes evenly from `low` to `high`.

    The stretches follow one another in time.
    """

    metric: Metric
    start: Floats
    end: Floats
    low: Floats
    high: Floats
    zero_is_sent: bool = False

    def is_same(self, other: object) -> bool:
        """Whether the other metric is the very same level."""
        if not isinstance(other, Gauge):
            return False
        is_same_level = self.low is other.low and self.high is other.high
        is_same_time = self.start is other.start and self.end is other.end
        return (
            is_same_level
            and is_same_time
            and self.zero_is_sent == other.zero_is_sent
        )

    def by_period(self, period: float) -> Datapoints:
        """Some statistics of each period of so many seconds.

        A period in which the level is always 0 has none, unless AWS sends zeros. Minimum and
        Maximum are exact, Average is the mean over time; the other statistics would depend on how
        often a service looks.
        """
        if not len(self.start):
            return NO_DATAPOINTS
        stretch, number = self._pieces(period)
        start = np.maximum(self.start[stretch], number * period)
        end = np.minimum(self.end[stretch], (number + 1) * period)
        low = self._level(stretch, start)
        high = self._level(stretch, end)
        time = end - start
        found = _periods(number)
        first = found.first
        highest = np.maximum.reduceat(high, first)
        total = np.add.reduceat(time, first)
        mean = np.divide(
            np.add.reduceat((low + high) / 2 * time, first),
            total,
            out=highest.copy(),
            where=total > 0,
        )
        statistics = {
            "Average": mean,
            "Minimum": np.minimum.reduceat(low, first),
            "Maximum": highest,
        }
        is_sent = (highest > 0) | self.zero_is_sent
        sent = {name: value[is_sent] for name, value in statistics.items()}
        return Datapoints((found.number * period)[is_sent], sent)

    def _pieces(self, period: float) -> tuple[Integers, Floats]:
        """Stretches cut where periods end: by piece the numbers of its stretch and period."""
        first = np.floor(self.start / period)
        last = np.maximum(np.ceil(self.end / period) - 1, first)
        pieces = (last - first + 1).astype(np.int64)
        stretch = np.repeat(np.arange(len(pieces)), pieces)
        first_piece = np.cumsum(pieces) - pieces
        within_stretch = np.arange(len(stretch)) - first_piece[stretch]
        return stretch, first[stretch] + within_stretch

    def _level(self, stretch: Integers, at: Floats) -> Floats:
        """The level at each instant of `at`, within the stretch of that number."""
        if self.low is self.high:
            return self.low[stretch]
        length = (self.end - self.start)[stretch]
        passed = at - self.start[stretch]
        rise = (self.high - self.low)[stretch]
        return np.asarray(self.low[stretch] + ratio(passed, length) * rise)


def _in_order(number: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Numbers of periods and values, in order of both."""
    if value.min() == value.max():
        return np.sort(number), value
    pairs = np.empty(len(value), complex)
    pairs.real = number
    pairs.imag = value
    pairs.sort()  # by the real part first
    return pairs.real, pairs.imag


class _Periods(NamedTuple):
    """Periods by their numbers: where each begins in sorted rows, and how many rows it has."""

    number: Floats
    first: Integers
    rows: Integers


def _periods(numbers: Floats) -> _Periods:
    """Of sorted numbers of periods each once."""
    is_first = np.r_[True, numbers[1:] > numbers[:-1]]
    first = np.flatnonzero(is_first)
    rows = np.diff(np.r_[first, len(numbers)])
    return _Periods(numbers[first], first, rows)


def _quantile(
    value: Floats, first: Integers, count: Integers, share: float
) -> Floats:
    """Of each group of sorted values: what such a share of it is below."""
    place = share * (count - 1)
    below = np.floor(place).astype(np.int64)
    above = np.ceil(place).astype(np.int64)
    low = value[first + below]
    high = value[first + above]
    return np.asarray(low + (place - below) * (high - low))


def ratio(part: Floats, whole: Floats) -> Floats:
    """One divided by the other; 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def samples(metric: Metric, at: Any, value: Any) -> Samples:
    """One sample at each instant of a column, in seconds."""
    return Samples(metric, np.asarray(at, float), np.asarray(value, float))


def occurrences(metric: Metric, at: Any) -> Samples:
    """A sample of 1 at each instant of a column, in seconds."""
    return samples(metric, at, np.ones(len(at)))


def open_gauge(
    metric: Metric,
    start: Any,
    end: Any,
    until: float,
    base: float = 0.0,
    zero_is_sent: bool = False,
) -> Gauge:
    """How many intervals are open, from 0 to `until` seconds, and `base` more."""
    found = open_intervals(
        np.asarray(start, float), np.asarray(end, float), until, base
    )
    return Gauge(
        metric, found.start, found.end, found.level, found.level, zero_is_sent
    )
