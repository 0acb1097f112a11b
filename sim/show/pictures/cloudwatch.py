"""What the CloudWatch console shows: a function's metrics as small graphs, a point each period."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation

from sim.results.run import Run
from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import SynchronousTrigger
from sim.show.drawing.frame import DPI, WIDTH, Picture
from sim.show.drawing.theme import (
    RUN_COLOURS,
    RUN_LINES,
    Colours,
    Theme,
    theme_named,
)
from sim.show.drawing.time_units import axis_unit, ticks
from sim.show.pictures.cloudwatch_graphs import GRAPHS, Graph, MetricLine

COLUMNS = 3
# Inches of the page:
ROW = 1.95
TOP, BOTTOM = 0.55, 0.25
SIDE = 0.1
# Inches inside each graph's share of it:
LEFT, RIGHT = 0.55, 0.2
ABOVE, BELOW = 0.42, 0.3
HEADING_PAD = (
    16  # points between a graph and its heading; the key stands between them
)


@checked
def cloudwatch(
    run: Run,
    function: str | None = None,
    period: str = "1min",
    *,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw what the CloudWatch console shows of a function, and of the queue and API before it.

    `function`: by default the only one; several must be named, else `ScenarioError` is raised.
    `period`: whole minutes, as in `Run.metrics`. `title`: by default the counts. A metric that was
    never sent has no graph.
    """
    name = _function_name(run, function)
    metrics = run.metrics(period)
    mine = metrics[metrics.dimensions.isin(_dimensions(run, name))]
    sent = set(mine.metric)
    graphs = [
        graph
        for graph in GRAPHS
        if any(line.metric in sent for line in graph.lines)
    ]
    period_seconds = pd.Timedelta(period).total_seconds()
    seconds = max(run.ended_s, period_seconds)
    page = _Page(len(graphs), theme_named(theme), seconds, period_seconds)
    for number, graph in enumerate(graphs):
        page.draw(number, graph, mine)
    answer = _answer(mine)
    page.set_title(title or f"{name}: {answer}")
    page.figure.text_alternative = (
        f"CloudWatch metrics of {name}, a point each {period}: {answer}. "
        f"{_ranges(graphs, mine)}"
    )
    page.figure.runs = {name: run}
    return page.figure


