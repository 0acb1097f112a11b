"""Datapoints of metrics: samples at instants and levels over time, and their statistics by period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

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
class Samples:
    """Values that were sent at instants, in seconds."""

    namespace: str
    metric: str
    dimensions: str
    unit: str
    at: Floats
    value: Floats

    def by_period(self, period: float) -> pd.DataFrame:
        """One row a period with at least one sample; percentiles interpolate between the two nearest samples.

        AWS defines a percentile by the share of samples below it and leaves its computation open:
        interpolation is a choice.
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
        """
        grouped = pd.Series(self.value).groupby(np.floor(self.at / period) * period)
        table = grouped.agg(["sum", "mean", "min", "max", "count"])
        shares = [grouped.quantile(share) for share in (0.5, 0.95, 0.99)]
        return pd.concat([table, *shares], axis=1).set_axis(STATISTICS, axis=1)


@dataclass(frozen=True)
class Gauge:
    """A level over time: stretches, in seconds, over which it goes evenly from `low` to `high`."""

    namespace: str
    metric: str
    dimensions: str
    unit: str
    start: Floats
    end: Floats
    low: Floats
    high: Floats
    zero_is_sent: bool = False

    def by_period(self, period: float) -> pd.DataFrame:
        """One row a period, but those in which the level is 0, unless AWS sends zeros.

        Minimum and Maximum are exact, Average is the mean over time; the other statistics, which
        would depend on how often a service looks, are NaN.
        """
        of, number = self._pieces(period)
        start, end = (
            np.maximum(self.start[of], number * period),
            np.minimum(self.end[of], (number + 1) * period),
        )
        low, high, time = self._level(of, start), self._level(of, end), end - start
        pieces = pd.DataFrame(
            {"low": low, "high": high, "area": (low + high) / 2 * time, "time": time}
        )
        table = pieces.groupby(number * period).agg(
            {"low": "min", "high": "max", "area": "sum", "time": "sum"}
        )
        table = table[(table.high > 0) | self.zero_is_sent]
        average = (table.area / table.time).where(table.time > 0, table.high)
        known = pd.DataFrame(
            {"Average": average, "Minimum": table.low, "Maximum": table.high}
        )
        return known.reindex(columns=STATISTICS)

    def _pieces(self, period: float) -> tuple[NDArray[np.int64], Floats]:
        """The stretches cut where periods end: the number of the stretch and that of the period."""
        first = np.floor(self.start / period)
        times = (np.maximum(np.ceil(self.end / period) - 1, first) - first + 1).astype(
            np.int64
        )
        of = np.repeat(np.arange(len(times)), times)
        return of, first[of] + np.arange(len(of)) - np.repeat(
            np.cumsum(times) - times, times
        )

    def _level(self, of: NDArray[np.int64], at: Floats) -> Floats:
        length = (self.end - self.start)[of]
        share = np.divide(
            at - self.start[of], length, out=np.zeros(len(of)), where=length > 0
        )
        return np.asarray(self.low[of] + share * (self.high - self.low)[of])


def steps(
    start: Floats, end: Floats, until: float, base: float = 0.0
) -> tuple[Floats, Floats, Floats]:
    """How many intervals are open, as stretches of time from 0 to `until`: their starts, ends and levels.

    At one instant intervals end before others start; those without any length come and go last, and
    show as a stretch without length.
    """
    brief = end <= start
    time = np.r_[end[~brief], start, end[brief]]
    kind = np.r_[
        np.zeros(int((~brief).sum())),
        np.ones(len(start)),
        np.full(int(brief.sum()), 2.0),
    ]
    order = np.lexsort((kind, time))
    time, begins = np.r_[0.0, time[order]], np.r_[False, kind[order] == 1]
    level = base + np.cumsum(np.r_[0.0, np.where(begins[1:], 1.0, -1.0)])
    after = np.r_[time[1:], max(until, time[-1])]
    peak = begins & ~np.r_[begins[1:], False]
    seen = (after > time) | peak
    return time[seen], after[seen], level[seen]
