"""A queue's backlog over time: the messages that wait and are in flight, and the age of the oldest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.results.intervals import Floats, count_open, oldest
from sim.results.phrases import plural, spoken
from sim.results.run import Run
from sim.results.usage import queues
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import RUN_COLOURS, RUN_LINES, Theme
from sim.show.drawing.theme import theme as theme_of
from sim.show.drawing.time_units import axis_unit, ticks
from sim.trace import MICROSECONDS

POINTS = 2000  # about two for each pixel of a panel
LEFT, BETWEEN = 0.75, 0.85  # inches, with room for numbers


def backlog(
    run: Run,
    queue: str | None = None,
    *,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw how many messages wait in a queue and are in flight, and how old the oldest of them is.

    `queue`: by default the only one that is polled; several must be named, else `ValueError` is
    raised. `title`: by default the most messages there at once, the oldest, and when all were gone.
    """
    name, looks, ended = (
        _queue(run, queue),
        theme_of(theme),
        run.trace.ended / MICROSECONDS,
    )
    waits = queues.waits(run)
    waits = waits[waits.queue == name]
    at = np.linspace(0, ended, POINTS)
    away = waits[waits.received & (waits.end_s < waits.back_s)]
    waiting, in_flight = (
        _level(at, waits.start_s, waits.end_s),
        _level(at, away.end_s, away.back_s),
    )
    age = _oldest(
        at, waits.groupby("delivery").agg({"start_s": "min", "back_s": "max"})
    )
    frame = Frame(2, looks, left=LEFT, between=BETWEEN)
    lines = [
        _line(frame.axes[0], at, level, number, looks)
        for number, level in enumerate((waiting, in_flight))
    ]
    _line(frame.axes[1], at, age, 0, looks)
    frame.axes[0].yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    frame.axes[1].set_yticks(*ticks(max(1.0, age.max(initial=0)) * 1.05, 6))
    for axes in frame.axes:
        frame.time_axis(axes, ended)
    frame.legend(
        lines, ["waiting in the queue", "in flight: received, not yet deleted"]
    )
    answer = _answer(at, waiting + in_flight, age)
    headings = [
        "Messages in the queue",
        f"Age of the oldest message, in {axis_unit(max(1.0, age.max(initial=0))).name}",
    ]
    frame.say(title or f"{name}: {answer}", headings, [[], []])
    frame.figure.text_alternative = f"The backlog of queue {name} over time: {answer}."
    frame.figure.runs = {name: run}
    return frame.figure


def _queue(run: Run, queue: str | None) -> str:
    polled = [trigger.source for trigger in run.triggers if queues.polls_queue(trigger)]
    known = ", ".join(map(repr, polled)) or "none"
    if queue is None and len(polled) != 1:
        raise ValueError(
            f"The queues that are polled are {known}; name one with queue=."
        )
    if queue is not None and queue not in polled:
        raise ValueError(
            f"No mapping polls a queue {queue!r}; the queues that are polled are {known}."
        )
    return queue or polled[0]


def _level(at: Floats, start: pd.Series[float], end: pd.Series[float]) -> Floats:
    """How many stretches are open at each instant."""
    return count_open(at, np.asarray(start, float), np.asarray(end, float)).astype(
        float
    )


def _oldest(at: Floats, there: pd.DataFrame) -> Floats:
    """The age of the oldest message there at each instant, 0 where there is none."""
    found = oldest(there.start_s.to_numpy(float), there.back_s.to_numpy(float))
    number = np.searchsorted(found.start, at, side="right") - 1
    is_there = (number >= 0) & (at < np.r_[found.end, 0.0][number])
    return np.where(is_there, at - np.r_[found.began, 0.0][number], 0.0)


def _line(axes: Axes, at: Floats, level: Floats, number: int, looks: Theme) -> Line2D:
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.grid(axis="y", color=looks.axis, linewidth=0.5, alpha=0.6)
    colour = RUN_COLOURS[number][looks.number]
    drawn = axes.plot(
        at,
        level,
        color=colour,
        linestyle=RUN_LINES[number],
        linewidth=1.6,
        clip_on=False,
    )[0]
    axes.set_ylim(0, max(1.0, axes.dataLim.y1) * 1.05)
    return drawn


def _answer(at: Floats, there: Floats, age: Floats) -> str:
    if not there.max(initial=0):
        return "no message ever had to wait"
    gone = "" if there[-1] else f", gone after {spoken(at[np.flatnonzero(there)[-1]])}"
    return f"up to {plural(int(there.max()), 'message')} at once{gone}; the oldest was {spoken(age.max())} old"
