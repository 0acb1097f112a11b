"""The marks of one panel: one artist for each meaning, however many events there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
LEAST_WIDTH = 3.0
LEAST_HEIGHT = 1.2
# Pixels: where rows are thin, failures stand out by height, which needs no colour.
FAILURE_HEIGHT = 2.2
THIN_ROW = 7  # pixels: with less there is no room for outlines and hatches
BLUNT_END = 2.5  # pixels
HATCH = "/////"
MOST_SHAPES = (
    500  # of one meaning; with more all marks are one image, also in an SVG
)
BELOW_AXES = 50  # so far below zero, where a part of axes can be an image


@dataclass(frozen=True)
class PixelSize:
    """How many seconds and rows a pixel shows."""

    seconds: float
    rows: float

    @property
    def rows_are_thin(self) -> bool:
        """Whether a row is too thin for outlines and hatches."""
        return self.rows > 1 / THIN_ROW

    def seen(self, places: Mapping[str, Floats]) -> dict[str, Floats]:
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


def draw_marks(
    axes: Axes,
    theme: Theme,
    places: Mapping[str, Floats],
    pixel: PixelSize,
    pinned: bool = False,
) -> None:
    """Draw places by meaning, as in a `SpanLayout`; `pinned` draws the same shapes in grey."""
    for meaning, place in places.items():
        mark = MARKS[meaning]
        face, edge = mark_colours(mark, theme, pinned)
        artist: Artist
        match mark.shape:
            case "line" | "dotted":
                artist = axes.add_line(_lines(mark, place, edge, pixel))
            case "marker" | "stroke":
                artist = _markers(axes, mark, place, pixel)
                artist.set(facecolors=face, edgecolors=edge)
            case _:
                bars = PathPatch(_bars(place, mark, pixel), snap=True)
                style_bar(bars, mark, theme, pixel.rows_are_thin, pinned)
                artist = axes.add_patch(bars)
        artist.set_zorder(mark.zorder - (2 if pinned else 1) * BELOW_AXES)
        artist.set_alpha(PINNED_OPACITY if pinned else None)
        if len(place) > MOST_SHAPES:
            axes.set_rasterization_zorder(0)


def _lines(mark: Mark, place: Floats, colour: str, pixel: PixelSize) -> Line2D:
    gap = np.full(len(place), np.nan)
    x = np.column_stack([place[:, START], place[:, END], gap])
    return Line2D(
        x.ravel(),
        np.repeat(place[:, ROW], 3),
        color=colour,
        linestyle=line_style(mark),
        linewidth=0.7 if pixel.rows_are_thin else 1.2,
    )


def _markers(
    axes: Axes, mark: Mark, place: Floats, pixel: PixelSize
) -> PathCollection:
    thin = pixel.rows_are_thin
    shift = ScaledTranslation(mark.shift / 72, 0, axes.figure.dpi_scale_trans)
    markers = PathCollection(
        [mark.marker],
        sizes=[_size(mark, pixel) ** 2],
        linewidths=mark.width / 2 if thin else mark.width,
        offsets=place[:, [END, ROW]],
        offset_transform=axes.transData + shift,
    )
    markers.set_transform(IdentityTransform())
    axes.add_collection(markers, autolim=False)
    # what ends at the last instant may stand out, what is beyond may not
    markers.set_clip_on(False)
    return markers


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
