"""The CloudWatch console: a function's metrics as small pictures side by side, a point each period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation

from sim.results.run import Run
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.triggers import SynchronousTrigger
from sim.show.drawing.frame import DPI, Picture
from sim.show.drawing.theme import (
    FAILURE,
    MARKS,
    RUN_COLOURS,
    RUN_LINES,
    Colours,
    Theme,
)
from sim.show.drawing.theme import theme as theme_of
from sim.show.drawing.time_units import axis_unit, ticks

COLUMNS = 3
WIDTH, ROW, TOP, BOTTOM = 10.5, 1.95, 0.55, 0.25  # inches
LEFT, RIGHT, ABOVE = 0.55, 0.1, 0.42  # inches inside each panel's share of the page
THROTTLE = MARKS["throttle"].edge


@dataclass(frozen=True)
class Panel:
    """One small picture: its heading, and the lines in it, each a metric with one of its statistics."""

    heading: str
    lines: tuple[tuple[str, str], ...]
    colour: Colours = RUN_COLOURS[0]


# In the order, and with the statistics, of a function's Monitor tab; then what comes before Lambda.
PANELS = (
    Panel("Invocations", (("Invocations", "Sum"),)),
    Panel(
        "Duration",
        (("Duration", "Maximum"), ("Duration", "Average"), ("Duration", "Minimum")),
    ),
    Panel("Errors", (("Errors", "Sum"),), FAILURE),
    Panel("Throttles", (("Throttles", "Sum"),), THROTTLE),
    Panel("Concurrent executions", (("ConcurrentExecutions", "Maximum"),)),
    Panel(
        "Async events", (("AsyncEventsReceived", "Sum"), ("AsyncEventsDropped", "Sum"))
    ),
    Panel(
        "Async event age", (("AsyncEventAge", "Maximum"), ("AsyncEventAge", "Average"))
    ),
    Panel("Iterator age", (("IteratorAge", "Maximum"), ("IteratorAge", "Average"))),
    Panel("Offset lag", (("OffsetLag", "Maximum"),)),
    Panel("API latency", (("Latency", "p99"), ("Latency", "p50"))),
    Panel(
        "API errors",
        (("5XXError", "Sum"), ("4XXError", "Sum"), ("5xx", "Sum"), ("4xx", "Sum")),
        FAILURE,
    ),
    Panel(
        "Queue: messages",
        (
            ("ApproximateNumberOfMessagesVisible", "Maximum"),
            ("ApproximateNumberOfMessagesNotVisible", "Maximum"),
        ),
    ),
    Panel("Queue: age of the oldest", (("ApproximateAgeOfOldestMessage", "Maximum"),)),
    Panel("Queue: empty receives", (("NumberOfEmptyReceives", "Sum"),)),
)
SHORT = {
    "ApproximateNumberOfMessagesVisible": "visible",
    "ApproximateNumberOfMessagesNotVisible": "in flight",
    "AsyncEventsReceived": "received",
    "AsyncEventsDropped": "dropped",
    "5XXError": "5XX",
    "4XXError": "4XX",
}


def console(
    run: Run,
    function: str | None = None,
    period: str = "1min",
    *,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw what the CloudWatch console shows: Lambda's metrics, and those of the queue and API in front of it.

    `function`: by default the only one; several must be named, else `ValueError` is raised.
    `period`: whole minutes, as in `Run.metrics`. `title`: by default the counts. A metric that was
    never sent has no picture.
    """
    name = _function(run, function)
    metrics = run.metrics(period)
    mine = metrics[metrics.dimensions.isin(_dimensions(run, name))]
    panels = [
        panel
        for panel in PANELS
        if mine.metric.isin([metric for metric, _ in panel.lines]).any()
    ]
    page = _Page(
        len(panels),
        theme_of(theme),
        run.trace.ended / 1e6,
        pd.Timedelta(period).total_seconds(),
    )
    for number, panel in enumerate(panels):
        page.draw(number, panel, mine)
    answer = _answer(mine)
    page.say(title or f"{name}: {answer}")
    ranges = _in_words(panels, mine)
    page.figure.text_alternative = (
        f"CloudWatch metrics of {name}, a point each {period}: {answer}. {ranges}"
    )
    page.figure.runs = {name: run}
    return page.figure


