"""Curves: how one number of a sweep depends on a parameter, with the interval that its mean lies in."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.show.drawing import theme as look
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import RUN_COLOURS, run_line
from sim.show.drawing.time_units import axis_unit, ticks
from sim.show.pictures.latency import NAME_ROOM, apart
from sim.show.pictures.sweep_table import Point, Swept, called, legible, swept

LEFT, RIGHT = (
    0.95,
    2.5,
)  # inches: room for the numbers, and for each curve's name at its end
LOGARITHMIC = 20  # an axis whose values are this many times apart counts in factors
BAND = 0.16  # opacity
EDGE = 0.03  # of the axis, beyond its first and last value
Line = dict[Any, Point]  # by value of x


def curve(
    table: pd.DataFrame,
    x: str,
    value: str,
    by: str | None = None,
    *,
    level: float = 0.95,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw how one number of a sweep depends on a parameter: the mean over the seeds, and its confidence interval.

    `table`: what `sim.sweep` returned, or rows of it. `x`, `by`: parameters, or the end of their
    path (`timeout`); each value of `by` has a curve. `value`: a column of numbers. The band is
    Student's t interval as in `sim.confidence`. Raises `ValueError` for other names, and if the
    table varies further parameters.
    """
    return _Curves(
        swept(table, value, level, *([x] if by is None else [x, by])), theme
    ).picture(title)


class _Curves:
    def __init__(self, shown: Swept, theme_name: str) -> None:
        self.shown, self.theme = shown, look.theme(theme_name)
        self.frame = Frame(1, self.theme, LEFT, RIGHT)
        (self.axes,) = self.frame.axes
        self.ordered, self.lines = shown.is_ordered(0), lines(shown)
        self.places = {
            value: value if self.ordered else place
            for place, value in enumerate(shown.settings[0])
        }

    def picture(self, title: str | None) -> Picture:
        self._x_axis()
        self._y_axis()
        for number, line in enumerate(self.lines.values()):
            self._draw(line, self._colour(number), number)
        if self.ordered or len(self.lines) > 1:
            self._names()
        how = [
            *self.shown.line,
            *self.shown.interval("band:" if self.ordered else "bar:"),
        ]
        answer = of_curves(self.shown)
        self.frame.say(title or answer, [self.shown.heading], [how])
        self.frame.figure.text_alternative = f"{answer}. {self.shown.in_words}."
        return self.frame.figure

    def _colour(self, number: int) -> str:
        return RUN_COLOURS[number % len(RUN_COLOURS)][self.theme.number]

    def _draw(self, line: Line, colour: str, number: int) -> None:
        aside = 0 if self.ordered else 0.08 * (number - (len(self.lines) - 1) / 2)
        at = [self.places[value] + aside for value in line]
        means, lows, highs = (
            [getattr(point, end) for point in line.values()]
            for end in ("mean", "low", "high")
        )
        if self.ordered:
            style = run_line(number)
            self.axes.fill_between(
                at, np.maximum(lows, 0), highs, color=colour, alpha=BAND, linewidth=0
            )
            self.axes.plot(
                at, means, "o", color=colour, linewidth=2, linestyle=style, markersize=5
            )
            return
        self.axes.vlines(
            at, np.maximum(lows, 0), highs, color=colour, linewidth=6, alpha=2 * BAND
        )
        self.axes.plot(at, means, "o", color=colour, markersize=6)
        for place, mean in zip(at, means, strict=True) if len(self.lines) == 1 else ():
            self._text(self.shown.said(mean), (place, mean), (9, 0), colour, "data")

    def _names(self) -> None:
        """At the end of each curve its name and last value."""
        ends = {
            by: next(reversed(line.values())).mean for by, line in self.lines.items()
        }
        heights = apart(
            [mean / self.axes.get_ylim()[1] for mean in ends.values()], 0.7 * NAME_ROOM
        )
        for number, ((by, mean), height) in enumerate(
            zip(ends.items(), heights, strict=True)
        ):
            name = self.shown.at(1, by) if len(self.shown.chosen) > 1 else ""
            words = f"{name}\n{self.shown.said(mean)}" if self.ordered else name
            self._text(
                words.strip(),
                (1, height),
                (8, 0),
                self._colour(number),
                "axes fraction",
            )

    def _text(
        self,
        words: str,
        at: tuple[float, float],
        aside: tuple[int, int],
        colour: str,
        where: str,
    ) -> None:
        self.axes.annotate(
            words, at, aside, xycoords=where, textcoords="offset points", color=colour, fontsize=9, va="center",
            annotation_clip=False,
        )  # fmt: skip

    def _x_axis(self) -> None:
        self.axes.set_xlabel(self.shown.axis(0), color=self.theme.secondary, fontsize=9)
        at, labels = (
            list(self.places.values()),
            [called(value) for value in self.places],
        )
        if self.ordered and at[0] > 0 and at[-1] >= LOGARITHMIC * at[0]:
            self.axes.set_xscale("log")
            self.axes.minorticks_off()
            self.axes.set_xlim(
                at[0] * (at[0] / at[-1]) ** EDGE, at[-1] * (at[-1] / at[0]) ** EDGE
            )
            parts = [log(place / at[0]) / log(at[-1] / at[0]) for place in at]
        else:
            edge = EDGE * (at[-1] - at[0]) if self.ordered and len(at) > 1 else 0.5
            self.axes.set_xlim(at[0] - edge, at[-1] + edge)
            parts = [(place - at[0]) / (at[-1] - at[0] or 1) for place in at]
        shown = legible(parts, labels, self.frame.panel_width)
        self.axes.set_xticks(
            [at[number] for number in shown], [labels[number] for number in shown]
        )

    def _y_axis(self) -> None:
        most = max(
            (
                np.nanmax([point.mean, point.high])
                for point in self.shown.points.values()
            ),
            default=0,
        )
        limit = 1.06 * float(most) or 1.0
        self.axes.set_ylim(0, limit)
        self.axes.grid(axis="y", color=self.theme.axis, linewidth=0.6, alpha=0.6)
        self.axes.tick_params(axis="y", length=0)
        if self.shown.column.endswith("_s"):
            positions, labels = ticks(limit, 5)
            self.axes.set_yticks(
                positions, [f"{label} {axis_unit(limit).symbol}" for label in labels]
            )
        else:
            self.axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            self.axes.yaxis.set_major_formatter(
                FuncFormatter(lambda value, _: self.shown.said(value))
            )


