"""The marks of one panel: one artist for each meaning, however many events there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform, ScaledTranslation

from sim.arrays import Floats
from sim.show.drawing.span_layout import END, HEIGHT, ROW, START
from sim.show.drawing.theme import MARKS, PINNED_OPACITY, LineStyle, Mark, Theme

DOTS: LineStyle = (0, (1.0, 2.2))
# Pixels: work that is shorter could not be seen; waits are drawn as long as they are.
LEAST_WIDTH = 1.6
LEAST_HEIGHT = 1.2
# Pixels: where rows are thin, failures stand out by height, which needs no colour.
FAILURE_HEIGHT = 2.2
THIN_ROW = 7  # pixels: with less there is no room for outlines and hatches
BLUNT_END = 2.5  # pixels
HATCH = "/////"


@dataclass(frozen=True)
class PixelSize:
    """How many seconds and rows a pixel shows."""

    seconds: float
    rows: float

    @property
    def rows_are_thin(self) -> bool:
        """Whether a row is too thin for outlines and hatches."""
        return self.rows > 1 / THIN_ROW

    def visible(self, places: Mapping[str, Floats]) -> dict[str, Floats]:
        """Places without the waits that are shorter than a pixel."""
        shown = {}
        for meaning, place in places.items():
            if MARKS[meaning].waits:
                length = place[:, END] - place[:, START]
                shown[meaning] = place[length >= self.seconds]
            else:
                shown[meaning] = place
        return {
            meaning: place for meaning, place in shown.items() if len(place)
        }


class MarkArtists:
    """A panel's marks; `pinned` draws the same shapes in grey."""

    def __init__(self, axes: Axes, theme: Theme, pinned: bool = False) -> None:
        self.axes = axes
        self.theme = theme
        self.pinned = pinned
        self.artists: dict[str, Artist] = {}

    def show(self, places: Mapping[str, Floats], pixel: PixelSize) -> None:
        """Replace what is shown: places by meaning, as in a `SpanLayout`."""
        for meaning, artist in self.artists.items():
            artist.set_visible(meaning in places)
        for meaning, place in places.items():
            mark = MARKS[meaning]
            if meaning not in self.artists:
                self.artists[meaning] = self._artist(mark)
            self._fill(self.artists[meaning], mark, place, pixel)

    @property
    def visible(self) -> list[Artist]:
        """What is to be drawn, lowest first."""
        there = [
            artist for artist in self.artists.values() if artist.get_visible()
        ]
        return sorted(there, key=lambda artist: artist.get_zorder())

    def _artist(self, mark: Mark) -> Artist:
        face, edge = mark_colours(mark, self.theme, self.pinned)
        artist: Artist
        match mark.shape:
            case "line" | "dotted":
                line = Line2D([], [], color=edge, linestyle=line_style(mark))
                artist = self.axes.add_line(line)
            case "marker" | "stroke":
                artist = self._markers(mark, face, edge)
            case _:
                bars = PathPatch(Path(np.empty((0, 2))), snap=True)
                artist = self.axes.add_patch(bars)
        artist.set_zorder(mark.zorder + (0 if self.pinned else 20))
        artist.set_alpha(PINNED_OPACITY if self.pinned else None)
        return artist

    def _markers(self, mark: Mark, face: str, edge: str) -> PathCollection:
        markers = PathCollection(
            [mark.marker], facecolors=face, edgecolors=edge
        )
        markers.set_transform(IdentityTransform())
        shift = ScaledTranslation(
            mark.shift / 72, 0, self.axes.figure.dpi_scale_trans
        )
        markers.set_offset_transform(self.axes.transData + shift)
        self.axes.add_collection(markers, autolim=False)
        markers.set_clip_on(False)
        return markers

    def _fill(
        self, artist: Any, mark: Mark, place: Floats, pixel: PixelSize
    ) -> None:
        thin = pixel.rows_are_thin
        if isinstance(artist, Line2D):
            gap = np.full(len(place), np.nan)
            x = np.column_stack([place[:, START], place[:, END], gap])
            y = np.repeat(place[:, ROW], 3)
            artist.set_data(x.ravel(), y)
            artist.set_linewidth(0.7 if thin else 1.2)
        elif isinstance(artist, PathCollection):
            artist.set_offsets(place[:, [END, ROW]])
            artist.set_sizes([_size(mark, pixel) ** 2])
            artist.set_linewidth(mark.width / 2 if thin else mark.width)
        else:
            artist.set_path(_bars(place, mark, pixel))
            style_bar(artist, mark, self.theme, thin, self.pinned)


