"""Your minutes, simulated: what logs observed beside what their calibration simulates."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.calibration.calibration import Calibration
from sim.phrases import counted, percent, spoken
from sim.scenario.arguments import Seed, checked
from sim.show.drawing.frame import Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import (
    PALE,
    RUN_COLOURS,
    TEXT,
    Colours,
    LineStyle,
    theme_named,
)
from sim.show.drawing.time_units import axis_unit, ticks

LEFT, BETWEEN = 0.7, 0.75  # inches, with room for numbers
SHADE = 0.35
LINES: dict[str, tuple[Colours, LineStyle]] = {
    "observed": (TEXT, "-"),
    "simulated": (RUN_COLOURS[0], (0, (4, 1.5))),
}
PANELS = {
    "concurrency": "Concurrency",
    "cold_share": "Cold starts",
    "p99_s": "p50 and p99 of a run with its init",
}


@checked
def your_minutes(
    calibration: Calibration,
    *,
    seed: Seed = 1,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw what was observed beside what is simulated, over time: concurrency, cold starts, times.

    The same arrivals are simulated with a behaviour that is fitted to the first two thirds of the
    time alone; the last third, shaded, is held out. Raises `ScenarioError` if the logs have fewer
    than two runs with a time.
    """
    table, numbers = calibration.minutes(seed), calibration.comparison(seed)
    frame = Frame(len(PANELS), theme_named(theme), LEFT, between=BETWEEN)
    period = float(table.start_s.iloc[1]) if len(table) > 1 else 1.0
    end = float(table.start_s.iloc[-1]) + period
    for axes, measure in zip(frame.axes, PANELS, strict=True):
        names = ["p50_s", measure] if measure == "p99_s" else [measure]
        for name in names:
            _draw(frame, axes, table, name, end)
        _shade(frame, axes, table, end)
        frame.time_axis(axes, end)
        frame.value_axis(axes)
    _scale(frame)
    _explain(frame)
    lines = [[_both(numbers, measure)] for measure in PANELS]
    answer = title or _title(numbers)
    frame.set_texts(answer, list(PANELS.values()), lines)
    told = "; ".join(
        f"{name}: {words}"
        for name, (words,) in zip(PANELS.values(), lines, strict=True)
    )
    frame.set_alternative(f"{answer}. {told}.")
    return frame.figure


def _draw(
    frame: Frame, axes: Axes, table: pd.DataFrame, measure: str, end: float
) -> None:
    edges = [*table.start_s, end]
    width = 1.0 if measure == "p50_s" else 1.8
    for name, (colours, style) in LINES.items():
        axes.stairs(
            table[f"{name}_{measure}"],
            edges,
            baseline=None,
            color=frame.theme.pick(colours),
            linestyle=style,
            linewidth=width,
        )


def _shade(frame: Frame, axes: Axes, table: pd.DataFrame, end: float) -> None:
    """The part that the behaviour was not fitted to."""
    held_out = table.start_s[table.held_out]
    if len(held_out):
        axes.axvspan(
            float(held_out.iloc[0]),
            end,
            color=frame.theme.pick(PALE),
            alpha=SHADE,
            linewidth=0,
            zorder=0,
        )


def _scale(frame: Frame) -> None:
    concurrency, cold = frame.axes[:2]
    times = frame.axes[2]
    for axes in frame.axes:
        axes.set_ylim(0, max(1.08 * axes.get_ylim()[1], 1e-6))
    whole = MaxNLocator(5, steps=[1, 2, 5, 10], integer=True)
    concurrency.yaxis.set_major_locator(whole)
    cold.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    cold.yaxis.set_major_formatter(
        FuncFormatter(lambda share, _: percent(share))
    )
    longest = times.get_ylim()[1]
    times.set_yticks(*ticks(longest, 5))
    frame.label_y(times, axis_unit(longest).name)


def _explain(frame: Frame) -> None:
    samples: list[Line2D | Patch] = [
        Line2D([], [], color=frame.theme.pick(colours), linestyle=style)
        for colours, style in LINES.values()
    ]
    shade = frame.theme.pick(PALE)
    samples.append(Patch(facecolor=shade, alpha=SHADE))
    frame.legend(samples, [*LINES, "held out: no part of the fit"])


def _both(numbers: pd.DataFrame, measure: str) -> str:
    """Observed and simulated, of the part that is held out."""
    observed, simulated = _pair(numbers, measure)
    words = {"concurrency": counted, "cold_share": percent}.get(measure, spoken)
    what = {"concurrency": "peak ", "cold_share": ""}.get(measure, "p99 ")
    return f"{what}{words(observed)}, simulated {words(simulated)}"


def _pair(numbers: pd.DataFrame, measure: str) -> tuple[float, float]:
    """Observed and simulated."""
    columns = ("observed", "simulated")
    observed, simulated = (numbers[name][measure] for name in columns)
    return float(observed), float(simulated)


def _title(numbers: pd.DataFrame) -> str:
    """How near the simulation comes in the part that is held out."""
    observed, simulated = _pair(numbers, "p99_s")
    invocations = counted(_pair(numbers, "invocations")[0])
    return (
        f"Of {invocations} runs held out, one in a hundred takes {spoken(observed)} or more; "
        f"simulated: {spoken(simulated)}"
    )
