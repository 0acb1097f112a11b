"""Latency: the share of a run's events that are delivered within a time, on a logarithmic axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arrays import Floats, Integers
from sim.markup import visible
from sim.phrases import spoken
from sim.results.run import Run
from sim.scenario.arguments import checked
from sim.show.drawing.frame import BOTTOM_WITHOUT_LEGEND, TEXT_SIZE, Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import (
    MOST_CURVES,
    Theme,
    run_colour,
    run_line,
    theme_named,
)
from sim.show.drawing.time_units import LOG_TICKS, log_label
from sim.show.drawing.words import shortened
from sim.show.pictures import captions, titles
from sim.show.pictures.captions import Runs, runs_by_name

# inches: room for the numbers, and for each curve's name
LEFT, RIGHT = (0.8, 2.3)
NAME_WIDTH = RIGHT - 0.2  # inches
MOST_STEPS = 600
NAME_ROOM = 0.17  # of the axis's height, between the names of two curves
LEAST_TIME = 0.001  # seconds; zero has no place on a logarithmic axis


@checked
def latency(
    runs: Runs,
    *,
    title: str | None = None,
    pinned: Runs | None = None,
    theme: str | Theme = "light",
) -> Picture:
    """Draw how long events take from arrival to success: a curve a run, with p50 and p99.

    An event has succeeded when all that it caused has. These are of the delivered events. A curve
    ends below 100 % where events are never delivered; its label says how many. Of more than six
    runs the six with the greatest p99 have a colour and a name, the others are grey. `pinned`:
    earlier runs, grey and dotted.
    """
    by_name = runs_by_name(runs)
    before = {} if pinned is None else runs_by_name(pinned)
    return _Distribution(by_name, before, theme).picture(title)


class _Distribution:
    def __init__(
        self,
        runs: dict[str, Run],
        pinned: dict[str, Run],
        theme_name: str | Theme,
    ) -> None:
        self.theme = theme_named(theme_name)
        self.runs = runs
        self.pinned = pinned
        self.frame = Frame(
            1, self.theme, LEFT, RIGHT, bottom=BOTTOM_WITHOUT_LEGEND
        )
        (self.axes,) = self.frame.axes
        self.times = {name: _times(run) for name, run in runs.items()}

    def picture(self, title: str | None) -> Picture:
        self._scales()
        named = self._slowest()
        for name in self.runs:
            if name not in named:
                self._curve(self.runs[name], MOST_CURVES)
        for run in self.pinned.values():
            style = {"color": self.theme.pinned, "linestyle": ":"}
            self._curve(run, MOST_CURVES, **style)
        heights = apart([_share(self.runs[name]) for name in named])
        for number, name in enumerate(named):
            self._draw_run(name, heights[number], number)
        title = title or titles.latency_title(self.runs)
        heading = "From arrival to success"
        self.frame.set_texts(title, [heading], [self._explained(named)])
        words = captions.describe(self.runs, self.pinned or None)
        self.frame.set_alternative(words, self.runs)
        return self.frame.figure

    def _slowest(self) -> list[str]:
        """The runs that have a colour, in their order."""
        p99 = {
            name: captions.event_numbers(run).p99
            for name, run in self.runs.items()
        }
        slowest = sorted(
            p99, key=lambda name: -np.nan_to_num(p99[name], nan=np.inf)
        )
        chosen = set(slowest[:MOST_CURVES])
        return [name for name in self.runs if name in chosen]

    def _explained(self, named: list[str]) -> list[str]:
        parts = [
            "share of all events delivered within this time",
            "○ p50 and ● p99 of the delivered",
        ]
        others = len(self.runs) - len(named)
        if others:
            parts.append(
                f"in colour the {len(named)} runs with the greatest p99, {others} more in grey"
            )
        if self.pinned:
            parts.append("grey and dotted: the pinned run")
        return parts

    def _draw_run(self, name: str, height: float, number: int) -> None:
        colour = run_colour(number, self.theme)
        self._curve(self.runs[name], number)
        if len(self.times[name]):
            self._percentile(name, 0.5, colour)
            self._percentile(name, 0.99, colour)
        words = [visible(name), *self._label(name)]
        self.axes.annotate(
            "\n".join(shortened(each, NAME_WIDTH, TEXT_SIZE) for each in words),
            (1, height),
            (10, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            color=colour,
            fontsize=TEXT_SIZE,
            va="center",
            annotation_clip=False,
        )

    def _curve(self, run: Run, number: int, **style: Any) -> None:
        times, share = _times(run), _share(run)
        low, high = self.axes.get_xlim()
        delivered = np.arange(1, len(times) + 1) / max(len(times), 1)
        shown = _thinned(len(times))
        style = {
            "color": run_colour(number, self.theme),
            "linestyle": run_line(number),
            "linewidth": 2 if number < MOST_CURVES else 1.2,
            **style,
        }
        self.axes.plot(
            np.concatenate([[low], times[shown], [high]]),
            np.concatenate([[0], delivered[shown] * share, [share]]),
            drawstyle="steps-post",
            **style,
        )

    def _percentile(self, name: str, quantile: float, colour: str) -> None:
        """A point on the curve: hollow for p50, filled for p99; a single run's has a label."""
        filled = quantile > 0.5
        seconds = float(np.quantile(self.times[name], quantile))
        place = seconds, quantile * _share(self.runs[name])
        self.axes.plot(
            *place,
            "o",
            color=colour,
            markersize=6,
            markerfacecolor=colour if filled else self.theme.background,
            zorder=5,
        )
        if len(self.runs) == 1:
            low, high = np.log(self.axes.get_xlim())
            at_left = np.log(max(seconds, LEAST_TIME)) < (3 * low + high) / 4
            is_right = at_left or not filled
            self.axes.annotate(
                f"p{100 * quantile:.0f} {spoken(seconds)}",
                place,
                (8 if is_right else -8, -12 if is_right else 5),
                textcoords="offset points",
                color=colour,
                fontsize=TEXT_SIZE,
                ha="left" if is_right else "right",
            )

    def _label(self, name: str) -> list[str]:
        """The lines below a curve's name."""
        n = captions.event_numbers(self.runs[name])
        lines = []
        if n.delivered:
            lines.append(f"p50 {spoken(n.p50)} · p99 {spoken(n.p99)}")
        missing = n.events - n.delivered
        if missing:
            what = (
                "still under way" if n.in_flight == missing else "not delivered"
            )
            lines.append(f"{_percent(missing / n.events)} {what}")
        else:
            lines.append(
                f"all {n.events:,} delivered"
                if n.events
                else "no event arrived"
            )
        return lines

    def _scales(self) -> None:
        every = (*self.runs.values(), *self.pinned.values())
        times = np.concatenate([_times(run) for run in every])
        low, high = _limits(np.maximum(times, LEAST_TIME))
        self.axes.set_xscale("log")
        self.axes.set_xlim(low, high)
        positions = [tick for tick in LOG_TICKS if low <= tick <= high]
        self.axes.set_xticks(positions, [log_label(tick) for tick in positions])
        self.axes.minorticks_off()
        self.axes.set_ylim(0, 1.06)
        self.axes.set_yticks(
            [0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]
        )
        self.frame.value_axis(self.axes)


