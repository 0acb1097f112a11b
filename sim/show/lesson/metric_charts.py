"""Small charts of a resource's metrics up to now, as a part of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from sim.course.game.alarms import PERIOD, threshold
from sim.course.game.console import Console
from sim.course.game.logs import clock_text
from sim.course.game.shop_parts import SECONDS
from sim.markup import escaped
from sim.phrases import amount

STATISTICS = {
    "Count": "Sum",
    "5XXError": "Sum",
    "4XXError": "Sum",
    "Latency": "p95",
    "Invocations": "Sum",
    "Errors": "Sum",
    "Throttles": "Sum",
    "Duration": "Maximum",
    "ConcurrentExecutions": "Maximum",
    "IteratorAge": "Maximum",
    "AsyncEventsReceived": "Sum",
    "AsyncEventAge": "Maximum",
    "AsyncEventsDropped": "Sum",
    "NumberOfMessagesSent": "Sum",
    "NumberOfMessagesReceived": "Sum",
    "NumberOfMessagesDeleted": "Sum",
    "ApproximateNumberOfMessagesVisible": "Maximum",
    "ApproximateNumberOfMessagesNotVisible": "Maximum",
    "ApproximateAgeOfOldestMessage": "Maximum",
    "PolledEventCount": "Sum",
    "InvokedEventCount": "Sum",
    "FailedInvokeEventCount": "Sum",
    "DeletedEventCount": "Sum",
}
"""The metrics that have a chart, in order, each with the statistic that is drawn."""
WIDTH, HEIGHT = 208, 116  # pixels of a chart
TOP, BOTTOM = 12, 14


@dataclass(frozen=True)
class Chart:
    """One metric of one resource, with the threshold of its alarm if it has one."""

    metric: str
    statistic: str
    unit: str
    points: pd.Series[float]
    threshold: float | None

    @property
    def highest(self) -> float:
        """Where the scale ends; a metric that is always 0 has a scale up to 1."""
        return max(float(self.points.max()), self.threshold or 0.0) or 1.0

    @property
    def words(self) -> str:
        """The chart for those who do not see it."""
        last, most = self.points.iloc[-1], self.points.max()
        return (
            f"{self.metric}, {self.statistic}: last {last:,.4g}, at most {most:,.4g} "
            f"{self.unit}, from {clock_text(self.points.index[0])[:5]} "
            f"to {clock_text(self.points.index[-1] + PERIOD)[:5]}"
        )


def charts(console: Console, resource: str) -> list[Chart]:
    """The charts of a resource, by the datapoints that the console has."""
    mine = console.metrics[console.metrics.resource == resource]
    found = []
    for metric, statistic in STATISTICS.items():
        rows = mine[mine.metric == metric]
        if len(rows):
            points = rows.set_index("timestamp_s")[statistic].dropna()
            limit = threshold(console.scenario, resource, metric, statistic)
            unit = rows.unit.iloc[0]
            found.append(Chart(metric, statistic, unit, points, limit))
    return found


def charts_page(console: Console, resource: str) -> str:
    """All charts of a resource as HTML."""
    drawn = "".join(
        _drawn(chart, console.now) for chart in charts(console, resource)
    )
    if not drawn:
        return f"<p>{escaped(resource)} has sent no metrics so far.</p>"
    return f'<div class="game-charts">{drawn}</div>'


def _drawn(chart: Chart, now: float) -> str:
    lines = "".join(_polylines(chart))
    edge = _x(now)
    limit = ""
    if chart.threshold is not None:
        y = _y(chart, chart.threshold)
        limit = f'<line class="limit" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
    base = HEIGHT - BOTTOM
    axis = f'<line class="axis" x1="0" x2="{WIDTH}" y1="{base}" y2="{base}"/>'
    times = (
        f'<text x="0" y="{HEIGHT - 2}">{clock_text(0)[:5]}</text>'
        f'<text x="{WIDTH}" y="{TOP - 2}" text-anchor="end">{amount(chart.highest)}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT - 2}" text-anchor="end">'
        f"{clock_text(SECONDS)[:5]}</text>"
    )
    told = f'<line class="now" x1="{edge:.1f}" x2="{edge:.1f}" y1="0" y2="{base}"/>'
    last = amount(chart.points.iloc[-1])
    return (
        f"<figure><figcaption><b>{escaped(chart.metric)}</b> "
        f"{escaped(chart.statistic)} <span>{last} {_short(chart.unit)}</span></figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escaped(chart.words)}">{axis}{told}{limit}{lines}{times}</svg></figure>'
    )


def _short(unit: str) -> str:
    return {"Milliseconds": "ms", "Seconds": "s", "Count": ""}.get(unit, unit)


def _polylines(chart: Chart) -> Iterator[str]:
    """A line through the datapoints; a minute without one breaks it."""
    at = chart.points.index.to_series()
    for _, part in chart.points.groupby((at.diff() != PERIOD).cumsum()):
        places = [(_x(time), _y(chart, value)) for time, value in part.items()]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{line}"/>'
        x, y = places[-1]
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2"/>'


def _x(seconds: object) -> float:
    return WIDTH * float(str(seconds)) / SECONDS


def _y(chart: Chart, value: float) -> float:
    height = HEIGHT - BOTTOM - TOP
    return HEIGHT - BOTTOM - height * value / chart.highest
