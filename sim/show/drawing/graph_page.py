"""A page of small graphs in rows, with one time axis, numbered from the upper left."""

from __future__ import annotations

import re

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import MaxNLocator

from sim.markup import visible
from sim.show.drawing.axis_numbers import axis_number
from sim.show.drawing.frame import (
    TEXT_SIZE,
    TITLE_SIZES,
    bare_axes,
)
from sim.show.drawing.picture import DPI, Picture
from sim.show.drawing.theme import Theme
from sim.show.drawing.time_units import axis_unit, ticks
from sim.show.drawing.words import DOT, balanced, first_lines, wrapped

LEAST_GRAPH = 2.6  # inches
# Inches of the page:
ALL_ROWS = 4.6
LOWEST_ROW, HIGHEST_ROW = 1.28, 2.4
TOP, BOTTOM = 1.04, 0.32
SIDE = 0.1
TITLE_LEFT = 0.2
TITLE_DOWN, LINE_DOWN = 0.18, 0.74
# Inches inside each graph's share of it:
LEFT, RIGHT = 0.6, 0.2
ABOVE, BELOW = 0.5, 0.28
WORD = re.compile(r"[A-Z0-9]+[a-z]*|[a-z]+|.")


class GraphPage:
    """The figure: a title, a line below it, and the graphs."""

    def __init__(self, graphs: int, theme: Theme, seconds: float) -> None:
        self.theme = theme
        self.seconds = seconds
        self.graphs = graphs
        self.width = theme.width
        self.columns = max(1, int(self.width / LEAST_GRAPH))
        rows = max(1, -(-graphs // self.columns))
        self.row = min(max(ALL_ROWS / rows, LOWEST_ROW), HIGHEST_ROW)
        self.height = TOP + rows * self.row + BOTTOM
        self.figure = Picture(
            figsize=(self.width, self.height),
            dpi=DPI,
            facecolor=theme.background,
        )
        FigureCanvasAgg(self.figure)

    def set_texts(self, title: str, parts: list[str]) -> None:
        """Set the title, and the parts of the line under it."""
        width = self.width - 2 * TITLE_LEFT
        for size in TITLE_SIZES:
            lines = balanced(visible(title), width, size, "bold")
            if len(lines) <= 2:
                break
        lines = first_lines(lines, 2, width, size, "bold")
        self._text(TITLE_DOWN, lines, size, self.theme.text, "bold")
        below = wrapped(map(visible, parts), width, TEXT_SIZE, "normal", DOT)
        shown = first_lines(below, 2, width, TEXT_SIZE, "normal")
        self._text(LINE_DOWN, shown, TEXT_SIZE, self.theme.secondary)

    def _text(
        self,
        down: float,
        lines: list[str],
        size: float,
        colour: str,
        weight: str = "normal",
    ) -> None:
        self.figure.text(
            TITLE_LEFT / self.width,
            1 - down / self.height,
            "\n".join(lines),
            fontsize=size,
            weight=weight,
            color=colour,
            va="top",
            linespacing=1.25,
            parse_math=False,
        )

    def axes(self, number: int, name: str, unit: str) -> Axes:
        """A graph under its metric's name, which is one word and may need two lines."""
        axes = bare_axes(self.figure, self._place(number), self.theme)
        axes.grid(axis="y", color=self.theme.axis, linewidth=0.5, alpha=0.6)
        axes.tick_params(length=2)
        axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(axis_number)
        axes.set_xlim(0, self.seconds)
        axes.set_xticks(*ticks(self.seconds, 5))
        is_lowest = number + self.columns >= self.graphs
        if is_lowest:
            words = f"{axis_unit(self.seconds).name} since start"
            axes.set_xlabel(
                words, color=self.theme.secondary, fontsize=TEXT_SIZE
            )
        self._name(axes, name, unit)
        return axes

    def _name(self, axes: Axes, name: str, unit: str) -> None:
        width = (self.width - 2 * SIDE) / self.columns - 2 * RIGHT
        parts = [*WORD.findall(name), f" ({unit})"]
        lines = wrapped(parts, width, TEXT_SIZE, "bold", "")
        axes.set_title(
            "\n".join(map(str.strip, lines[:2])),
            loc="left",
            x=self.name_left,
            fontsize=TEXT_SIZE,
            weight="bold",
            color=self.theme.text,
            pad=15,
            linespacing=1.15,
        )

    @property
    def name_left(self) -> float:
        """Where a graph's name and its key begin, as a part of its width."""
        return -(LEFT - RIGHT) / self.graph_width

    @property
    def graph_width(self) -> float:
        """How wide a graph is, in inches."""
        return (self.width - 2 * SIDE) / self.columns - LEFT - RIGHT

    def _place(self, number: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of a graph, as parts of the figure's."""
        row, column = divmod(number, self.columns)
        share = (self.width - 2 * SIDE) / self.columns
        left = SIDE + column * share + LEFT
        bottom = self.height - TOP - (row + 1) * self.row + BELOW
        height = self.row - ABOVE - BELOW
        return (
            left / self.width,
            bottom / self.height,
            self.graph_width / self.width,
            height / self.height,
        )