class _Page:
    """The figure: a title, and graphs in rows of three, numbered from the upper left."""

    def __init__(
        self, graphs: int, theme: Theme, seconds: float, period: float
    ) -> None:
        self.theme = theme
        self.seconds = seconds
        self.period = period
        self.graphs = graphs
        rows = max(1, -(-graphs // COLUMNS))
        self.height = TOP + rows * ROW + BOTTOM
        self.figure = Picture(
            figsize=(WIDTH, self.height), dpi=DPI, facecolor=theme.background
        )

    def set_title(self, title: str) -> None:
        self.figure.text(
            0.2 / WIDTH,
            1 - 0.2 / self.height,
            title,
            fontsize=15,
            weight="bold",
            color=self.theme.text,
            va="top",
        )

    def draw(self, number: int, graph: Graph, metrics: pd.DataFrame) -> None:
        """One graph, with its lines named above it.

        Lines that lie on each other cannot be told apart by names at their ends.
        """
        axes = self._axes(number)
        axes.set_title(
            graph.heading,
            loc="left",
            fontsize=10,
            weight="bold",
            color=self.theme.text,
            pad=HEADING_PAD,
        )
        sent = set(metrics.metric)
        lines = [line for line in graph.lines if line.metric in sent]
        for place, line in enumerate(lines):
            points = _points(metrics, line)
            self._line(axes, points, place, self._colour(place, graph.colour))
        first = metrics[metrics.metric == graph.lines[0].metric]
        self._unit(axes, first.unit.iloc[0] if len(first) else "Count")
        self._key(axes, [line.label for line in lines])
        axes.set_ylim(0, max(1.0, axes.dataLim.y1) * 1.08)

    def _line(
        self, axes: Axes, points: pd.Series[float], place: int, colour: str
    ) -> None:
        """A point each period; a period without one breaks the line."""
        periods = np.arange(0, self.seconds, self.period)
        axes.plot(
            periods,
            points.reindex(periods).to_numpy(),
            color=colour,
            linestyle=RUN_LINES[place],
            linewidth=1.4,
            marker="o",
            markersize=2.6,
            clip_on=False,
        )

    def _unit(self, axes: Axes, unit: str) -> None:
        up = ScaledTranslation(0, HEADING_PAD / 72, self.figure.dpi_scale_trans)
        axes.text(
            1,
            1,
            unit,
            transform=axes.transAxes + up,
            ha="right",
            fontsize=8,
            color=self.theme.secondary,
        )

    def _key(self, axes: Axes, labels: list[str]) -> None:
        axes.legend(
            axes.lines,
            labels,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=3,
            frameon=False,
            fontsize=8,
            labelcolor=self.theme.secondary,
            handlelength=1.9,
            handletextpad=0.4,
            columnspacing=0.9,
            borderaxespad=0.1,
            borderpad=0.1,
        )

    def _colour(self, place: int, first: Colours) -> str:
        """The colour of a graph's line; that of the first one tells what the metric means."""
        return self.theme.pick(first if place == 0 else RUN_COLOURS[place])

    def _axes(self, number: int) -> Axes:
        axes = self.figure.add_axes(self._place(number), facecolor="none")
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.spines["bottom"].set_color(self.theme.axis)
        axes.grid(axis="y", color=self.theme.axis, linewidth=0.5, alpha=0.6)
        axes.tick_params(
            colors=self.theme.secondary,
            labelsize=8,
            color=self.theme.axis,
            length=2,
        )
        axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
        axes.set_xlim(0, self.seconds)
        axes.set_xticks(*ticks(self.seconds, 5))
        is_lowest = number + COLUMNS >= self.graphs
        if is_lowest:
            unit = axis_unit(self.seconds).name
            axes.set_xlabel(
                f"{unit} since start", color=self.theme.secondary, fontsize=8
            )
        return axes

    def _place(self, number: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of a graph, as parts of the figure's."""
        row, column = divmod(number, COLUMNS)
        share = (WIDTH - 2 * SIDE) / COLUMNS
        left = SIDE + column * share + LEFT
        width = share - LEFT - RIGHT
        top = self.height - TOP - row * ROW
        bottom = top - ROW + BELOW
        height = ROW - ABOVE - BELOW
        return (
            left / WIDTH,
            bottom / self.height,
            width / WIDTH,
            height / self.height,
        )


def _points(metrics: pd.DataFrame, line: MetricLine) -> pd.Series[float]:
    """The values of a line by the start of their period, over all dimensions."""
    mine = metrics[metrics.metric == line.metric]
    values = mine.groupby("timestamp_s")[line.statistic]
    return values.sum() if line.statistic == "Sum" else values.max()


def _function_name(run: Run, function: str | None) -> str:
    names = [each.name for each in run.scenario.functions]
    known = ", ".join(map(repr, names))
    if function is None and len(names) > 1:
        raise ScenarioError(
            f"The run has functions {known}; name one with function=."
        )
    if function is not None and function not in names:
        raise ScenarioError(
            f"The run has no function {function!r}, but {known}."
        )
    return function or names[0]


def _dimensions(run: Run, function: str) -> list[str]:
    """The function's own, and those of the queues, APIs and subscribers that invoke it."""
    dimensions = [f"FunctionName={function}"]
    for trigger in run.triggers:
        if trigger.function != function:
            continue
        if isinstance(trigger, EventSourceMapping):
            dimensions.append(f"QueueName={trigger.source}")
        if isinstance(trigger, Subscriber):
            dimensions.append(
                f"EventBus={trigger.source},Subscriber={trigger.name}"
            )
        if isinstance(trigger, SynchronousTrigger):
            dimensions += [f"ApiName={trigger.name}", f"ApiId={trigger.name}"]
    return dimensions


def _answer(metrics: pd.DataFrame) -> str:
    sums = metrics.groupby("metric").Sum.sum()
    runs = sums.get("Invocations", 0)
    errors = sums.get("Errors", 0)
    throttles = sums.get("Throttles", 0)
    share = f" ({errors / runs:.1%})" if errors else ""
    failed = f"{errors:,.0f} errors{share}"
    return f"{runs:,.0f} invocations, {failed}, {throttles:,.0f} throttles"


def _ranges(graphs: list[Graph], metrics: pd.DataFrame) -> str:
    """The range of every line, in words."""
    ranges = []
    for line in (line for graph in graphs for line in graph.lines):
        mine = metrics[metrics.metric == line.metric]
        values = mine[line.statistic].dropna()
        if len(values):
            span = f"from {values.min():,.6g} to {values.max():,.6g}"
            ranges.append(f"{line.metric} ({line.statistic}) {span}")
    return "; ".join(ranges) + "."
