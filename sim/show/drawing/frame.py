"""The frame of every picture: a figure with fixed margins, a title, headings, axes and a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.legend import Legend
from matplotlib.text import Text

from sim.markup import visible
from sim.results.run import Run
from sim.show.drawing.legend import HANDLERS
from sim.show.drawing.picture import DPI, NO_RUNS, Picture
from sim.show.drawing.theme import Theme
from sim.show.drawing.time_units import axis_unit, ticks
from sim.show.drawing.words import (
    DOT,
    balanced,
    first_lines,
    shortened,
    wrapped,
)

# Inches, as are the margins below:
HIGHEST = 5.75
PER_WIDTH, LEAST_HEIGHT = 0.45, 2.3  # a narrow figure is lower, too
LEFT, RIGHT = 0.3, 0.2
TOP, BOTTOM = 1.5, 1.12
BOTTOM_WITHOUT_LEGEND = 0.66
BETWEEN = 0.4
COLUMNS = 3  # panels that have room side by side; of more there are rows
ROW_HEIGHT = 2.3  # of a panel, where there are rows
BETWEEN_ROWS = 1.2  # room for an axis, and for the next heading
# Above a panel:
TITLE_DOWN = 0.2  # below the figure's upper edge
HEADING_UP, LINE_UP = 0.6, 0.4
LINE_HEIGHT = 0.16

# Points; 9 of them are 12 pixels, and 11 where a page is so narrow that it shrinks the picture.
TITLE_SIZES = (15.0, 13.0, 11.0)
MOST_TITLE_LINES = 2
HEADING_SIZE = 11.0
TEXT_SIZE = 9.0
USUAL_LINES, MOST_LINES = 2, 3  # under a heading


class Frame:
    """The figure and its panels, which are numbered from the left, row by row."""

    def __init__(
        self,
        panels: int,
        theme: Theme,
        left: float = LEFT,
        right: float = RIGHT,
        between: float = BETWEEN,
        bottom: float = BOTTOM,
        row_height: float = ROW_HEIGHT,
    ) -> None:
        self.theme = theme
        self.width = theme.width
        panels = max(panels, 1)
        rows = -(-panels // COLUMNS)
        columns = -(-panels // rows)
        gaps = between * (columns - 1)
        self.panel_width = (self.width - left - right - gaps) / columns
        highest = min(HIGHEST, LEAST_HEIGHT + PER_WIDTH * self.width)
        self.panel_height = row_height if rows > 1 else highest - TOP - bottom
        below = self.panel_height + BETWEEN_ROWS
        self.height = TOP + bottom + self.panel_height + (rows - 1) * below
        # words stand over a panel and over the room beside it
        self.text_width = self.panel_width + (
            between - 0.15 if columns > 1 else left + right - 2 * LEFT
        )
        self.figure = Picture(
            (self.width, self.height), DPI, facecolor=theme.background
        )
        self.canvas = FigureCanvasAgg(self.figure)
        self.title = self._text(
            LEFT, self.height - TITLE_DOWN, TITLE_SIZES[0], theme.text, "bold"
        )
        self.axes: list[Axes] = []
        self.headings: list[Text] = []
        self.lines: list[Text] = []
        for number in range(panels):
            row, column = divmod(number, columns)
            x = column * (self.panel_width + between)
            top = self.height - TOP - row * below
            self._add_panel(left + x, LEFT + x, top)

    def _add_panel(
        self, axes_left: float, text_left: float, top: float
    ) -> None:
        heading = self._text(
            text_left, top + HEADING_UP, HEADING_SIZE, self.theme.text, "bold"
        )
        line = self._text(
            text_left, top + LINE_UP, TEXT_SIZE, self.theme.secondary
        )
        self.axes.append(self._axes(axes_left, top))
        self.headings.append(heading)
        self.lines.append(line)

    def set_texts(
        self, title: str, headings: list[str], lines: list[list[str]]
    ) -> None:
        """Set the title, each panel's heading, and the parts of the line under it."""
        self._set_title(visible(title))
        width = self.text_width
        for text, heading in zip(self.headings, headings, strict=True):
            words = self._heading(visible(heading))
            size = self._heading_size(words)
            text.set_fontsize(size)
            text.set_text(shortened(words, width, size, "bold"))
        most = 0
        for text, parts in zip(self.lines, lines, strict=True):
            shown = wrapped(
                map(visible, parts), width, TEXT_SIZE, "normal", DOT
            )
            shown = first_lines(shown, MOST_LINES, width, TEXT_SIZE, "normal")
            text.set_text("\n".join(shown))
            most = max(most, len(shown))
        self._raise(most - USUAL_LINES)

    def _raise(self, lines: int) -> None:
        """Make room between headings and panels for so many lines more than usual."""
        for text in (*self.headings, *self.lines):
            up = max(lines, 0) * LINE_HEIGHT / self.height
            text.set_y(text.get_position()[1] + up)

    def _set_title(self, title: str) -> None:
        width = self.width - 2 * LEFT
        for size in TITLE_SIZES:
            lines = balanced(title, width, size, "bold")
            if len(lines) <= MOST_TITLE_LINES:
                break
        shown = first_lines(lines, MOST_TITLE_LINES + 1, width, size, "bold")
        self.title.set_fontsize(size)
        self.title.set_text("\n".join(shown))

    def _heading(self, heading: str) -> str:
        """A heading; where it is too long, its name without what it means."""
        narrow = shortened(heading, self.text_width, TEXT_SIZE, "bold")
        return heading if narrow == heading else heading.partition(": ")[0]

    def _heading_size(self, heading: str) -> float:
        for size in (HEADING_SIZE, 10.0):
            if shortened(heading, self.text_width, size, "bold") == heading:
                return size
        return TEXT_SIZE

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
        axes.set_xlabel(text, color=self.theme.secondary, fontsize=TEXT_SIZE)

    def label_y(self, axes: Axes, text: str) -> None:
        """Say what a panel's vertical axis shows."""
        axes.set_ylabel(text, color=self.theme.secondary, fontsize=TEXT_SIZE)

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
        if not labels:
            return
        labels = [
            shortened(visible(label), self.width / 2, TEXT_SIZE)
            for label in labels
        ]
        for rows in range(1, len(labels) + 1):
            made = self._made_legend(samples, labels, -(-len(labels) // rows))
            renderer = self.canvas.get_renderer()  # type: ignore[no-untyped-call]
            room = (self.width - RIGHT) * DPI
            if made.get_window_extent(renderer).width <= room:
                return
            made.remove()

    @property
    def pixels(self) -> tuple[float, float]:
        """How wide and how high a panel is."""
        return self.panel_width * DPI, self.panel_height * DPI

    def _made_legend(
        self, samples: Sequence[Artist], labels: list[str], columns: int
    ) -> Legend:
        made = self.figure.legend(
            list(samples),
            labels,
            handler_map=HANDLERS,
            loc="lower center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=columns,
            frameon=False,
            fontsize=TEXT_SIZE,
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
        width = self.panel_width / self.width
        height = self.panel_height / self.height
        place = (left / self.width, bottom, width, height)
        return bare_axes(self.figure, place, self.theme)

    def _text(
        self,
        x: float,
        y: float,
        size: float,
        colour: str,
        weight: str = "normal",
    ) -> Text:
        return self.figure.text(
            x / self.width,
            y / self.height,
            "",
            fontsize=size,
            color=colour,
            fontweight=weight,
            verticalalignment="top",
            linespacing=1.25,
            parse_math=False,
        )


def bare_axes(
    figure: Picture, place: tuple[float, float, float, float], theme: Theme
) -> Axes:
    """Axes with nothing but their lower line; `place`: left, bottom, width, height, as parts."""
    axes = figure.add_axes(place, facecolor="none")
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.spines["bottom"].set_color(theme.axis)
    axes.tick_params(
        colors=theme.secondary, labelsize=TEXT_SIZE, color=theme.axis
    )
    axes.set_yticks([])
    return axes