class _Page:
    """The figure: a title, and panels in rows of three, numbered from the upper left."""

    def __init__(
        self, panels: int, theme: Theme, seconds: float, period: float
    ) -> None:
        self.theme, self.seconds, self.period = theme, max(seconds, period), period
        self.rows = max(1, -(-panels // COLUMNS))
        self.height = TOP + self.rows * ROW + BOTTOM
        self.panels = panels
        self.figure = Picture(
            figsize=(WIDTH, self.height), dpi=DPI, facecolor=theme.paper
        )

    def say(self, title: str) -> None:
        place = (0.2 / WIDTH, 1 - 0.2 / self.height)
        self.figure.text(
            *place, title, fontsize=15, weight="bold", color=self.theme.ink, va="top"
        )

    def draw(self, number: int, panel: Panel, metrics: pd.DataFrame) -> None:
        """One panel, with its lines named above it, since lines that lie on each other cannot be told apart."""
        axes = self._axes(number)
        axes.set_title(
            panel.heading,
            loc="left",
            fontsize=10,
            weight="bold",
            color=self.theme.ink,
            pad=16,
        )
        present = [line for line in panel.lines if (metrics.metric == line[0]).any()]
        for place, (metric, statistic) in enumerate(present):
            points = metrics[metrics.metric == metric].groupby("timestamp_s")[statistic]
            self._line(
                axes,
                points.sum() if statistic == "Sum" else points.max(),
                place,
                panel.colour,
            )
        unit = metrics[metrics.metric == panel.lines[0][0]].unit.head(1).to_list() or [
            "Count"
        ]
        self._key(axes, present, unit[0])
        axes.set_ylim(0, max(1.0, axes.dataLim.y1) * 1.08)

    def _line(
        self, axes: Axes, points: pd.Series[float], place: int, colour: Colours
    ) -> None:
        """A point each period; a period without one breaks the line."""
        every = np.arange(0, self.seconds, self.period)
        line = axes.plot(
            every, points.reindex(every).to_numpy(), color=self._colour(place, colour)
        )[0]
        line.set(
            linestyle=RUN_LINES[place],
            linewidth=1.4,
            marker="o",
            markersize=2.6,
            clip_on=False,
        )

    def _key(self, axes: Axes, lines: list[tuple[str, str]], unit: str) -> None:
        axes.text(
            1, 1, unit, transform=axes.transAxes + ScaledTranslation(0, 16 / 72, self.figure.dpi_scale_trans),
            ha="right", fontsize=8, color=self.theme.secondary,
        )  # fmt: skip
        words = [
            f"{SHORT.get(metric, '')} {statistic}".strip()
            for metric, statistic in lines
        ]
        axes.legend(
            axes.lines, words, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8,
            labelcolor=self.theme.secondary, handlelength=1.9, handletextpad=0.4, columnspacing=0.9, borderaxespad=0.1,
            borderpad=0.1,
        )  # fmt: skip

    def _colour(self, place: int, colour: Colours) -> str:
        return (colour, *RUN_COLOURS[1:])[place][self.theme.number]

    def _axes(self, number: int) -> Axes:
        row, column = divmod(number, COLUMNS)
        width = (WIDTH - 0.2) / COLUMNS
        bottom = self.height - TOP - (row + 1) * ROW + 0.3
        place = (
            0.1 + column * width + LEFT,
            bottom,
            width - LEFT - RIGHT - 0.1,
            ROW - ABOVE - 0.3,
        )
        scale = (WIDTH, self.height, WIDTH, self.height)
        left, low, wide, high = (
            inches / whole for inches, whole in zip(place, scale, strict=True)
        )
        axes = self.figure.add_axes((left, low, wide, high), facecolor="none")
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.spines["bottom"].set_color(self.theme.axis)
        axes.grid(axis="y", color=self.theme.axis, linewidth=0.5, alpha=0.6)
        axes.tick_params(
            colors=self.theme.secondary, labelsize=8, color=self.theme.axis, length=2
        )
        axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
        axes.set_xlim(0, self.seconds)
        axes.set_xticks(*ticks(self.seconds, 5))
        if number + COLUMNS >= self.panels:
            axes.set_xlabel(
                f"{axis_unit(self.seconds).name} since start",
                color=self.theme.secondary,
                fontsize=8,
            )
        return axes


def _function(run: Run, function: str | None) -> str:
    names = [each.name for each in run.scenario.functions]
    if function is None and len(names) > 1:
        raise ValueError(
            f"The run has functions {', '.join(map(repr, names))}; name one with function=."
        )
    if function is not None and function not in names:
        raise ValueError(
            f"The run has no function {function!r}, but {', '.join(map(repr, names))}."
        )
    return function or names[0]


def _dimensions(run: Run, function: str) -> list[str]:
    """The function's own, and those of the queues and APIs that invoke it."""
    triggers = [trigger for trigger in run.triggers if trigger.function == function]
    queues = [
        f"QueueName={trigger.source}"
        for trigger in triggers
        if isinstance(trigger, EventSourceMapping)
    ]
    doors = [
        trigger.name for trigger in triggers if isinstance(trigger, SynchronousTrigger)
    ]
    return [
        f"FunctionName={function}",
        *queues,
        *(f"{key}={name}" for name in doors for key in ("ApiName", "ApiId")),
    ]


def _answer(metrics: pd.DataFrame) -> str:
    counts = {
        name: metrics[metrics.metric == name].Sum.sum()
        for name in ("Invocations", "Errors", "Throttles")
    }
    runs, errors, throttles = counts.values()
    share = f" ({errors / runs:.1%})" if errors else ""
    return f"{runs:,.0f} invocations, {errors:,.0f} errors{share}, {throttles:,.0f} throttles"


def _in_words(panels: list[Panel], metrics: pd.DataFrame) -> str:
    """The range of every line."""
    ranges = []
    for metric, statistic in (line for panel in panels for line in panel.lines):
        values = metrics[metrics.metric == metric][statistic].dropna()
        if len(values):
            ranges.append(
                f"{metric} ({statistic}) from {values.min():,.6g} to {values.max():,.6g}"
            )
    return "; ".join(ranges) + "."
