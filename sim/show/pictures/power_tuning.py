"""Power tuning: what memory does to a function's bill and to its duration, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.experiments import power_tuning as experiment
from sim.experiments.power_tuning import MEMORY_SIZES
from sim.phrases import spoken
from sim.scenario.arguments import PositiveNumber, Seed, checked
from sim.scenario.scenario import Scenario
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import RUN_LINES, run_colour, theme_named
from sim.show.drawing.time_units import axis_unit, ticks

LEFT, BETWEEN = 0.85, 0.9  # inches: room for the numbers
COST = "cost_per_million_usd"
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
    theme: str = "light",
) -> Picture:
    """Draw the cost of a million events and the duration of a run over memory.

    The events are the same each time; `sim.power_tuning` gives the numbers. Raises `ScenarioError`
    for a function or a size that cannot be.
    """
    table = experiment.power_tuning(scenario, function, memory_sizes, seed)
    frame = Frame(2, theme_named(theme), LEFT, between=BETWEEN)
    _draw_cost(frame, frame.axes[0], table)
    _draw_duration(frame, frame.axes[1], table)
    headings = [
        "Lambda's bill for a million events",
        "Duration of a run, without init",
    ]
    lines = [_prices(table), _durations(table)]
    frame.set_texts(title or power_tuning_title(table), headings, lines)
    frame.set_alternative(table.to_string(index=False))
    return frame.figure


def _draw_cost(frame: Frame, axes: Axes, table: pd.DataFrame) -> None:
    _line(frame, axes, table, COST)
    _scale(frame, axes, table)
    frame.label_y(axes, "USD")


def _draw_duration(frame: Frame, axes: Axes, table: pd.DataFrame) -> None:
    # the mean lies just above the median, so the median's name stands below
    _line(frame, axes, table, "duration_s", 0, "mean")
    _line(frame, axes, table, "p50_s", 1, "p50", above=False)
    _line(frame, axes, table, "p99_s", 2, "p99")
    _scale(frame, axes, table)
    limit = float(table.p99_s.max()) * 1.05
    axes.set_yticks(*ticks(limit, 6))
    frame.label_y(axes, axis_unit(limit).name)


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
    frame: Frame,
    axes: Axes,
    table: pd.DataFrame,
    column: str,
    number: int = 0,
    name: str = "",
    above: bool = True,
) -> None:
    """A line over memory, with its name at its beginning."""
    colour = run_colour(number, frame.theme)
    axes.plot(
        table.memory_size,
        table[column],
        marker="o",
        markersize=5,
        color=colour,
        linewidth=2,
        linestyle=RUN_LINES[number],
    )
    axes.annotate(
        name,
        (table.memory_size.iloc[0], table[column].iloc[0]),
        (6, 4) if above else (-6, -6),
        textcoords="offset points",
        color=colour,
        fontsize=9,
        va="bottom" if above else "top",
    )


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
        f"least: {cheap[COST]:,.2f} USD at {_mb(cheap)}",
        f"most: {dear[COST]:,.2f} USD at {_mb(dear)}",
    ]


def _durations(table: pd.DataFrame) -> list[str]:
    small, large = (
        f"{spoken(row.duration_s)} at {_mb(row)}"
        for row in (table.iloc[0], table.iloc[-1])
    )
    return [f"mean {small}, {large}"]
