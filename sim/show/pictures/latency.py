"""Latency: the share of a run's events that are delivered within a time, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from sim.arrays import Floats, Integers
from sim.markup import visible
from sim.phrases import spoken
from sim.results.run import Run
from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError
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
from sim.show.pictures.latency_curves import (
    Curve,
    curves_of_runs,
    curves_of_triggers,
)

# inches: room for the numbers, and for each curve's name
LEFT, RIGHT = (0.8, 2.6)
NAME_WIDTH = RIGHT - 0.2  # inches
MOST_STEPS = 600
NAME_ROOM = 0.17  # of the axis's height, between the names of two curves
LEAST_TIME = 0.001  # seconds; zero has no place on a logarithmic axis
By = Literal["run", "trigger"]


@checked
def latency(
    runs: Runs,
    *,
    title: str | None = None,
    pinned: Runs | None = None,
    by: By = "run",
    theme: str | Theme = "light",
) -> Picture:
    """Draw how long events take from arrival to success: a curve a run, with p50 and p99.

    An event has succeeded when all that it caused has. These are of the delivered events. A curve
    ends below 100 % where events are never delivered; its label says how many. Of more than six
    runs the six with the greatest p99 have a colour and a name, the others are grey. `pinned`:
    earlier runs, grey and dotted. `by`: with "trigger" a curve for each trigger of one run, of its
    deliveries alone. Raises `ScenarioError` for several runs by trigger.
    """
    by_name = runs_by_name(runs)
    before = {} if pinned is None else runs_by_name(pinned)
    curves = _curves(by_name, by)
    picture = _Distribution(
        curves, [*curves_of_runs(before).values()], theme_named(theme)
    )
    title = title or titles.latency_title(by_name)
    words = captions.describe(by_name, before or None)
    return picture.picture(title, words, by_name)


def _curves(runs: Mapping[str, Run], by: By) -> dict[str, Curve]:
    if by == "run":
        return curves_of_runs(runs)
    if len(runs) > 1:
        raise ScenarioError(
            f"Curves by trigger are those of one run, not of {len(runs)}."
        )
    (run,) = runs.values()
    return curves_of_triggers(run)


class _Distribution:
    def __init__(
        self, curves: dict[str, Curve], pinned: list[Curve], theme: Theme
    ) -> None:
        self.theme = theme
        self.curves = curves
        self.pinned = pinned
        self.frame = Frame(
            1, self.theme, LEFT, RIGHT, bottom=BOTTOM_WITHOUT_LEGEND
        )
        (self.axes,) = self.frame.axes

    def picture(
        self, title: str, words: str, runs: Mapping[str, Run]
    ) -> Picture:
        self._scales()
        named = self._slowest()
        for name, curve in self.curves.items():
            if name not in named:
                self._draw(curve, MOST_CURVES)
        for curve in self.pinned:
            style = {"color": self.theme.pinned, "linestyle": ":"}
            self._draw(curve, MOST_CURVES, **style)
        heights = apart([self.curves[name].share for name in named])
        for number, name in enumerate(named):
            self._draw_named(name, heights[number], number)
        heading = "From arrival to success"
        self.frame.set_texts(title, [heading], [self._explained(named)])
        self.frame.set_alternative(words, runs)
        return self.frame.figure

    def _slowest(self) -> list[str]:
        """The curves that have a colour, in their order."""
        p99 = {
            name: curve.quantile(0.99) for name, curve in self.curves.items()
        }
        slowest = sorted(
            p99, key=lambda name: -np.nan_to_num(p99[name], nan=np.inf)
        )
        chosen = set(slowest[:MOST_CURVES])
        return [name for name in self.curves if name in chosen]

    def _explained(self, named: list[str]) -> list[str]:
        parts = [
            "share of all events delivered within this time",
            "○ p50 and ● p99 of the delivered",
        ]
        others = len(self.curves) - len(named)
        if others:
            parts.append(
                f"in colour the {len(named)} curves with the greatest p99, {others} more in grey"
            )
        if self.pinned:
            parts.append("grey and dotted: the pinned run")
        return parts

    def _draw_named(self, name: str, height: float, number: int) -> None:
        colour = run_colour(number, self.theme)
        curve = self.curves[name]
        self._draw(curve, number)
        if len(curve.times):
            self._percentile(curve, 0.5, colour)
            self._percentile(curve, 0.99, colour)
        words = [visible(name), *_label(curve)]
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

    def _draw(self, curve: Curve, number: int, **style: Any) -> None:
        low, high = self.axes.get_xlim()
        shown = _thinned(len(curve.times))
        reached = (shown + 1) / max(curve.events, 1)
        style = {
            "color": run_colour(number, self.theme),
            "linestyle": run_line(number),
            "linewidth": 2 if number < MOST_CURVES else 1.2,
            **style,
        }
        self.axes.plot(
            np.concatenate([[low], curve.times[shown], [high]]),
            np.concatenate([[0], reached, [curve.share]]),
            drawstyle="steps-post",
            **style,
        )

    def _percentile(self, curve: Curve, quantile: float, colour: str) -> None:
        """A point on the curve: hollow for p50, filled for p99; a single one's has a label."""
        filled = quantile > 0.5
        seconds = curve.quantile(quantile)
        place = seconds, quantile * curve.share
        self.axes.plot(
            *place,
            "o",
            color=colour,
            markersize=6,
            markerfacecolor=colour if filled else self.theme.background,
            zorder=5,
        )
        if len(self.curves) == 1:
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

    def _scales(self) -> None:
        every = [curve.times for curve in self.curves.values()]
        every += [curve.times for curve in self.pinned]
        times = np.concatenate(every or [np.zeros(0)])
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


def _label(curve: Curve) -> list[str]:
    """The lines below a curve's name."""
    lines = []
    if len(curve.times):
        p50, p99 = (spoken(curve.quantile(each)) for each in (0.5, 0.99))
        lines.append(f"p50 {p50} · p99 {p99}")
    if not curve.events:
        lines.append("no event arrived")
    elif not curve.missing:
        lines.append(f"all {curve.events:,} delivered")
    else:
        is_open = curve.in_flight == curve.missing
        what = "still under way" if is_open else "not delivered"
        lines.append(f"{_percent(curve.missing / curve.events)} {what}")
    return lines


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
