"""Datapoints of metrics: samples and levels over time, and their statistics by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats, Integers
from sim.results.intervals import open_intervals

LAMBDA = "AWS/Lambda"
SQS = "AWS/SQS"
API_GATEWAY = "AWS/ApiGateway"
KINESIS = "AWS/Kinesis"
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

    def by_period(self, period: float) -> pd.DataFrame:
        """One row a period of so many seconds with at least one sample; columns: `STATISTICS`.

        AWS defines a percentile by the share of samples below it and leaves its computation open:
        interpolation between the two nearest samples is a choice.
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
        """
        start_of_period = np.floor(self.at / period) * period
        grouped = pd.Series(self.value).groupby(start_of_period)
        table = grouped.agg(["sum", "mean", "min", "max", "count"])
        percentiles = [grouped.quantile(share) for share in (0.5, 0.95, 0.99)]
        return pd.concat([table, *percentiles], axis=1).set_axis(
            STATISTICS, axis=1
        )


@dataclass(frozen=True)
class Gauge:
    """A level over time: stretches, in seconds, over which it goes evenly from `low` to `high`."""

    metric: Metric
    start: Floats
    end: Floats
    low: Floats
    high: Floats
    zero_is_sent: bool = False

    def by_period(self, period: float) -> pd.DataFrame:
        """One row a period of so many seconds; columns: `STATISTICS`.

        A period in which the level is always 0 has no row, unless AWS sends zeros. Minimum and
        Maximum are exact, Average is the mean over time; the other statistics, which would depend
        on how often a service looks, are NaN.
        """
        stretch, number = self._pieces(period)
        start = np.maximum(self.start[stretch], number * period)
        end = np.minimum(self.end[stretch], (number + 1) * period)
        low = self._level(stretch, start)
        high = self._level(stretch, end)
        time = end - start
        area = (low + high) / 2 * time
        pieces = pd.DataFrame(
            {"low": low, "high": high, "area": area, "time": time}
        )
        table = pieces.groupby(number * period).agg(
            {"low": "min", "high": "max", "area": "sum", "time": "sum"}
        )
        table = table[(table.high > 0) | self.zero_is_sent]
        over_time = table.area / table.time
        mean = over_time.where(table.time > 0, table.high)
        known = pd.DataFrame(
            {"Average": mean, "Minimum": table.low, "Maximum": table.high}
        )
        return known.reindex(columns=STATISTICS)

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
        length = (self.end - self.start)[stretch]
        passed = at - self.start[stretch]
        rise = (self.high - self.low)[stretch]
        return np.asarray(self.low[stretch] + ratio(passed, length) * rise)


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
