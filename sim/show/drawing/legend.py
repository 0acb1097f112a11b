"""The legend's samples: each mark as it looks in the picture."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerPatch
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Transform

from sim.show.drawing.marks import line_style, mark_colours, style_bar
from sim.show.drawing.theme import PINNED_OPACITY, Mark, Theme

FULL_HEIGHT = 0.68  # of a row, of a bar that is as high as the sample's box
BLUNT_BAR = Path(
    [
        (0, 0.1),
        (0.85, 0.1),
        (0.85, -0.25),
        (1, -0.25),
        (1, 1.25),
        (0.85, 1.25),
        (0.85, 0.9),
        (0, 0.9),
        (0, 0.1),
    ],
    closed=True,
)


class BarHandler(HandlerPatch):
    """Draws a bar's own path into the sample's box."""

    def create_artists(
        self,
        legend: Legend,
        orig_handle: Artist,
        xdescent: float,
        ydescent: float,
        width: float,
        height: float,
        fontsize: float,
        trans: Transform,
    ) -> list[Artist]:
        """As `HandlerPatch`, with the shape of the original."""
        assert isinstance(orig_handle, PathPatch)
        shape = orig_handle.get_path()
        corners = np.asarray(shape.vertices) * (width, height)
        bar = PathPatch(Path(corners, shape.codes))
        self.update_prop(bar, orig_handle, legend)
        bar.set_transform(trans)
        return [bar]


HANDLERS = {PathPatch: BarHandler()}


def legend_sample(mark: Mark, theme: Theme, thin: bool) -> Artist:
    """What stands before a mark's words."""
    face, edge = mark_colours(mark, theme)
    if mark.shape in ("marker", "stroke"):
        return Line2D(
            [],
            [],
            linestyle="none",
            marker=MarkerStyle(mark.marker),
            markersize=1.9 * mark.size,
            markerfacecolor=face,
            markeredgecolor=edge,
            markeredgewidth=mark.width,
        )
    if mark.shape in ("line", "dotted"):
        style = line_style(mark)
        return Line2D([], [], color=edge, linewidth=1.2, linestyle=style)
    is_blunt = mark.shape == "blunt bar"
    bar = PathPatch(BLUNT_BAR if is_blunt else _bar(mark.height))
    style_bar(bar, mark, theme, thin)
    return bar


def pinned_sample(theme: Theme) -> Patch:
    """What stands before "pinned run"."""
    return PathPatch(
        _bar(FULL_HEIGHT),
        facecolor=theme.pinned,
        linewidth=0,
        alpha=PINNED_OPACITY,
    )


def _bar(height: float) -> Path:
    """A bar in a box of one by one, as high as it is in a row."""
    half = 0.4 * height / FULL_HEIGHT
    low, high = 0.5 - half, 0.5 + half
    return Path(
        [(0, low), (1, low), (1, high), (0, high), (0, low)], closed=True
    )
