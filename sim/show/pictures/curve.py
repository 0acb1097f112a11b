"""Curves: how one number of a sweep depends on a parameter, with the interval of its mean."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.scenario.arguments import Share, checked
from sim.show.drawing.frame import Frame, Picture
from sim.show.drawing.theme import run_colour, run_line, theme_named
from sim.show.drawing.time_units import axis_unit, ticks
from sim.show.pictures.latency import NAME_ROOM, apart
from sim.show.pictures.sweep_table import (
    SweepTable,
    labels_with_room,
    setting_text,
    sweep_table,
)
from sim.show.pictures.sweep_titles import Curve, curves, curves_title

# inches: room for the numbers, and for each curve's name
LEFT, RIGHT = (0.95, 2.5)
LOGARITHMIC = (
    20  # an axis whose values are this many times apart counts in factors
)
BAND_OPACITY = 0.16
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
    theme: str = "light",
) -> Picture:
    """Draw how one number of a sweep depends on a parameter: the mean over the seeds.

    `table`: what `sim.sweep` returned, or rows of it. `x`, `by`: parameters, or the end of their
    path (`timeout`); each value of `by` has a curve. `value`: a column of numbers. The band is
    Student's t interval as in `sim.confidence`. Raises `ScenarioError` for other names, and if the
    table varies further parameters.
    """
    names = [x] if by is None else [x, by]
    sweep = sweep_table(table, value, level, *names)
    return _CurvePicture(sweep, theme).picture(title)


class _CurvePicture:
    def __init__(self, sweep: SweepTable, theme_name: str) -> None:
        self.sweep = sweep
        self.theme = theme_named(theme_name)
        self.frame = Frame(1, self.theme, LEFT, RIGHT)
        (self.axes,) = self.frame.axes
        self.along = sweep.parameters[0]
        self.ordered = self.along.is_ordered
        self.curves = curves(sweep)
        self.places = {
            value: float(value) if self.ordered else float(number)
            for number, value in enumerate(self.along.settings)
        }

    def picture(self, title: str | None) -> Picture:
        self._x_axis()
        self._y_axis()
        for number, points in enumerate(self.curves.values()):
            if self.ordered:
                self._draw_band(points, number)
            else:
                self._draw_bars(points, number)
        if self.ordered or len(self.curves) > 1:
            self._draw_names()
        mark = "band:" if self.ordered else "bar:"
        line_parts = [*self.sweep.sample_line, *self.sweep.interval_line(mark)]
        answer = curves_title(self.sweep)
        self.frame.set_texts(
            title or answer, [self.sweep.heading], [line_parts]
        )
        self.frame.set_alternative(f"{answer}. {self.sweep.in_words}.")
        return self.frame.figure

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
        aside = BETWEEN_BARS * (number - (len(self.curves) - 1) / 2)
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
        last = {
            by: list(points.values())[-1] for by, points in self.curves.items()
        }
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
        self.axes.annotate(
            words,
            place,
            (aside, 0),
            xycoords=coordinates,
            textcoords="offset points",
            color=colour,
            fontsize=9,
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
        points: Any = self.sweep.points.values()
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
