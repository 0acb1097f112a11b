"""A queue's backlog over time: the messages in it, and the age of the oldest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.arrays import Floats
from sim.phrases import plural, spoken
from sim.results.intervals import count_open, oldest, open_intervals
from sim.results.run import Run
from sim.results.usage import queues
from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError
from sim.show.drawing.axis_numbers import axis_number
from sim.show.drawing.frame import Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import RUN_LINES, run_colour, theme_named
from sim.show.drawing.time_units import axis_unit, ticks

POINTS = 1000  # more than a panel has columns of pixels
LEFT, BETWEEN = 0.7, 0.8  # inches, with room for numbers


@checked
def backlog(
    run: Run,
    queue: str | None = None,
    *,
    title: str | None = None,
    pinned: Run | None = None,
    theme: str = "light",
) -> Picture:
    """Draw how many messages wait in a queue and are in flight, and how old the oldest of them is.

    `queue`: by default the only one that is polled; several must be named, else `ScenarioError` is
    raised. `title`: by default the most messages there at once, the oldest, and when all were gone.
    `pinned`: an earlier run, whose waiting messages and age are grey lines.
    """
    name = _queue_name(run, queue)
    runs = [run] if pinned is None else [run, pinned]
    frame = Frame(2, theme_named(theme), left=LEFT, between=BETWEEN)
    messages = [_messages(each, name) for each in runs]
    until = max(each.ended for each in messages)
    found, *before = [_backlog_of(each, name, until) for each in runs]
    _draw(frame, found, before)
    answer = backlog_title(messages[0])
    age = f"Age of the oldest message, in {axis_unit(found.age_limit).name}"
    frame.set_texts(
        title or f"{name}: {answer}", ["Messages in the queue", age], [[], []]
    )
    frame.set_alternative(
        f"The backlog of queue {name} over time: {answer}.", {name: run}
    )
    return frame.figure


@dataclass(frozen=True)
class Messages:
    """When each message was in the queue, to the end of the run if it stayed; times in seconds."""

    start: Floats
    end: Floats
    left: int  # still there when the run ends
    ended: float

    @property
    def last(self) -> float:
        """When the last message was gone, or the run ended."""
        return float(self.end.max(initial=1.0))

    @property
    def most(self) -> int:
        """The most that were there at once."""
        there = open_intervals(self.start, self.end, self.ended)
        return int(there.level.max(initial=0))

    @property
    def oldest(self) -> float:
        """The greatest age."""
        return float((self.end - self.start).max(initial=0.0))


def _messages(run: Run, queue: str) -> Messages:
    waits = queues.waits(run)
    waits = waits[waits.queue == queue]
    there = waits.groupby("delivery").agg({"start_s": "min", "back_s": "max"})
    settled = run.deliveries.settled_s.to_numpy()
    return Messages(
        there.start_s.to_numpy(float),
        there.back_s.to_numpy(float),
        left=int(np.isnan(settled[there.index]).sum()),
        ended=run.ended_s,
    )


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


def _backlog_of(run: Run, queue: str, until: float) -> Backlog:
    waits = queues.waits(run)
    waits = waits[waits.queue == queue]
    away = waits[waits.received & (waits.end_s < waits.back_s)]
    messages = waits.groupby("delivery").agg(
        {"start_s": "min", "back_s": "max"}
    )
    time = np.linspace(0, until, POINTS)
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


def _draw(frame: Frame, found: Backlog, before: list[Backlog]) -> None:
    counts, ages = frame.axes
    samples = [
        *(_pinned(frame, counts, each.time, each.waiting) for each in before),
        _line(frame, counts, found.time, found.waiting, 0),
        _line(frame, counts, found.time, found.in_flight, 1),
    ]
    for each in before:
        _pinned(frame, ages, each.time, each.age)
    _line(frame, ages, found.time, found.age, 0)
    labels = ["waiting in the queue", "in flight: received, not yet deleted"]
    pinned = ["the pinned run: waiting, age"] * len(before)
    frame.legend(samples, [*pinned, *labels])
    counts.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    counts.yaxis.set_major_formatter(axis_number)
    age_limit = max(each.age_limit for each in (found, *before))
    ages.set_yticks(*ticks(age_limit * 1.05, 6))
    for axes in frame.axes:
        axes.set_ylim(0, max(1.0, axes.dataLim.y1) * 1.05)
        frame.value_axis(axes)
        frame.time_axis(axes, found.time[-1])


def _line(
    frame: Frame, axes: Axes, at: Floats, level: Floats, number: int
) -> Line2D:
    (line,) = axes.plot(
        at,
        level,
        color=run_colour(number, frame.theme),
        linestyle=RUN_LINES[number],
        linewidth=1.8,
        clip_on=False,
    )
    return line


def _pinned(frame: Frame, axes: Axes, at: Floats, level: Floats) -> Line2D:
    (line,) = axes.plot(at, level, color=frame.theme.pinned, linewidth=1.4)
    return line


def backlog_title(messages: Messages) -> str:
    """The most messages at once, when all were gone, and the greatest age."""
    if not messages.oldest:
        return "no message ever had to wait"
    most = plural(messages.most, "message")
    gone = f"gone after {spoken(messages.last)}"
    if messages.left:
        ended = spoken(messages.ended)
        gone = f"{messages.left:,} still there after {ended}"
    age = spoken(messages.oldest)
    return f"up to {most} at once, {gone}; the oldest was {age} old"


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
