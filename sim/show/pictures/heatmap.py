"""Heat maps: one number of a sweep over two parameters, a cell a combination, its mean in print."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from sim.scenario.arguments import Share, checked
from sim.show.drawing.frame import BOTTOM_WITHOUT_LEGEND, TEXT_SIZE, Frame
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import DARK, LIGHT, theme_named
from sim.show.pictures.sweep_table import (
    Point,
    SweepTable,
    labels_with_room,
    setting_text,
    sweep_table,
)
from sim.show.pictures.sweep_titles import heatmap_title

LEFT, RIGHT = 1.25, 1.1  # inches: room for the values of y, and for the scale
# From least to most:
CELLS = {
    LIGHT: ("#EAF2F8", "#0072B2", "#0B3A5E"),
    DARK: ("#2C3744", "#3C86BA", "#BFE0F5"),
}
# One of them has a contrast of 4.5 : 1 to any cell:
BLACK, WHITE = "#000000", "#FFFFFF"
GAP = 0.05  # of a cell, between cells
CELL_WITH_NUMBER = (0.5, 0.22)  # inches that it needs
CELL_WITH_INTERVAL = (0.95, 0.58)


@checked
def heatmap(
    table: pd.DataFrame,
    x: str,
    y: str,
    value: str,
    *,
    level: Share = 0.95,
    title: str | None = None,
    pinned: pd.DataFrame | None = None,
    theme: str = "light",
) -> Picture:
    """Draw one number of a sweep over two parameters: each cell is the mean over the seeds.

    `table`: what `sim.sweep` returned, or rows of it. `x`, `y`: parameters, or the end of their
    path (`timeout`). `value`: a column of numbers. Behind +/- is half of Student's t interval, as
    in `sim.confidence`. A combination without a number is hatched. `pinned`: an earlier sweep's
    table; cells say what the number was. Raises `ScenarioError` for other names, and if the table
    varies further parameters.
    """
    sweep = sweep_table(table, value, level, x, y)
    before = None
    if pinned is not None:
        before = sweep_table(pinned, value, level, x, y)
    return _HeatmapPicture(sweep, before, theme).picture(title)


class _HeatmapPicture:
    def __init__(
        self, sweep: SweepTable, before: SweepTable | None, theme_name: str
    ) -> None:
        self.sweep = sweep
        self.before = {} if before is None else before.points
        self.theme = theme_named(theme_name)
        self.frame = Frame(
            1, self.theme, LEFT, RIGHT, bottom=BOTTOM_WITHOUT_LEGEND
        )
        (self.axes,) = self.frame.axes
        self.x, self.y = sweep.parameters
        means = [point.mean for point in sweep.points.values()] or [0.0]
        self.scale = Normalize(min(means), max(means))
        self.colours = LinearSegmentedColormap.from_list(
            "sweep", CELLS[self.theme]
        )
        self.has_numbers = self._has_room(*CELL_WITH_NUMBER)
        self.has_intervals = self._has_room(*CELL_WITH_INTERVAL)

    def picture(self, title: str | None) -> Picture:
        self._set_axes()
        for column, x in enumerate(self.x.settings):
            for row, y in enumerate(self.y.settings):
                self._draw_cell(column, row, self.sweep.points.get((x, y)))
                self._draw_pinned(column, row, (x, y))
        if not self.has_numbers:
            self._draw_scale()
        line_parts = self.sweep.sample_line
        if self.has_intervals:
            line_parts = line_parts + self.sweep.interval_line("±: half of the")
        if self.before and self.has_intervals:
            line_parts = [*line_parts, "was: in the pinned sweep"]
        answer = heatmap_title(self.sweep)
        self.frame.set_texts(
            title or answer, [self.sweep.heading], [line_parts]
        )
        self.frame.set_alternative(f"{answer}. {self.sweep.in_words}.")
        self.frame.figure.follows_page = False
        return self.frame.figure

    def _has_room(self, width: float, height: float) -> bool:
        """Whether a cell has at least this size, in inches."""
        cell_width = self.frame.panel_width / len(self.x.settings)
        cell_height = self.frame.panel_height / len(self.y.settings)
        return cell_width >= width and cell_height >= height

    def _draw_cell(self, column: int, row: int, point: Point | None) -> None:
        corner = (column - 0.5 + GAP / 2, row - 0.5 + GAP / 2)
        cell = Rectangle(corner, 1 - GAP, 1 - GAP, linewidth=0)
        self.axes.add_patch(cell)
        if point is None:
            cell.set(facecolor="none", edgecolor=self.theme.axis, hatch="////")
            return
        colour = self.colours(float(self.scale(point.mean)))
        cell.set_facecolor(colour)
        place, ink = (column, row), _readable(colour)
        if self.has_numbers:
            self._annotate(self.sweep.mean_text(point), place, 0, 11, ink)
        if self.has_intervals and point.has_interval:
            half = self.sweep.number_text((point.high - point.low) / 2)
            self._annotate(f"± {half}", place, -15, TEXT_SIZE, ink)

    def _draw_pinned(
        self, column: int, row: int, values: tuple[Any, ...]
    ) -> None:
        """What the number was, at the cell's upper edge, if it differs."""
        now, before = self.sweep.points.get(values), self.before.get(values)
        if now is None or before is None or not self.has_intervals:
            return
        words = self.sweep.mean_text(before)
        if words != self.sweep.mean_text(now):
            ink = _readable(self.colours(float(self.scale(now.mean))))
            self._annotate(f"was {words}", (column, row), 15, TEXT_SIZE, ink)

    def _annotate(
        self,
        words: str,
        place: tuple[int, int],
        points_up: int,
        size: float,
        colour: str,
    ) -> None:
        self.axes.annotate(
            words,
            place,
            (0, points_up),
            textcoords="offset points",
            color=colour,
            fontsize=size,
            ha="center",
            va="center",
        )

    def _set_axes(self) -> None:
        columns = [setting_text(value) for value in self.x.settings]
        rows = [setting_text(value) for value in self.y.settings]
        self.axes.set_xlim(-0.5, len(columns) - 0.5)
        self.axes.set_ylim(-0.5, len(rows) - 0.5)
        self.axes.spines["bottom"].set_visible(False)
        self.axes.tick_params(length=0)
        parts = [number / len(columns) for number in range(len(columns))]
        shown = labels_with_room(parts, columns, self.frame.panel_width)
        self.axes.set_xticks(shown, [columns[number] for number in shown])
        self.axes.set_yticks(range(len(rows)), rows)
        self.frame.label_x(self.axes, self.x.label)
        self.frame.label_y(self.axes, self.y.label)

    def _draw_scale(self) -> None:
        """What the colours mean, where cells are too small for numbers."""
        axes = self.axes.inset_axes((1.02, 0, 0.016, 1))
        mappable = ScalarMappable(self.scale, self.colours)
        bar: Any = self.frame.figure.colorbar(mappable, cax=axes)
        bar.outline.set_visible(False)
        axes.tick_params(
            colors=self.theme.secondary, labelsize=TEXT_SIZE, length=0
        )
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: self.sweep.number_text(value))
        )


def _readable(colour: tuple[float, float, float, float]) -> str:
    """The ink with more contrast to a cell.

    https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    channels = np.array(colour[:3])
    dark = channels / 12.92
    bright = ((channels + 0.055) / 1.055) ** 2.4
    linear = np.where(channels <= 0.04045, dark, bright)
    luminance = linear @ (0.2126, 0.7152, 0.0722)
    return WHITE if luminance < 0.179 else BLACK
