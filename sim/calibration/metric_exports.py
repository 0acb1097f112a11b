"""CloudWatch's metrics as its commands answer, or as its console exports them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
"""

from __future__ import annotations

import re
from collections import Counter
from math import isfinite, isnan
from typing import Any

from sim.calibration.entry import seconds_of
from sim.calibration.reports import Row

SUMS = ("Invocations", "Errors", "Throttles")
NOTES = {
    "ConcurrentExecutions": "The greatest.",
    "Duration": "The greatest, in milliseconds.",
}
"""Of these the greatest value says something, and the sum nothing."""
STATISTIC = re.compile(
    r"sum|average|avg|minimum|min|maximum|max|samplecount|sample|count|p\d+(?:\.\d+)?",
    re.I,
)
NO_SUM = re.compile(r"average|avg|minimum|min|maximum|max|p\d+", re.I)
WORD = re.compile(r"[A-Za-z0-9_.-]+")
FUNCTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
BESIDE = {"aws", "lambda", "functionname", "resource"}


class Metrics:
    """The datapoints of the metrics that are known, each instant once."""

    def __init__(self, unread: Counter[str]) -> None:
        self.points: dict[str, dict[float, float]] = {}
        self.unread = unread
        self.functions: dict[str, Metrics] = {}
        self._named: dict[str, Any] = {}

    def add(self, result: dict[str, Any]) -> None:
        """Take one result: a label or an id that names the metric, timestamps and values."""
        times, values = result.get("Timestamps"), result.get("Values")
        if not isinstance(times, list) or not isinstance(values, list):
            self.unread["broken metric"] += 1
            return
        if len(times) != len(values):
            self.unread["broken metric"] += 1
            return
        points = self._points_of(result)
        for time, value in zip(times, values, strict=True):
            if points is not None:
                self._add(points, time, value)

    def _points_of(self, result: dict[str, Any]) -> dict[float, float] | None:
        """Where a result's datapoints belong; None, and counted, if they say nothing here."""
        label = str(result.get("Label") or "")
        name = str(result.get("Id") or "")
        metric = _metric_in(label) or _metric_in(name)
        if metric is None:
            self.unread["unknown metric"] += 1
            return None
        words = [
            word
            for word in WORD.findall(label)
            if word.lower() != metric.lower()
        ]
        if metric in SUMS and any(map(NO_SUM.fullmatch, words)):
            self.unread["metric that is no sum"] += 1
            return None
        of = self._of_function(_function_in(words))
        known = of._named.setdefault(metric, name)
        if known != name:
            self.unread["metric of several series"] += 1
            return None
        return of.points.setdefault(metric, {})

    def _of_function(self, function: str) -> Metrics:
        if not function:
            return self
        return self.functions.setdefault(function, Metrics(self.unread))

    def of(self, function: str) -> Metrics:
        """Those of a function; if none has its name, those that name no function."""
        if function in self.functions:
            return self.functions[function]
        only = list(self.functions.values())
        return only[0] if len(only) == 1 and not self.points else self

    def _add(self, points: dict[float, float], time: Any, value: Any) -> None:
        at = seconds_of(time)
        is_number = isinstance(value, (int, float)) and isfinite(value)
        if isnan(at) or not is_number or value < 0:
            self.unread["broken datapoint"] += 1
        else:
            points[at] = float(value)

    @property
    def error_share(self) -> float:
        """The share of errors; 0 unless both counts are there."""
        total = self.total("Invocations")
        return min(self.total("Errors") / total, 1.0) if total else 0.0

    def total(self, name: str) -> float:
        """The sum of a metric's values; 0 without any."""
        return sum(self.points.get(name, {}).values())

    def by_time(self, name: str) -> list[tuple[float, float]]:
        """A metric's datapoints in order of time."""
        return sorted(self.points.get(name, {}).items())

    def rows(self, runs: int) -> list[Row]:
        """The rows on metrics, and which share of the invocations the logs have."""
        rows = [
            Row("metrics", name, len(points), _of_all(name, points))._replace(
                note=NOTES.get(name, "The sum.")
            )
            for name, points in sorted(self.points.items())
        ]
        total = self.total("Invocations")
        if total and runs:
            note = "Of the invocations that the metric counts; it may be of another time."
            share = Row("metrics", "share in the logs", runs, runs / total)
            rows.append(share._replace(unit="share", note=note))
        return rows


def _of_all(name: str, points: dict[float, float]) -> float:
    values = points.values()
    return sum(values) if name in SUMS else max(values, default=0.0)


def _metric_in(text: str) -> str | None:
    """Which metric a label or an id names."""
    plain = text.lower()
    return next(
        (name for name in (*SUMS, *NOTES) if name.lower() in plain), None
    )


def _function_in(words: list[str]) -> str:
    """The function that a label names beside its metric, as CloudWatch labels several."""
    names = [
        word
        for word in words
        if not STATISTIC.fullmatch(word) and word.lower() not in BESIDE
    ]
    is_one = len(names) == 1 and FUNCTION_NAME.fullmatch(names[0])
    return names[0] if is_one else ""
