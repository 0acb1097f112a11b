"""Heat maps: one number of a sweep over two parameters, a cell a combination, its mean in print."""

from __future__ import annotations

from itertools import product
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from sim.show.drawing import theme as look
from sim.show.drawing.frame import DPI, Frame, Picture
from sim.show.pictures.sweep_table import Point, Swept, called, legible, swept

LEFT, RIGHT = 1.25, 1.1  # inches: room for the values of y, and for the scale
GROUND = (
    ("#EAF2F8", "#0072B2", "#0B3A5E"),
    ("#2C3744", "#3C86BA", "#BFE0F5"),
)  # from least to most, by theme
INK = ("#000000", "#FFFFFF")  # one of them has a contrast of 4.5 : 1 to any ground
GAP = 0.05  # of a cell, between cells
LEAST_CELL = (0.5, 0.22)  # inches: smaller ones hold no number
WITH_MARGIN = (0.95, 0.5)  # smaller ones hold no interval


def heatmap(
    table: pd.DataFrame,
    x: str,
    y: str,
    value: str,
    *,
    level: float = 0.95,
    title: str | None = None,
    theme: str = "light",
) -> Picture:
    """Draw one number of a sweep over two parameters: each cell is the mean over the seeds, darker where it is more.

    `table`: what `sim.sweep` returned, or rows of it. `x`, `y`: parameters, or the end of their
    path (`timeout`). `value`: a column of numbers. Behind +/- is half of Student's t interval, as
    in `sim.confidence`. A combination without a number is hatched. Raises `ValueError` for other
    names, and if the table varies further parameters.
    """
    return _Cells(swept(table, value, level, x, y), theme).picture(title)


class _Cells:
    def __init__(self, shown: Swept, theme_name: str) -> None:
        self.shown, self.theme = shown, look.theme(theme_name)
        self.frame = Frame(1, self.theme, LEFT, RIGHT)
        (self.axes,) = self.frame.axes
        self.columns, self.rows = shown.settings
        means = [point.mean for point in shown.points.values()] or [0.0]
        self.scale = Normalize(min(means), max(means))
        self.colours = LinearSegmentedColormap.from_list(
            "sweep", GROUND[self.theme.number]
        )

    def picture(self, title: str | None) -> Picture:
        self._axes()
        in_print, with_margin = (
            self._has_room(*LEAST_CELL),
            self._has_room(*WITH_MARGIN),
        )
        for (column, x), (row, y) in product(
            enumerate(self.columns), enumerate(self.rows)
        ):
            self._cell(
                column, row, self.shown.points.get((x, y)), in_print, with_margin
            )
        if not in_print:
            self._key()
        how = [
            *self.shown.line,
            *(self.shown.interval("±: half of the") if with_margin else []),
        ]
        answer = of_cells(self.shown)
        self.frame.say(title or answer, [self.shown.heading], [how])
        self.frame.figure.text_alternative = f"{answer}. {self.shown.in_words}."
        return self.frame.figure

    def _has_room(self, width: float, height: float) -> bool:
        wide, high = (pixels / DPI for pixels in self.frame.pixels)
        return wide / len(self.columns) >= width and high / len(self.rows) >= height

    def _cell(
        self,
        column: int,
        row: int,
        point: Point | None,
        in_print: bool,
        with_margin: bool,
    ) -> None:
        place, size = (column - 0.5 + GAP / 2, row - 0.5 + GAP / 2), 1 - GAP
        if point is None:
            nothing = Rectangle(
                place,
                size,
                size,
                facecolor="none",
                edgecolor=self.theme.axis,
                hatch="////",
                linewidth=0,
            )
            self.axes.add_patch(nothing)
            return
        ground = self.colours(float(self.scale(point.mean)))
        self.axes.add_patch(Rectangle(place, size, size, facecolor=ground, linewidth=0))
        if in_print:
            self._words(column, row, self.shown.said(point.mean), 11, 0, ground)
        if with_margin and not isnan(point.low):
            self._words(
                column,
                row,
                f"± {self.shown.said((point.high - point.low) / 2)}",
                8,
                -15,
                ground,
            )

    def _words(
        self, column: int, row: int, words: str, size: int, below: int, ground: Any
    ) -> None:
        self.axes.annotate(
            words, (column, row), (0, below), textcoords="offset points", color=_readable(ground), fontsize=size,
            ha="center", va="center",
        )  # fmt: skip

    def _axes(self) -> None:
        self.axes.set_xlim(-0.5, len(self.columns) - 0.5)
        self.axes.set_ylim(-0.5, len(self.rows) - 0.5)
        self.axes.spines["bottom"].set_visible(False)
        self.axes.tick_params(length=0)
        labels = [called(value) for value in self.columns]
        shown = legible(
            [number / len(labels) for number in range(len(labels))],
            labels,
            self.frame.panel_width,
        )
        self.axes.set_xticks(shown, [labels[number] for number in shown])
        self.axes.set_yticks(
            range(len(self.rows)), [called(value) for value in self.rows]
        )
        self.axes.set_xlabel(self.shown.axis(0), color=self.theme.secondary, fontsize=9)
        self.axes.set_ylabel(self.shown.axis(1), color=self.theme.secondary, fontsize=9)

    def _key(self) -> None:
        """The scale, where cells are too small for numbers."""
        axes = self.axes.inset_axes((1.02, 0, 0.016, 1))
        bar: Any = self.frame.figure.colorbar(
            ScalarMappable(self.scale, self.colours), cax=axes
        )
        bar.outline.set_visible(False)
        axes.tick_params(colors=self.theme.secondary, labelsize=9, length=0)
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: self.shown.said(value))
        )


def of_cells(shown: Swept) -> str:
    """Where the number is least, and where most."""
    if not shown.points:
        return f"{shown.name}: no run has a number"
    least, most = (
        end(shown.points, key=lambda key: shown.points[key].mean) for end in (min, max)
    )
    said = [shown.said(shown.points[key].mean) for key in (least, most)]
    if shown.points[least].mean == shown.points[most].mean:
        return f"{shown.name}: {said[0]} everywhere"
    return f"{shown.name}: {said[0]} ({_at(shown, least)}) to {said[1]} ({_at(shown, most, briefly=True)})"


def _at(shown: Swept, key: tuple[Any, ...], briefly: bool = False) -> str:
    return ", ".join(
        shown.at(number, value, briefly) for number, value in enumerate(key)
    )


def _readable(ground: tuple[float, float, float, float]) -> str:
    """The ink with more contrast: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    channels = np.array(ground[:3])
    linear = np.where(
        channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    )
    return INK[int(linear @ (0.2126, 0.7152, 0.0722) < 0.179)]
