"""The frame of every picture: a figure with fixed margins, a title, headings, axes and a legend."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from sim.markup import visible
from sim.results.run import Run
from sim.show.drawing.cached_text import CachedText
from sim.show.drawing.export import keep_as_text, save
from sim.show.drawing.fast_png import encode_png
from sim.show.drawing.legend import HANDLERS
from sim.show.drawing.theme import Theme
from sim.show.drawing.time_units import axis_unit, ticks

DPI = 100
# Inches, as are the margins below:
WIDTH, HEIGHT = 10.5, 6.0
LEFT, RIGHT = 0.35, 0.2
TOP, BOTTOM = 1.45, 1.08
BETWEEN = 0.4
COLUMNS = 3  # panels that have room side by side; of more there are rows
ROW_HEIGHT = 2.3  # of a panel, where there are rows
BETWEEN_ROWS = 1.25  # room for an axis, and for the next heading

TITLE_LETTERS = 79  # of a line, at full size
TITLE_SIZE = 15.0  # points
HEADING_SIZE, LINE_SIZE = 11.0, 9.0  # points
HEADING_LETTER = 0.64  # a letter's width, in font sizes
LINE_LETTER = 5.2  # a letter's width, in points
NO_RUNS: Mapping[str, Run] = MappingProxyType({})


class Picture(Figure):
    """A Figure that a notebook shows without pyplot.

    It knows what it says in words, and of which runs.
    """

    text_alternative = ""
    runs: Mapping[str, Run] = NO_RUNS

    def save(self, path: str | Path) -> Path:
        """Write a PNG, SVG or PDF, with words and its runs' settings below; returns where.

        Settings that are not AWS's defaults are in print, all of them in the file's description.
        """
        return save(self, path, self.text_alternative, self.runs)

    def _repr_png_(self) -> bytes:
        return png(self)


class Frame:
    """What stays while a slider moves; panels are numbered from the left, row by row."""

    def __init__(
        self,
        panels: int,
        theme: Theme,
        left: float = LEFT,
        right: float = RIGHT,
        between: float = BETWEEN,
    ) -> None:
        self.theme = theme
        panels = max(panels, 1)
        rows = -(-panels // COLUMNS)
        columns = -(-panels // rows)
        gaps = between * (columns - 1)
        self.panel_width = (WIDTH - left - right - gaps) / columns
        self.panel_height = ROW_HEIGHT if rows > 1 else HEIGHT - TOP - BOTTOM
        below = self.panel_height + BETWEEN_ROWS
        self.height = TOP + BOTTOM + self.panel_height + (rows - 1) * below
        self.text_width = self.panel_width + between / 2
        self.figure = Picture(
            figsize=(WIDTH, self.height), dpi=DPI, facecolor=theme.background
        )
        self.canvas: Any = FigureCanvasAgg(self.figure)
        self.title = self._text(
            LEFT, self.height - 0.22, TITLE_SIZE, theme.text, "bold"
        )
        self.axes: list[Axes] = []
        self.headings: list[Text] = []
        self.lines: list[Text] = []
        for number in range(panels):
            row, column = divmod(number, columns)
            x = column * (self.panel_width + between)
            top = self.height - TOP - row * below
            self._add_panel(left + x, LEFT + x, top)
        self._legend: Legend | None = None

    def _add_panel(
        self, axes_left: float, text_left: float, top: float
    ) -> None:
        heading = self._text(
            text_left, top + 0.59, HEADING_SIZE, self.theme.text, "bold"
        )
        line = self._text(
            text_left, top + 0.39, LINE_SIZE, self.theme.secondary
        )
        self.axes.append(self._axes(axes_left, top))
        self.headings.append(heading)
        self.lines.append(line)

    def set_texts(
        self, title: str, headings: list[str], lines: list[list[str]]
    ) -> None:
        """Set the title, each panel's heading, and the parts of the line under it."""
        self.title.set_text(_balanced(visible(title), TITLE_LETTERS))
        widest = max(map(len, self.title.get_text().split("\n")))
        self.title.set_fontsize(
            TITLE_SIZE * min(1, TITLE_LETTERS / max(widest, 1))
        )
        points = self.text_width * 72
        longest = max([1, *map(len, headings)])
        size = min(HEADING_SIZE, points / (HEADING_LETTER * longest))
        for text, heading in zip(self.headings, headings, strict=True):
            text.set_text(visible(heading))
            text.set_fontsize(size)
        for text, parts in zip(self.lines, lines, strict=True):
            width = round(points / LINE_LETTER)
            text.set_text(_wrapped(list(map(visible, parts)), width))

    def set_alternative(
        self, text: str, runs: Mapping[str, Run] = NO_RUNS
    ) -> None:
        """Note what the picture says in words, and of which runs."""
        self.figure.text_alternative = text
        self.figure.runs = runs

    def time_axis(self, axes: Axes, limit: float) -> None:
        """Number a time axis from 0 to `limit` seconds in the unit a person would say."""
        axes.set_xlim(0, limit)
        axes.set_xticks(*ticks(limit, self.most_ticks))
        self.label_x(axes, f"{axis_unit(limit).name} since start")

    def label_x(self, axes: Axes, text: str) -> None:
        """Say what a panel's horizontal axis shows."""
        axes.set_xlabel(text, color=self.theme.secondary, fontsize=9)

    def label_y(self, axes: Axes, text: str) -> None:
        """Say what a panel's vertical axis shows."""
        axes.set_ylabel(text, color=self.theme.secondary, fontsize=9)

    def value_axis(self, axes: Axes) -> None:
        """Lines across a panel at the values of its vertical axis, instead of ticks."""
        axes.grid(axis="y", color=self.theme.axis, linewidth=0.6, alpha=0.6)
        axes.tick_params(axis="y", length=0)

    @property
    def most_ticks(self) -> int:
        """How many ticks a panel's time axis has room for."""
        return max(3, round(self.panel_width * 1.7))

    def legend(self, samples: Sequence[Artist], labels: list[str]) -> None:
        """Set the legend, at the bottom, in as many rows as it needs."""
        for rows in (1, 2, 3):
            if self._legend is not None:
                self._legend.remove()
                self._legend = None
            if not labels:
                return
            columns = -(-len(labels) // rows)
            self._legend = self._made_legend(samples, labels, columns)
            extent = self._legend.get_window_extent(self.canvas.get_renderer())
            if extent.width <= WIDTH * DPI:
                return

    def background(self, moving: list[Artist]) -> Any:
        """The pixels of everything but what moves."""
        for artist in moving:
            artist.set_visible(False)
        keep_as_text(self.figure)
        self.canvas.draw()
        for artist in moving:
            artist.set_visible(True)
        return self.canvas.copy_from_bbox(self.figure.bbox)

    @property
    def pixels(self) -> tuple[float, float]:
        """How wide and how high a panel is."""
        return self.panel_width * DPI, self.panel_height * DPI

    @property
    def texts(self) -> list[Text]:
        """The texts that a new run changes."""
        return [self.title, *self.headings, *self.lines]

    def _made_legend(
        self, samples: Sequence[Artist], labels: list[str], columns: int
    ) -> Legend:
        made = self.figure.legend(
            list(samples),
            [visible(label) for label in labels],
            handler_map=HANDLERS,
            loc="lower center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=columns,
            frameon=False,
            fontsize=9,
            labelcolor=self.theme.text,
            handlelength=1.8,
            handletextpad=0.5,
            columnspacing=1.3,
            borderaxespad=0.35,
        )
        for text in made.get_texts():
            text.set_parse_math(False)
        return made

    def _axes(self, left: float, top: float) -> Axes:
        bottom = (top - self.panel_height) / self.height
        width = self.panel_width / WIDTH
        height = self.panel_height / self.height
        place = (left / WIDTH, bottom, width, height)
        axes = self.figure.add_axes(place, facecolor="none")
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.spines["bottom"].set_color(self.theme.axis)
        axes.tick_params(
            colors=self.theme.secondary, labelsize=9, color=self.theme.axis
        )
        axes.set_yticks([])
        return axes

    def _text(
        self,
        x: float,
        y: float,
        size: float,
        colour: str,
        weight: str = "normal",
    ) -> Text:
        text = CachedText(
            x / WIDTH,
            y / self.height,
            "",
            fontsize=size,
            color=colour,
            fontweight=weight,
            verticalalignment="top",
            transform=self.figure.transFigure,
            parse_math=False,
        )
        self.figure.add_artist(text)
        return text


def png(figure: Figure) -> bytes:
    """A figure as PNG, drawn anew; quick to make rather than small."""
    canvas: Any = FigureCanvasAgg(figure)
    keep_as_text(figure)
    canvas.draw()
    return encode_png(canvas)


def _balanced(text: str, most: int) -> str:
    """A long text in lines of about the same length."""
    if len(text) <= most:
        return text
    half = len(text) // 2 + 8
    return textwrap.fill(text, max(most * 2 // 3, half))


def _wrapped(parts: list[str], width: int) -> str:
    """Parts joined by dots, broken between parts."""
    lines = parts[:1]
    for part in parts[1:]:
        longer = f"{lines[-1]} · {part}"
        if len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join(lines)
