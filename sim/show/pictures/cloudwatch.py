"""What the CloudWatch console shows of a resource: a graph a metric, a point each period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from sim.markup import visible
from sim.phrases import amount, spoken
from sim.results.cloudwatch.metrics import metrics_each
from sim.results.run import Run
from sim.scenario.arguments import checked
from sim.show.drawing.frame import TEXT_SIZE
from sim.show.drawing.graph_page import GraphPage
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import FAILURE, RUN_LINES, Theme, theme_named
from sim.show.drawing.time_units import shared_end
from sim.show.drawing.words import shortened
from sim.show.pictures.captions import last_arrival
from sim.show.pictures.cloudwatch_alarms import AlarmLine, alarm_lines
from sim.show.pictures.cloudwatch_graphs import colour, in_order, statistics
from sim.show.pictures.cloudwatch_periods import (
    chosen_period,
    period_seconds,
    period_words,
)
from sim.show.pictures.cloudwatch_resources import (
    Resource,
    metrics_of,
    resource_named,
)

NO_ALARMS: Mapping[str, float] = {}
TICKS = 5
HEADROOM = 1.12
SECONDS = {"Seconds": 1.0, "Milliseconds": 0.001}


@checked
def cloudwatch(
    run: Run,
    resource: str | None = None,
    period: str | None = None,
    *,
    alarms: Mapping[str, float] = NO_ALARMS,
    title: str | None = None,
    pinned: Run | None = None,
    theme: str | Theme = "light",
) -> Picture:
    """Draw what CloudWatch shows of a function, queue, stream or event bus, by its metrics' names.

    `resource`: by default the only function, with the queue, API or subscriber before it; several
    must be named, else `ScenarioError` is raised. `period`: such as "1min", "5s"; by default long
    enough for twelve points or more, so that a chart is a line. `alarms`: thresholds by
    metric, beside the scenario's own alarms. `title`: by default the counts. `pinned`: an earlier
    run, as grey lines. A metric that was never sent has no graph.
    """
    found = resource_named(run, resource)
    return resource_picture(run, found, period, alarms, title, pinned, theme)


def resource_picture(
    run: Run,
    resource: Resource,
    period: str | None,
    alarms: Mapping[str, float],
    title: str | None,
    pinned: Run | None,
    theme: str | Theme,
) -> Picture:
    """The picture of a resource that the run has."""
    last = max(_last_moment(each) for each in (run, pinned) if each is not None)
    until = shared_end([last], last_arrival({"": run}), TICKS)
    seconds = period_seconds(period) if period else chosen_period(until)
    mine = metrics_of(run, resource, metrics_each(run, seconds))
    before = mine.iloc[:0]
    if pinned is not None:
        before = metrics_of(pinned, resource, metrics_each(pinned, seconds))
    names = in_order(mine.metric)
    lines = alarm_lines(run, mine, alarms)
    page = GraphPage(len(names), theme_named(theme), until)
    for number, name in enumerate(names):
        rows = mine[mine.metric == name]
        graph = _Graph(page, number, name, rows, seconds)
        on_it = [line for line in lines if line.metric == name]
        graph.draw(before[before.metric == name], on_it)
    answer = _answer(resource, mine)
    parts = [period_words(seconds), *_cut(run, last, until)]
    parts += ["dashed: alarms, thick while they ring"] * bool(lines)
    parts += ["grey: the pinned run"] * (pinned is not None)
    page.set_texts(title or f"{resource.name}: {answer}", parts)
    page.figure.text_alternative = (
        f"CloudWatch metrics of {resource.name}, {parts[0]}: {answer}. "
        f"{_ranges(names, mine)}"
    )
    page.figure.runs = {resource.name: run}
    return page.figure


def _last_moment(run: Run) -> float:
    """When the last event ends, in seconds; of alarms, and of events under way, the run's end."""
    ended = run.journeys.ended_s
    if run.scenario.alarms or ended.isna().any() or ended.empty:
        return run.ended_s
    return float(ended.max())


def _cut(run: Run, last: float, until: float) -> list[str]:
    """What the time axis leaves out."""
    if until >= last:
        return []
    ended = spoken(run.ended_s)
    return [f"the first {spoken(until)}; the counts are of all {ended}"]