def _times(run: Run) -> Floats:
    """How long each delivered event took, in order."""
    is_delivered = (run.journeys.end == "delivered").to_numpy()
    return np.sort(run.journeys.end_to_end_s.to_numpy()[is_delivered])


def _share(run: Run) -> float:
    """The share of a run's events that is delivered."""
    numbers = captions.event_numbers(run)
    return numbers.delivered / max(numbers.events, 1)


def _thinned(count: int) -> Integers:
    """Which of many ordered values are drawn: as many as the picture has rows of pixels."""
    shown: Integers = np.unique(
        np.linspace(0, count - 1, min(count, MOST_STEPS)).round().astype(int)
    )
    return shown


def _limits(times: Floats) -> tuple[float, float]:
    """The ticks around all times, at least a factor of ten apart."""
    low, high = 0.1, 1.0
    if len(times):
        low, high = float(times.min()), float(times.max())
    below = max(
        (tick for tick in LOG_TICKS if tick <= low), default=LOG_TICKS[0]
    )
    above = min((tick for tick in LOG_TICKS if tick >= high), default=high)
    return below, max(above, below * 10)


def _percent(share: float) -> str:
    decimals = 0 if share >= 0.095 else 1
    return f"{100 * share:.{decimals}f} %"


def apart(shares: list[float], room: float = NAME_ROOM) -> list[float]:
    """Heights for the names of curves: beside their ends, but apart from each other."""
    heights = list(shares)
    highest_first = sorted(
        range(len(shares)), key=lambda number: -shares[number]
    )
    limit = 2.0 - room
    for number in highest_first:
        heights[number] = min(heights[number], limit)
        limit = heights[number] - room
    limit = 0.0
    for number in reversed(highest_first):
        heights[number] = max(heights[number], limit)
        limit = heights[number] + room
    return heights
