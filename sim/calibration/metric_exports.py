"""CloudWatch's metrics as `aws cloudwatch get-metric-data` gives them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

from collections import Counter
from math import isfinite, isnan
from typing import Any

from sim.calibration.entries import seconds_of

KNOWN = (
    "Invocations",
    "Errors",
    "Throttles",
    "ConcurrentExecutions",
    "Duration",
)


class Metrics:
    """The datapoints of the metrics that are known, each instant once."""

    def __init__(self, unread: Counter[str]) -> None:
        self.points: dict[str, dict[float, float]] = {}
        self.unread = unread

    def add(self, result: dict[str, Any]) -> None:
        """Take one result: a label or an id that names the metric, timestamps and values."""
        name = _named(result)
        times, values = result.get("Timestamps"), result.get("Values")
        if not isinstance(times, list) or not isinstance(values, list):
            self.unread["broken metric"] += 1
            return
        if name is None or len(times) != len(values):
            self.unread[
                "unknown metric" if name is None else "broken metric"
            ] += 1
            return
        points = self.points.setdefault(name, {})
        for time, value in zip(times, values, strict=True):
            self._add(points, time, value)

    def _add(self, points: dict[float, float], time: Any, value: Any) -> None:
        at = seconds_of(time)
        is_number = isinstance(value, (int, float)) and isfinite(value)
        if isnan(at) or not is_number or value < 0:
            self.unread["broken datapoint"] += 1
        else:
            points[at] = float(value)

    def total(self, name: str) -> float:
        """The sum of a metric's values; 0 without any."""
        return sum(self.points.get(name, {}).values())

    def by_time(self, name: str) -> list[tuple[float, float]]:
        """A metric's datapoints in order of time."""
        return sorted(self.points.get(name, {}).items())


def _named(result: dict[str, Any]) -> str | None:
    """Which metric it is, by its label or its id."""
    told = f"{result.get('Label')} {result.get('Id')}".lower()
    return next((name for name in KNOWN if name.lower() in told), None)