class _Graph:
    """One metric: a line for each of its statistics, with their key above it."""

    def __init__(
        self,
        page: GraphPage,
        number: int,
        name: str,
        rows: pd.DataFrame,
        period: float,
    ) -> None:
        self.page = page
        self.theme = page.theme
        self.name = name
        self.rows = rows
        self.period = period
        self.unit = rows.unit.iloc[0]
        self.axes = page.axes(number, name, self.unit)

    def draw(self, before: pd.DataFrame, alarms: list[AlarmLine]) -> None:
        """Draw the pinned run's first statistic, the lines, and the thresholds of alarms."""
        chosen = statistics(self.name, self.unit)
        if len(before):
            points = _points(before, chosen[0])
            self.axes.plot(points.index, points, color=self.theme.pinned)
        lines = [
            self._line(statistic, place)
            for place, statistic in enumerate(chosen)
        ]
        self._key(lines, list(chosen))
        thresholds = [alarm.threshold for alarm in alarms]
        top = max([1.0, self.axes.dataLim.y1, *thresholds])
        self.axes.set_ylim(0, top * HEADROOM)
        for alarm in alarms:
            self._threshold(alarm)

    def _line(self, statistic: str, place: int) -> Line2D:
        """A point each period; across periods without one the line is thin."""
        points = _points(self.rows, statistic)
        points = points[points.index <= self.page.seconds]
        style: dict[str, Any] = {
            "color": self.theme.pick(colour(self.name, place))
        }
        self.axes.plot(points.index, points, linewidth=0.7, alpha=0.5, **style)
        periods = np.arange(0, self.page.seconds + self.period, self.period)
        (line,) = self.axes.plot(
            periods,
            points.reindex(periods).to_numpy(),
            linestyle=RUN_LINES[place],
            linewidth=1.6,
            marker="o",
            markersize=3,
            clip_on=False,
            **style,
        )
        return line

    def _threshold(self, alarm: AlarmLine) -> None:
        """A dashed line, solid and thick while the alarm rings."""
        colour_of_alarms = self.theme.pick(FAILURE)
        self.axes.axhline(
            alarm.threshold,
            color=colour_of_alarms,
            linewidth=1.4,
            linestyle=(0, (5, 2)),
        )
        for ringing in alarm.ringing:
            self.axes.plot(
                ringing,
                [alarm.threshold] * 2,
                color=colour_of_alarms,
                linewidth=5,
                solid_capstyle="butt",
            )
        is_high = alarm.threshold > self.axes.get_ylim()[1] / 2
        self.axes.annotate(
            shortened(visible(alarm.words), self.page.graph_width, TEXT_SIZE),
            (0, alarm.threshold),
            (3, -4 if is_high else 4),
            va="top" if is_high else "bottom",
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            fontsize=TEXT_SIZE,
            color=self.theme.text,
            path_effects=[
                withStroke(linewidth=4, foreground=self.theme.background)
            ],
        )

    def _key(self, lines: list[Line2D], labels: list[str]) -> None:
        self.axes.legend(
            lines,
            labels,
            loc="lower left",
            bbox_to_anchor=(self.page.name_left, 1),
            ncols=3,
            frameon=False,
            fontsize=TEXT_SIZE,
            labelcolor=self.theme.secondary,
            handlelength=1.3,
            handletextpad=0.3,
            columnspacing=0.6,
            borderaxespad=0.1,
            borderpad=0.1,
        )


def _points(rows: pd.DataFrame, statistic: str) -> pd.Series[float]:
    """The values of a statistic by the start of their period, over all dimensions."""
    values = rows.groupby("timestamp_s")[statistic]
    match statistic:
        case "Sum":
            return values.sum()
        case "Minimum":
            return values.min()
        case _:
            return values.max()


def _answer(resource: Resource, metrics: pd.DataFrame) -> str:
    sums = metrics.groupby("metric").Sum.sum()
    if resource.kind != "function":
        return _largest(metrics)
    runs = sums.get("Invocations", 0)
    errors = sums.get("Errors", 0)
    throttles = sums.get("Throttles", 0)
    share = f" ({errors / runs:.1%})" if errors else ""
    failed = f"{errors:,.0f} errors{share}"
    return f"{runs:,.0f} invocations, {failed}, {throttles:,.0f} throttles"


def _largest(metrics: pd.DataFrame) -> str:
    """What a resource that is no function has most of."""
    if metrics.empty:
        return "no metric was sent"
    parts = []
    for name in in_order(metrics.metric)[:3]:
        rows = metrics[metrics.metric == name]
        statistic, *_ = statistics(name, rows.unit.iloc[0])
        if statistic == "Sum":
            parts.append(f"{name} {rows.Sum.sum():,.0f} in all")
        else:
            most = _spoken_value(rows[statistic].max(), rows.unit.iloc[0])
            parts.append(f"{name} up to {most}")
    return ", ".join(parts)


def _spoken_value(value: float, unit: str) -> str:
    """A value as people say it: times with the unit that suits them."""
    if unit in SECONDS:
        return spoken(value * SECONDS[unit])
    return amount(value)


def _ranges(names: list[str], metrics: pd.DataFrame) -> str:
    """The range of every line, in words."""
    ranges = []
    for name in names:
        rows = metrics[metrics.metric == name]
        for statistic in statistics(name, rows.unit.iloc[0]):
            values = rows[statistic].dropna()
            if len(values):
                span = f"from {amount(values.min())} to {amount(values.max())}"
                ranges.append(f"{name} ({statistic}) {span}")
    return "; ".join(ranges) + "."