def lines(shown: Swept) -> dict[Any, Line]:
    """A line along x for each value of `by` that has any point; only one, of None, without `by`."""
    keys = (
        {value: (value,) for value in shown.settings[1]}
        if len(shown.chosen) > 1
        else {None: ()}
    )
    along, points = shown.settings[0], shown.points
    found = {
        by: {x: points[x, *key] for x in along if (x, *key) in points}
        for by, key in keys.items()
    }
    return {by: line for by, line in found.items() if line}


def of_curves(shown: Swept) -> str:
    """What the curves say: where they differ most, or how the only one runs."""
    found = lines(shown)
    if not found:
        return f"{shown.name}: no run has a number"
    if len(found) == 1:
        return _of_one(shown, next(iter(found.values())))
    x, points = max(_across(shown, found), key=lambda pair: _gap(pair[1]))
    least, most = _ends(points)
    if not points[least].surely_differs(points[most]):
        low, high = shown.said(points[least].mean), shown.said(points[most].mean)
        return f"{shown.name}: no sure difference by {shown.short[1]}; at most {low} to {high}, at {shown.at(0, x)}"
    return f"{shown.name} at {shown.at(0, x)}: {_two(shown, 1, points, least, most)}"


def _of_one(shown: Swept, line: Line) -> str:
    least, most = _ends(line)
    if not line[least].surely_differs(line[most]):
        return f"{shown.name}: no sure difference by {shown.short[0]}, about {shown.said(line[least].mean)}"
    first, last = next(iter(line)), next(reversed(line))
    inside = [
        x for x in (least, most) if shown.is_ordered(0) and x not in (first, last)
    ]
    if len(inside) == 1:
        word = "least" if inside[0] == least else "most"
        return f"{shown.name}: {word} at {shown.at(0, inside[0])}, {shown.said(line[inside[0]].mean)}"
    return f"{shown.name}: {_two(shown, 0, line, *sorted((least, most), key=list(line).index))}"


def _two(shown: Swept, number: int, points: Line, one: Any, other: Any) -> str:
    """Two values, each with where it is."""
    names = shown.at(number, one), shown.at(number, other, briefly=True)
    said = [
        f"{shown.said(points[key].mean)} ({name})"
        for key, name in zip((one, other), names, strict=True)
    ]
    return ", ".join(said)


def _across(shown: Swept, found: dict[Any, Line]) -> list[tuple[Any, Line]]:
    """Each value of x with the points of all lines there."""
    across = [
        (x, {by: line[x] for by, line in found.items() if x in line})
        for x in shown.settings[0]
    ]
    return [(x, points) for x, points in across if points]


def _gap(points: Line) -> float:
    least, most = _ends(points)
    return points[most].mean - points[least].mean


def _ends(points: Line) -> tuple[Any, Any]:
    """Where the mean is least, and where most."""
    return min(points, key=lambda key: points[key].mean), max(
        points, key=lambda key: points[key].mean
    )
