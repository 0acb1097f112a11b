"""Power tuning: what memory does to a function's bill and to its duration, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.experiments import power_tuning as experiment
from sim.experiments.power_tuning import MEMORY_SIZES
from sim.phrases import spoken, usd
from sim.scenario.arguments import PositiveNumber, Seed, checked
from sim.scenario.scenario import Scenario
from sim.show.drawing.frame import Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import RUN_LINES, run_colour, theme_named
from sim.show.drawing.time_units import axis_unit, ticks

LEFT, BETWEEN = 0.85, 0.9  # inches: room for the numbers
COST = "cost_per_million_usd"
DURATIONS = {
    "duration_s": "mean duration",
    "p50_s": "p50",
    "p99_s": "p99",
}
AS_FAST = 1.02  # times the shortest duration, which nobody would pay for
AS_CHEAP = 1.001  # times the least cost


@checked
def power_tuning(
    scenario: Scenario,
    function: str,
    *,
    memory_sizes: Sequence[PositiveNumber] = MEMORY_SIZES,
    seed: Seed = 1,
    title: str | None = None,
    pinned: Scenario | None = None,
    theme: str = "light",
) -> Picture:
    """Draw the cost of a million events and the duration of a run over memory.

    The events are the same each time; `sim.power_tuning` gives the numbers. `pinned`: an earlier
    scenario, whose cost and mean duration are grey. Raises `ScenarioError` for a function or a size
    that cannot be.
    """
    table = experiment.power_tuning(scenario, function, memory_sizes, seed)
    frame = Frame(2, theme_named(theme), LEFT, between=BETWEEN)
    before = []
    told = _told(table)
    if pinned is not None:
        earlier = experiment.power_tuning(pinned, function, memory_sizes, seed)
        before = [_draw_pinned(frame, earlier)]
        told = f"{told} Pinned: {_told(earlier)}"
    _draw_cost(frame, frame.axes[0], table)
    durations = _draw_durations(frame, frame.axes[1], table)
    names = [*DURATIONS.values(), "the pinned scenario: cost, mean"]
    samples = [*durations, *before]
    frame.legend(samples, names[: len(samples)])
    headings = [
        "Lambda's bill for a million events",
        "Duration of a run, without init",
    ]
    lines = [_prices(table), _durations(table)]
    answer = title or power_tuning_title(table)
    frame.set_texts(answer, headings, lines)
    frame.set_alternative(f"{answer}. {told}")
    return frame.figure


def _told(table: pd.DataFrame) -> str:
    """Each size in words: what a million events cost, and how long a run takes."""
    sizes = [
        f"{_mb(row)}: {usd(row[COST])}, mean {spoken(row.duration_s)}, p50 {spoken(row.p50_s)}, "
        f"p99 {spoken(row.p99_s)}"
        for _, row in table.iterrows()
    ]
    return f"{'; '.join(sizes)}."


def _draw_pinned(frame: Frame, table: pd.DataFrame) -> Line2D:
    for axes, column in zip(frame.axes, (COST, "duration_s"), strict=True):
        (line,) = axes.plot(
            table.memory_size,
            table[column],
            color=frame.theme.pinned,
            linewidth=1.4,
        )
    return line


def _draw_cost(frame: Frame, axes: Axes, table: pd.DataFrame) -> None:
    _line(frame, axes, table, COST, 0)
    _scale(frame, axes, table)
    frame.label_y(axes, "USD")


def _draw_durations(
    frame: Frame, axes: Axes, table: pd.DataFrame
) -> list[Line2D]:
    lines = [
        _line(frame, axes, table, column, number)
        for number, column in enumerate(DURATIONS)
    ]
    _scale(frame, axes, table)
    limit = axes.get_ylim()[1]
    axes.set_yticks(*ticks(limit, 6))
    frame.label_y(axes, axis_unit(limit).name)
    return lines


def power_tuning_title(table: pd.DataFrame) -> str:
    """Which memory is cheapest, which is fastest, and what the difference costs."""
    cheap = _cheapest(table)
    fastest = table.duration_s.min()
    fast = table[table.duration_s <= fastest * AS_FAST].iloc[0]
    if fast.memory_size <= cheap.memory_size:
        return f"{_mb(cheap)} is cheapest, and no size is faster"
    times = cheap.duration_s / fast.duration_s
    more = 100 * (fast[COST] / cheap[COST] - 1)
    gain = f"{_mb(fast)} is {times:.1f} times as fast for {more:.0f} % more"
    return f"{_mb(cheap)} is cheapest; {gain}"


def _cheapest(table: pd.DataFrame) -> Any:
    """The largest of the sizes that cost the least, to a tenth of a per cent."""
    least = table[COST].min()
    return table[table[COST] <= least * AS_CHEAP].iloc[-1]


def _mb(row: Any) -> str:
    return f"{row.memory_size:,.0f} MB"


def _line(
    frame: Frame, axes: Axes, table: pd.DataFrame, column: str, number: int
) -> Line2D:
    """A line over memory."""
    (line,) = axes.plot(
        table.memory_size,
        table[column],
        marker="o",
        markersize=5,
        color=run_colour(number, frame.theme),
        linewidth=2,
        linestyle=RUN_LINES[number],
    )
    return line


def _scale(frame: Frame, axes: Axes, table: pd.DataFrame) -> None:
    sizes = table.memory_size.to_numpy(float)
    axes.set_xscale("log", base=2)
    axes.set_xlim(sizes.min() / 1.15, sizes.max() * 1.15)
    axes.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
    axes.minorticks_off()
    frame.label_x(axes, "memory_size in MB")
    axes.set_ylim(0, axes.dataLim.y1 * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(6))
    frame.value_axis(axes)


def _prices(table: pd.DataFrame) -> list[str]:
    cheap = _cheapest(table)
    dear = table.iloc[int(table[COST].argmax())]
    return [
        f"least: {usd(cheap[COST])} at {_mb(cheap)}",
        f"most: {usd(dear[COST])} at {_mb(dear)}",
    ]


def _durations(table: pd.DataFrame) -> list[str]:
    small, large = (
        f"{spoken(row.duration_s)} at {_mb(row)}"
        for row in (table.iloc[0], table.iloc[-1])
    )
    return [f"mean {small}, {large}"]
