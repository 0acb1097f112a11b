"""A queue's backlog over time: the messages in it, and the age of the oldest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.arrays import Floats
from sim.phrases import plural, spoken
from sim.results.intervals import count_open, oldest
from sim.results.run import Run
from sim.results.usage import queues
from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import RUN_LINES, Theme, run_colour, theme_named
from sim.show.drawing.time_units import axis_unit, ticks

POINTS = 2000  # about two for each pixel of a panel
LEFT, BETWEEN = 0.75, 0.85  # inches, with room for numbers


@checked
def backlog(
    run: Run,
    queue: str | None = None,
    *,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw how many messages wait in a queue and are in flight, and how old the oldest of them is.

    `queue`: by default the only one that is polled; several must be named, else `ScenarioError` is
    raised. `title`: by default the most messages there at once, the oldest, and when all were gone.
    """
    name = _queue_name(run, queue)
    found = _backlog_of(run, name)
    frame = Frame(2, theme_named(theme), left=LEFT, between=BETWEEN)
    _draw_counts(frame, found)
    _draw_age(frame, found)
    answer = backlog_title(found)
    frame.set_texts(
        title or f"{name}: {answer}",
        [
            "Messages in the queue",
            f"Age of the oldest message, in {axis_unit(found.age_limit).name}",
        ],
        [[], []],
    )
    frame.set_alternative(
        f"The backlog of queue {name} over time: {answer}.", {name: run}
    )
    return frame.figure


@dataclass(frozen=True)
class Backlog:
    """Messages at instants: how many wait, how many are in flight, and how old the oldest is.

    Instants and ages are in seconds.
    """

    time: Floats
    waiting: Floats
    in_flight: Floats
    age: Floats

    @property
    def age_limit(self) -> float:
        """The greatest age, at least a second."""
        return max(1.0, float(self.age.max(initial=0)))


def _backlog_of(run: Run, queue: str) -> Backlog:
    waits = queues.waits(run)
    waits = waits[waits.queue == queue]
    away = waits[waits.received & (waits.end_s < waits.back_s)]
    messages = waits.groupby("delivery").agg(
        {"start_s": "min", "back_s": "max"}
    )
    time = np.linspace(0, run.ended_s, POINTS)
    return Backlog(
        time,
        waiting=_count(time, waits.start_s, waits.end_s),
        in_flight=_count(time, away.end_s, away.back_s),
        age=_age_of_oldest(time, messages.start_s, messages.back_s),
    )


def _count(
    at: Floats, start: pd.Series[float], end: pd.Series[float]
) -> Floats:
    """How many messages are there at each instant."""
    count = count_open(at, np.asarray(start, float), np.asarray(end, float))
    return count.astype(float)


def _age_of_oldest(
    at: Floats, start: pd.Series[float], end: pd.Series[float]
) -> Floats:
    """The age of the oldest message there at each instant, 0 where there is none."""
    stretches = oldest(np.asarray(start, float), np.asarray(end, float))
    if not len(stretches.start):
        return np.zeros(len(at))
    last = np.searchsorted(stretches.start, at, side="right") - 1
    is_there = (last >= 0) & (at < stretches.end[last])
    return np.where(is_there, at - stretches.began[last], 0.0)


def _draw_counts(frame: Frame, found: Backlog) -> None:
    axes = frame.axes[0]
    samples = [
        _line(axes, found.time, found.waiting, 0, frame.theme),
        _line(axes, found.time, found.in_flight, 1, frame.theme),
    ]
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    frame.time_axis(axes, found.time[-1])
    frame.legend(
        samples,
        ["waiting in the queue", "in flight: received, not yet deleted"],
    )


def _draw_age(frame: Frame, found: Backlog) -> None:
    axes = frame.axes[1]
    _line(axes, found.time, found.age, 0, frame.theme)
    axes.set_yticks(*ticks(found.age_limit * 1.05, 6))
    frame.time_axis(axes, found.time[-1])


def _line(
    axes: Axes, at: Floats, level: Floats, number: int, theme: Theme
) -> Line2D:
    axes.grid(axis="y", color=theme.axis, linewidth=0.5, alpha=0.6)
    (line,) = axes.plot(
        at,
        level,
        color=run_colour(number, theme),
        linestyle=RUN_LINES[number],
        linewidth=1.6,
        clip_on=False,
    )
    axes.set_ylim(0, max(1.0, axes.dataLim.y1) * 1.05)
    return line


def backlog_title(found: Backlog) -> str:
    """The most messages at once, when all were gone, and the greatest age."""
    there = found.waiting + found.in_flight
    if not there.any():
        return "no message ever had to wait"
    most = plural(int(there.max()), "message")
    age = spoken(float(found.age.max()))
    gone = ""
    if not there[-1]:
        last = np.flatnonzero(there)[-1]
        gone = f", gone after {spoken(float(found.time[last]))}"
    return f"up to {most} at once{gone}; the oldest was {age} old"


def _queue_name(run: Run, queue: str | None) -> str:
    sources = [
        trigger.source
        for trigger in run.triggers
        if queues.polls_queue(trigger)
    ]
    polled = list(dict.fromkeys(sources))  # one may have several mappings
    if not polled:
        raise ScenarioError(
            "backlog: no function of this run polls a queue, so there is no backlog to draw."
        )
    known = ", ".join(map(repr, polled))
    if queue is None and len(polled) != 1:
        raise ScenarioError(
            f"The queues that are polled are {known}; name one with queue=."
        )
    if queue is not None and queue not in polled:
        raise ScenarioError(
            f"No mapping polls a queue {queue!r}; the queues that are polled are {known}."
        )
    return queue or polled[0]