def line_style(mark: Mark) -> LineStyle:
    """The dashes of a mark that is a line."""
    return DOTS if mark.shape == "dotted" else "-"


def mark_colours(
    mark: Mark, theme: Theme, pinned: bool = False
) -> tuple[str, str]:
    """A mark's face and edge."""
    face = theme.pinned if pinned else theme.pick(mark.face)
    edge = theme.pinned if pinned else theme.pick(mark.edge)
    return "none" if mark.hollow else face, edge


def style_bar(
    bar: PathPatch, mark: Mark, theme: Theme, thin: bool, pinned: bool = False
) -> None:
    """Give a bar its colours, and its hatch where there is room for one."""
    face, edge = mark_colours(mark, theme, pinned)
    hatched = mark.hatched and not thin and not pinned
    bar.set_facecolor(edge if thin else face)
    bar.set_hatch(HATCH if hatched else "")
    has_outline = not thin and (face != edge or hatched)
    bar.set_linewidth(0.8 if has_outline else 0.0)
    bar.set_edgecolor(edge)
    if hatched and hasattr(bar, "set_hatchcolor"):
        bar.set_hatchcolor(theme.background)
    elif hatched:  # before matplotlib 3.11 a hatch has the edge's colour
        bar.set_edgecolor(theme.background)
        bar.set_linewidth(0.0)


def _bars(place: Floats, mark: Mark, pixel: PixelSize) -> Path:
    """All bars as one path, at least so wide and high that they can be seen."""
    start = place[:, START]
    end = place[:, END]
    if not mark.waits:
        end = np.maximum(end, start + LEAST_WIDTH * pixel.seconds)
    least = FAILURE_HEIGHT if mark.hatched else LEAST_HEIGHT
    height = mark.height * place[:, HEIGHT]
    half = np.maximum(height, least * pixel.rows) / 2
    low = place[:, ROW] - half
    high = place[:, ROW] + half
    if mark.shape == "bar":
        return _closed(
            [start, end, end, start, start], [low, low, high, high, low]
        )
    foot = np.maximum(end - BLUNT_END * pixel.seconds, start)
    more = np.minimum(half * 0.6, 4 * pixel.rows)
    bottom = low - more
    top = high + more
    return _closed(
        [start, foot, foot, end, end, foot, foot, start, start],
        [low, low, bottom, bottom, top, top, high, high, low],
    )


def _closed(x: list[Floats], y: list[Floats]) -> Path:
    """One path of closed shapes; `x` and `y` are lists of corners, each of all shapes."""
    corners = np.column_stack(
        [np.column_stack(x).ravel(), np.column_stack(y).ravel()]
    )
    codes = np.full((len(x[0]), len(x)), Path.LINETO)
    codes[:, 0] = Path.MOVETO
    codes[:, -1] = Path.CLOSEPOLY
    return Path(corners, codes.ravel())


def _size(mark: Mark, pixel: PixelSize) -> float:
    """Half a marker's height in points: less where rows are thin; a stroke fills its row."""
    if mark.shape == "stroke":
        half_row = 0.43 * 0.72 / pixel.rows
        return min(max(half_row, 1.5), 7.0)
    return mark.size * 0.6 if pixel.rows_are_thin else mark.size
