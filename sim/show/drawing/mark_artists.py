"""The marks of one panel: one artist for each meaning that occurs, whatever the number of events."""

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

from sim.show.drawing.span_layout import Floats
from sim.show.drawing.theme import GHOST_OPACITY, MARKS, Mark, Theme

DOTS = (0, (1.0, 2.2))
# pixels: work that is shorter could not be seen; waits are drawn as long as they are
LEAST_WIDTH = 1.6
LEAST_HEIGHT = 1.2
HIGHER = 2.2  # pixels: where rows are thin, failures stand out by height, which needs no colour
HATCH = "/////"


@dataclass(frozen=True)
class Grain:
    """How many seconds and rows a pixel shows."""

    seconds: float
    rows: float

    @property
    def thin(self) -> bool:
        """Whether a row has less than 7 pixels: too thin for outlines and hatches."""
        return self.rows > 1 / 7

    def visible(self, places: Mapping[str, Floats]) -> dict[str, Floats]:
        """Places without the waits that are shorter than a pixel."""
        shown = {
            meaning: place[place[:, 1] - place[:, 0] >= self.seconds]
            if MARKS[meaning].waits
            else place
            for meaning, place in places.items()
        }
        return {meaning: place for meaning, place in shown.items() if len(place)}


class Layer:
    """A panel's marks; `ghost` draws the same shapes in grey, for a pinned run."""

    def __init__(self, axes: Axes, theme: Theme, ghost: bool = False) -> None:
        self.axes, self.theme, self.ghost = axes, theme, ghost
        self.artists: dict[str, Artist] = {}

    def show(self, places: Mapping[str, Floats], grain: Grain) -> None:
        """Replace what is shown: places by meaning, as in a `Drawing`."""
        for meaning, artist in self.artists.items():
            artist.set_visible(meaning in places)
        for meaning, place in places.items():
            mark = MARKS[meaning]
            if meaning not in self.artists:
                self.artists[meaning] = self._artist(mark)
            self._fill(self.artists[meaning], mark, place, grain)

    @property
    def visible(self) -> list[Artist]:
        """What is to be drawn, lowest first."""
        there = [artist for artist in self.artists.values() if artist.get_visible()]
        return sorted(there, key=lambda artist: artist.get_zorder())

    def _artist(self, mark: Mark) -> Artist:
        face, edge = colours(mark, self.theme, self.ghost)
        made: Artist
        if mark.shape in ("line", "dotted"):
            made = self.axes.add_line(
                Line2D(
                    [],
                    [],
                    color=edge,
                    linestyle=DOTS if mark.shape == "dotted" else "-",
                )
            )
        elif mark.shape in ("marker", "stroke"):
            made = self._markers(mark, face, edge)
        else:
            made = self.axes.add_patch(PathPatch(Path(np.empty((0, 2))), snap=True))
        made.set_zorder(mark.above + (0 if self.ghost else 20))
        made.set_alpha(GHOST_OPACITY if self.ghost else None)
        return made

    def _markers(self, mark: Mark, face: str, edge: str) -> PathCollection:
        made = PathCollection([mark.marker], facecolors=face, edgecolors=edge)
        made.set_transform(IdentityTransform())
        shift = ScaledTranslation(mark.shift / 72, 0, self.axes.figure.dpi_scale_trans)
        made.set_offset_transform(self.axes.transData + shift)
        self.axes.add_collection(made, autolim=False)
        made.set_clip_on(False)
        return made

    def _fill(self, artist: Any, mark: Mark, place: Floats, grain: Grain) -> None:
        if isinstance(artist, Line2D):
            gap = np.full(len(place), np.nan)
            artist.set_data(
                np.column_stack([place[:, :2], gap]).ravel(),
                place[:, [2, 2, 2]].ravel(),
            )
            artist.set_linewidth(0.7 if grain.thin else 1.2)
        elif isinstance(artist, PathCollection):
            artist.set_offsets(place[:, [1, 2]])
            artist.set_sizes([_size(mark, grain) ** 2])
            artist.set_linewidth(mark.width / 2 if grain.thin else mark.width)
        else:
            artist.set_path(_bars(place, mark, grain))
            dress(artist, mark, self.theme, grain.thin, self.ghost)


def colours(mark: Mark, theme: Theme, ghost: bool = False) -> tuple[str, str]:
    """A mark's face and edge."""
    face, edge = (
        (theme.ghost, theme.ghost)
        if ghost
        else (mark.face[theme.number], mark.edge[theme.number])
    )
    return ("none" if mark.hollow else face), edge


def dress(
    bar: PathPatch, mark: Mark, theme: Theme, thin: bool, ghost: bool = False
) -> None:
    """Give a bar its colours, and its hatch where there is room for one."""
    face, edge = colours(mark, theme, ghost)
    hatched = mark.hatched and not thin and not ghost
    bar.set_facecolor(edge if thin else face)
    bar.set_hatch(HATCH if hatched else "")
    bar.set_linewidth(0.0 if thin or (face == edge and not hatched) else 0.8)
    bar.set_edgecolor(edge)
    if hatched and hasattr(bar, "set_hatchcolor"):
        bar.set_hatchcolor(theme.paper)
    elif hatched:  # before matplotlib 3.11 a hatch has the edge's colour
        bar.set_edgecolor(theme.paper)
        bar.set_linewidth(0.0)


def _bars(place: Floats, mark: Mark, grain: Grain) -> Path:
    """All bars as one path: at least so wide and high that they can be seen, with a blunt end if they have one."""
    start, row = place[:, 0], place[:, 2]
    end = (
        place[:, 1]
        if mark.waits
        else np.maximum(place[:, 1], start + LEAST_WIDTH * grain.seconds)
    )
    least = (HIGHER if mark.hatched else LEAST_HEIGHT) * grain.rows
    half = np.maximum(mark.height * place[:, 3], least) / 2
    low, high = row - half, row + half
    if mark.shape == "bar":
        return _closed([start, end, end, start, start], [low, low, high, high, low])
    foot, more = (
        np.maximum(end - 2.5 * grain.seconds, start),
        np.minimum(half * 0.6, 4 * grain.rows),
    )
    x = [start, foot, foot, end, end, foot, foot, start, start]
    y = [low, low, low - more, low - more, high + more, high + more, high, high, low]
    return _closed(x, y)


def _closed(x: list[Floats], y: list[Floats]) -> Path:
    corners = np.stack([np.column_stack(x), np.column_stack(y)], axis=-1)
    codes = [Path.MOVETO] + [Path.LINETO] * (len(x) - 2) + [Path.CLOSEPOLY]
    return Path(corners.reshape(-1, 2), np.tile(codes, len(corners)))


def _size(mark: Mark, grain: Grain) -> float:
    """Half a marker's height in points: as the look says, less where rows are thin; a stroke fills its row."""
    if mark.shape == "stroke":
        return min(max(0.43 * 0.72 / grain.rows, 1.5), 7.0)
    return mark.size * 0.6 if grain.thin else mark.size
