"""Power tuning: what memory does to a function's bill and to its duration, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.experiments.power_tuning import MEMORY_SIZES
from sim.experiments.power_tuning import power_tuning as tuned
from sim.results.phrases import spoken
from sim.scenario.scenario import Scenario
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import RUN_COLOURS, RUN_LINES
from sim.show.drawing.theme import theme as theme_of
from sim.show.drawing.time_units import axis_unit, ticks

LEFT, BETWEEN = 0.85, 0.9  # inches: room for the numbers
DURATIONS = (("duration_s", "mean"), ("p50_s", "p50"), ("p99_s", "p99"))
AS_FAST = 1.02  # times the shortest duration, which nobody would pay for


def power_tuning(
    scenario: Scenario,
    function: str,
    *,
    memory_sizes: Sequence[int] = MEMORY_SIZES,
    seed: int = 1,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw the cost of a million events and the duration of a run over memory, with the same events each time.

    `sim.power_tuning` gives the numbers. Raises `ScenarioError` for a function or a size that
    cannot be.
    """
    table = tuned(scenario, function, memory_sizes, seed)
    frame = Frame(2, theme_of(theme), LEFT, between=BETWEEN)
    cost, duration = frame.axes
    _line(frame, cost, table, "cost_per_million_usd", 0, "")
    for number, (column, name) in enumerate(DURATIONS):
        _line(frame, duration, table, column, number, name)
    for axes in frame.axes:
        _scale(frame, axes, table)
    limit = float(table.p99_s.max()) * 1.05
    positions, labels = ticks(limit, 6)
    duration.set_yticks(positions, labels)
    duration.set_ylabel(axis_unit(limit).name, color=frame.theme.secondary, fontsize=9)
    cost.set_ylabel("USD", color=frame.theme.secondary, fontsize=9)
    headings = ["Lambda's bill for a million events", "Duration of a run, without init"]
    frame.say(title or answer(table), headings, [_prices(table), _durations(table)])
    frame.figure.text_alternative = table.to_string(index=False)
    return frame.figure


def answer(table: pd.DataFrame) -> str:
    """Which memory is cheapest, which is fastest, and what the difference costs."""
    cheap = _cheapest(table)
    fast = table[table.duration_s <= table.duration_s.min() * AS_FAST].iloc[0]
    if fast.memory_size <= cheap.memory_size:
        return f"{_mb(cheap)} is cheapest, and no size is faster"
    saved, more = (
        cheap.duration_s / fast.duration_s,
        fast.cost_per_million_usd / cheap.cost_per_million_usd - 1,
    )
    extra = f"{more:.0%}".replace("%", " %")
    return f"{_mb(cheap)} is cheapest; {_mb(fast)} is {saved:.1f} times as fast for {extra} more"


def _cheapest(table: pd.DataFrame) -> Any:
    """The largest of the sizes that cost the least, to a tenth of a per cent."""
    least = table.cost_per_million_usd.min() * 1.001
    return table[table.cost_per_million_usd <= least].iloc[-1]


def _mb(row: Any) -> str:
    return f"{row.memory_size:,.0f} MB"


def _line(
    frame: Frame, axes: Axes, table: pd.DataFrame, column: str, number: int, name: str
) -> None:
    colour = RUN_COLOURS[number][frame.theme.number]
    sizes, values = table.memory_size.to_numpy(float), table[column].to_numpy(float)
    axes.plot(
        sizes,
        values,
        marker="o",
        markersize=5,
        color=colour,
        linewidth=2,
        linestyle=RUN_LINES[number],
    )
    place, side = (
        ((-6, -6), "top") if number == 1 else ((6, 4), "bottom")
    )  # the mean lies just above the median
    axes.annotate(
        name,
        (sizes[0], values[0]),
        place,
        textcoords="offset points",
        color=colour,
        fontsize=9,
        va=side,
    )


def _scale(frame: Frame, axes: Axes, table: pd.DataFrame) -> None:
    sizes = table.memory_size.to_numpy(float)
    axes.set_xscale("log", base=2)
    axes.set_xlim(sizes.min() / 1.15, sizes.max() * 1.15)
    axes.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel("memory_size in MB", color=frame.theme.secondary, fontsize=9)
    highest = max(float(np.max(line.get_ydata())) for line in axes.get_lines())
    axes.set_ylim(0, highest * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.grid(axis="y", color=frame.theme.axis, linewidth=0.6, alpha=0.6)
    axes.tick_params(axis="y", length=0)


def _prices(table: pd.DataFrame) -> list[str]:
    cheap, dear = _cheapest(table), table.iloc[int(table.cost_per_million_usd.argmax())]
    return [
        f"least: {cheap.cost_per_million_usd:,.2f} USD at {_mb(cheap)}",
        f"most: {dear.cost_per_million_usd:,.2f} USD at {_mb(dear)}",
    ]


def _durations(table: pd.DataFrame) -> list[str]:
    small, large = table.iloc[0], table.iloc[-1]
    return [
        f"mean {spoken(small.duration_s)} at {_mb(small)}, {spoken(large.duration_s)} at {_mb(large)}",
    ]
