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

from sim.show.drawing.mark_artists import DOTS, colours, dress
from sim.show.drawing.theme import GHOST_OPACITY, Mark, Theme

BAR = Path([(0, 0.1), (1, 0.1), (1, 0.9), (0, 0.9), (0, 0.1)], closed=True)
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


class Bars(HandlerPatch):
    """Draws a bar's own path into the sample's box."""

    def create_artists(
        self, legend: Legend, orig_handle: Artist, xdescent: float, ydescent: float, width: float, height: float,
        fontsize: float, trans: Transform,
    ) -> list[Artist]:  # fmt: skip
        """As `HandlerPatch`, with the shape of the original."""
        assert isinstance(orig_handle, PathPatch)
        shape = orig_handle.get_path()
        made = PathPatch(
            Path(np.asarray(shape.vertices) * (width, height), shape.codes)
        )
        self.update_prop(made, orig_handle, legend)
        made.set_transform(trans)
        return [made]


HANDLERS = {PathPatch: Bars()}


def sample(mark: Mark, theme: Theme, thin: bool) -> Artist:
    """What stands before a mark's words."""
    face, edge = colours(mark, theme)
    if mark.shape in ("marker", "stroke"):
        return Line2D([], [], linestyle="none", marker=MarkerStyle(mark.marker), markersize=1.9 * mark.size,
                      markerfacecolor=face, markeredgecolor=edge, markeredgewidth=mark.width)  # fmt: skip
    if mark.shape in ("line", "dotted"):
        return Line2D(
            [],
            [],
            color=edge,
            linewidth=1.2,
            linestyle=DOTS if mark.shape == "dotted" else "-",
        )
    made = PathPatch(BLUNT_BAR if mark.shape == "blunt bar" else BAR)
    dress(made, mark, theme, thin)
    return made


def ghost_sample(theme: Theme) -> Patch:
    """What stands before "pinned run"."""
    return PathPatch(BAR, facecolor=theme.ghost, linewidth=0, alpha=GHOST_OPACITY)
