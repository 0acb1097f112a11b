"""Rates: how many calls come in a second, how many are refused, how many events are done."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.arrays import Floats
from sim.phrases import counted, spoken
from sim.results.run import Run
from sim.scenario.arguments import PositiveSeconds, checked
from sim.show.drawing.frame import Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import (
    RUN_COLOURS,
    SUCCESS,
    THROTTLED,
    Colours,
    LineStyle,
    theme_named,
)
from sim.show.drawing.time_units import shared_end
from sim.show.pictures import captions
from sim.show.pictures.captions import Runs, runs_by_name

LEFT, BETWEEN = 0.6, 0.6  # inches, with room for numbers
PERIODS = (1, 2, 5, 10, 30, 60, 300, 600, 3600)  # seconds
MOST_POINTS = 75
AREA_OPACITY = 0.35
LINES: dict[str, tuple[Colours, LineStyle]] = {
    "calls": (RUN_COLOURS[0], "-"),
    "throttles": (THROTTLED, (0, (4, 1.5))),
    "delivered": (SUCCESS, "-"),
}


@checked
def rates(
    runs: Runs,
    *,
    title: str | None = None,
    theme: str = "light",
    seconds: PositiveSeconds | None = None,
) -> Picture:
    """Draw calls, throttles and delivered events a second over time, a panel a run.

    A call is an attempt to run a function: a retry counts, and so does one that Lambda refuses.
    `title`: by default how many calls the runs make. `seconds`: where the time axes end; by default
    as in `timeline`.
    """
    by_name = runs_by_name(runs)
    frame = Frame(len(by_name), theme_named(theme), LEFT, between=BETWEEN)
    found = {name: _instants(run) for name, run in by_name.items()}
    last = [
        max(float(times.max(initial=1.0)) for times in instants.values())
        for instants in found.values()
    ]
    arrivals = captions.last_arrival(by_name)
    limit = seconds or shared_end(last, arrivals, frame.most_ticks)
    period = next(
        (each for each in PERIODS if limit / each <= MOST_POINTS), PERIODS[-1]
    )
    edges = np.arange(0, limit + period, period, dtype=float)
    top = 1.0
    for axes, instants in zip(frame.axes, found.values(), strict=True):
        top = max(top, _draw(frame, axes, instants, edges))
        frame.time_axis(axes, limit)
    for axes in frame.axes:
        axes.set_ylim(0, 1.08 * top)
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        frame.value_axis(axes)
    _explain(frame, period)
    lines = [_counts(instants) for instants in found.values()]
    answer = title or _title(found)
    frame.set_texts(answer, list(by_name), lines)
    words = "; ".join(
        f"{name}: {', '.join(parts)}"
        for name, parts in zip(by_name, lines, strict=True)
    )
    frame.set_alternative(f"{answer}. {words}.", by_name)
    return frame.figure


def _instants(run: Run) -> dict[str, Floats]:
    """When calls come, when one is throttled, and when events are done, in seconds."""
    attempts = run.attempts
    refused = attempts.outcome.astype(str).str.endswith("LimitExceeded")
    deliveries = run.deliveries
    is_delivered = (deliveries.end == "delivered").to_numpy()
    return {
        "calls": attempts.start_s.to_numpy(),
        "throttles": attempts.start_s.to_numpy()[refused.to_numpy()],
        "delivered": deliveries.settled_s.to_numpy()[is_delivered],
    }


def _draw(
    frame: Frame, axes: Axes, instants: dict[str, Floats], edges: Floats
) -> float:
    """Draw a run's lines; returns the highest rate."""
    top = 0.0
    for name, times in instants.items():
        colours, style = LINES[name]
        number, _ = np.histogram(times, edges)
        rate = number / (edges[1] - edges[0])
        top = max(top, float(rate.max()))
        axes.stairs(
            rate,
            edges,
            baseline=None,
            color=frame.theme.pick(colours),
            linestyle=style,
            linewidth=1.8,
        )
        if name == "throttles":  # else their line hides under that of the calls
            axes.stairs(
                rate,
                edges,
                fill=True,
                color=frame.theme.pick(colours),
                alpha=AREA_OPACITY,
            )
    return top


def _explain(frame: Frame, period: int) -> None:
    samples = [
        Line2D([], [], color=frame.theme.pick(colours), linestyle=style)
        for colours, style in LINES.values()
    ]
    over = "" if period == 1 else f" (means of {spoken(period)})"
    frame.legend(samples, [f"{name} a second{over}" for name in LINES])


def _counts(instants: dict[str, Floats]) -> list[str]:
    return [f"{counted(len(times))} {name}" for name, times in instants.items()]


def _title(found: dict[str, dict[str, Floats]]) -> str:
    """How the runs with most and fewest calls differ."""
    calls = {name: len(instants["calls"]) for name, instants in found.items()}
    done = {
        name: len(instants["delivered"]) for name, instants in found.items()
    }
    most = max(calls, key=calls.__getitem__)
    fewest = min(calls, key=calls.__getitem__)
    if calls[most] == calls[fewest]:
        return f"{counted(calls[most])} calls, {counted(done[most])} delivered"
    return (
        f"“{most}” makes {counted(calls[most])} calls and delivers {counted(done[most])}; "
        f"“{fewest}” makes {counted(calls[fewest])} and delivers {counted(done[fewest])}"
    )
