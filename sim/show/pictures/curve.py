"""Curves: how one number of a sweep depends on a parameter, with the interval of its mean."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.markup import visible
from sim.scenario.arguments import Share, checked
from sim.show.drawing.frame import BOTTOM_WITHOUT_LEGEND, TEXT_SIZE, Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import (
    WAITING,
    LineStyle,
    run_colour,
    run_line,
    theme_named,
)
from sim.show.drawing.time_units import axis_unit, ticks
from sim.show.drawing.words import shortened
from sim.show.pictures.latency import NAME_ROOM, apart
from sim.show.pictures.sweep_table import (
    SweepTable,
    labels_with_room,
    setting_text,
    sweep_table,
)
from sim.show.pictures.sweep_titles import (
    Curve,
    curves,
    curves_title,
    spread,
)

# inches: room for the numbers, and for each curve's name
LEFT, RIGHT = (0.9, 2.4)
NAME_WIDTH = RIGHT - 0.2
Theory = Callable[..., float]
LOGARITHMIC = (
    20  # an axis whose values are this many times apart counts in factors
)
BAND_OPACITY = 0.16
DOTTED: LineStyle = (0, (1, 1.5))
MARGIN = 0.03  # of the axis, beyond its first and last value
BETWEEN_BARS = 0.08  # where values are words, between the bars of two curves


@checked
def curve(
    table: pd.DataFrame,
    x: str,
    value: str,
    by: str | None = None,
    *,
    level: Share = 0.95,
    title: str | None = None,
    pinned: pd.DataFrame | None = None,
    theory: Theory | None = None,
    theme: str = "light",
) -> Picture:
    """Draw how one number of a sweep depends on a parameter: the mean over the seeds.

    `table`: what `sim.sweep` returned, or rows of it. `x`, `by`: parameters, or the end of their
    path (`timeout`); each value of `by` has a curve. `value`: a column of numbers. The band is
    Student's t interval as in `sim.confidence`. Of more than six curves six have a colour and a
    name, spread evenly from the first to the last; the others are grey. `pinned`: the table of an
    earlier sweep, grey and dotted. `theory`: gives what mathematics says at a value of `x` (and of
    `by`), which crosses show. Raises `ScenarioError` for other names, and if the table varies
    further parameters.
    """
    names = [x] if by is None else [x, by]
    sweep = sweep_table(table, value, level, *names)
    before = None
    if pinned is not None:
        before = sweep_table(pinned, value, level, *names)
    return _CurvePicture(sweep, before, theory, theme).picture(title)


class _CurvePicture:
    def __init__(
        self,
        sweep: SweepTable,
        before: SweepTable | None,
        theory: Theory | None,
        theme_name: str,
    ) -> None:
        self.sweep = sweep
        self.before = before
        self.theory = theory
        self.theme = theme_named(theme_name)
        self.frame = Frame(
            1, self.theme, LEFT, RIGHT, bottom=BOTTOM_WITHOUT_LEGEND
        )
        (self.axes,) = self.frame.axes
        self.along = sweep.parameters[0]
        self.ordered = self.along.is_ordered
        self.curves = curves(sweep)
        self.named = spread(list(self.curves))
        self.places = {
            value: float(value) if self.ordered else float(number)
            for number, value in enumerate(self.along.settings)
        }

    def picture(self, title: str | None) -> Picture:
        self._x_axis()
        self._y_axis()
        self._draw_pinned()
        for by, points in self.curves.items():
            if by not in self.named:
                self._draw_line(points, self.theme.pick(WAITING), "-", 1.2)
        for number, by in enumerate(self.named):
            if self.ordered:
                self._draw_band(self.curves[by], number)
            else:
                self._draw_bars(self.curves[by], number)
            self._draw_theory(by, number)
        if self.ordered or len(self.curves) > 1:
            self._draw_names()
        answer = curves_title(self.sweep)
        heading = self.sweep.heading
        self.frame.set_texts(title or answer, [heading], [self._explained()])
        self.frame.set_alternative(f"{answer}. {self.sweep.in_words}.")
        return self.frame.figure

    def _explained(self) -> list[str]:
        mark = "band:" if self.ordered else "bar:"
        parts = [*self.sweep.sample_line, *self.sweep.interval_line(mark)]
        others = len(self.curves) - len(self.named)
        if others:
            parts.append(
                f"{len(self.named)} curves in colour, from the first to the last, "
                f"{others} more in grey"
            )
        if self.theory is not None:
            parts.append("× what mathematics says")
        if self.before is not None:
            parts.append("grey and dotted: the pinned sweep")
        return parts

    def _draw_pinned(self) -> None:
        if self.before is not None:
            for points in curves(self.before).values():
                self._draw_line(points, self.theme.pinned, DOTTED, 1.4)

    def _draw_line(
        self, points: Curve, colour: str, style: LineStyle, width: float
    ) -> None:
        """A curve in grey; where values have no order it has points only."""
        there = [value for value in points if value in self.places]
        self.axes.plot(
            [self.places[value] for value in there],
            [points[value].mean for value in there],
            marker="" if self.ordered else "o",
            linestyle=style if self.ordered else "none",
            color=colour,
            linewidth=width,
            zorder=1.5,
        )

    def _draw_theory(self, by: Any, number: int) -> None:
        if self.theory is None:
            return
        values = list(self.curves[by])
        with_by = len(self.sweep.parameters) > 1
        told = [
            self.theory(value, by) if with_by else self.theory(value)
            for value in values
        ]
        self.axes.plot(
            [self.places[value] for value in values],
            told,
            "x",
            color=run_colour(number, self.theme),
            markersize=9,
            markeredgewidth=2,
            zorder=6,
        )

    def _draw_band(self, points: Curve, number: int) -> None:
        """A curve through the means, within its band."""
        colour = run_colour(number, self.theme)
        at = [self.places[value] for value in points]
        low = [max(point.low, 0) for point in points.values()]
        high = [point.high for point in points.values()]
        self.axes.fill_between(
            at, low, high, color=colour, alpha=BAND_OPACITY, linewidth=0
        )
        self.axes.plot(
            at,
            [point.mean for point in points.values()],
            "o",
            color=colour,
            linewidth=2,
            linestyle=run_line(number),
            markersize=5,
        )

    def _draw_bars(self, points: Curve, number: int) -> None:
        """A point and a bar for each value; values that have no order have no curve."""
        colour = run_colour(number, self.theme)
        aside = BETWEEN_BARS * (number - (len(self.named) - 1) / 2)
        at = [self.places[value] + aside for value in points]
        low = [max(point.low, 0) for point in points.values()]
        high = [point.high for point in points.values()]
        means = [point.mean for point in points.values()]
        self.axes.vlines(
            at, low, high, color=colour, linewidth=6, alpha=2 * BAND_OPACITY
        )
        self.axes.plot(at, means, "o", color=colour, markersize=6)
        if len(self.curves) == 1:
            for x, mean in zip(at, means, strict=True):
                words = self.sweep.number_text(mean)
                self._annotate(words, (x, mean), 9, colour, "data")

    def _draw_names(self) -> None:
        """At the end of each curve its name and last value."""
        _, top = self.axes.get_ylim()
        last = {by: list(self.curves[by].values())[-1] for by in self.named}
        shares = [point.mean / top for point in last.values()]
        heights = apart(shares, 0.7 * NAME_ROOM)
        for number, (by, point) in enumerate(last.items()):
            words = []
            if len(self.sweep.parameters) > 1:
                words.append(self.sweep.parameters[1].text(by))
            if self.ordered:
                words.append(self.sweep.mean_text(point))
            colour = run_colour(number, self.theme)
            place = (1, heights[number])
            self._annotate("\n".join(words), place, 8, colour, "axes fraction")

    def _annotate(
        self,
        words: str,
        place: tuple[float, float],
        aside: int,
        colour: str,
        coordinates: str,
    ) -> None:
        lines = [
            shortened(visible(line), NAME_WIDTH, TEXT_SIZE)
            for line in words.split("\n")
        ]
        self.axes.annotate(
            "\n".join(lines),
            place,
            (aside, 0),
            xycoords=coordinates,
            textcoords="offset points",
            color=colour,
            fontsize=TEXT_SIZE,
            va="center",
            annotation_clip=False,
        )

    def _x_axis(self) -> None:
        self.frame.label_x(self.axes, self.along.label)
        at = list(self.places.values())
        first, last = at[0], at[-1]
        if self.ordered and first > 0 and last >= LOGARITHMIC * first:
            factor = last / first
            self.axes.set_xscale("log")
            self.axes.minorticks_off()
            self.axes.set_xlim(first / factor**MARGIN, last * factor**MARGIN)
            parts = [log(place / first) / log(factor) for place in at]
        else:
            length = last - first
            margin = MARGIN * length if self.ordered and length else 0.5
            self.axes.set_xlim(first - margin, last + margin)
            parts = [(place - first) / (length or 1) for place in at]
        labels = [setting_text(value) for value in self.along.settings]
        shown = labels_with_room(parts, labels, self.frame.panel_width)
        positions = [at[number] for number in shown]
        self.axes.set_xticks(positions, [labels[number] for number in shown])

    def _y_axis(self) -> None:
        points: Any = list(self.sweep.points.values())
        if self.before is not None:
            points += self.before.points.values()
        tops = [np.nanmax([point.mean, point.high]) for point in points]
        limit = 1.06 * float(max(tops, default=0)) or 1.0
        self.axes.set_ylim(0, limit)
        self.frame.value_axis(self.axes)
        if self.sweep.column.endswith("_s"):
            positions, labels = ticks(limit, 5)
            symbol = axis_unit(limit).symbol
            self.axes.set_yticks(
                positions, [f"{label} {symbol}" for label in labels]
            )
        else:
            self.axes.yaxis.set_major_locator(
                MaxNLocator(5, steps=[1, 2, 5, 10])
            )
            self.axes.yaxis.set_major_formatter(
                FuncFormatter(lambda value, _: self.sweep.number_text(value))
            )
