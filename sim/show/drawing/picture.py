"""A picture: a figure that a notebook shows as SVG, without pyplot."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sim.results.run import Run
from sim.show.drawing.export import keep_as_text, save
from sim.show.drawing.page_theme import following_page
from sim.show.drawing.svg import svg_of
from sim.show.drawing.theme import LIGHT

DPI = 96  # as browsers count, so that a pixel here is one of theirs
SHARP = 2 * DPI  # for good screens
DENSE = 1.5 * DPI  # of very many marks in an SVG, which would be too large else
NO_RUNS: Mapping[str, Run] = MappingProxyType({})


class Picture(Figure):
    """A Figure that a notebook shows without pyplot.

    It knows what it says in words, and of which runs.
    """

    text_alternative = ""
    runs: Mapping[str, Run] = NO_RUNS
    follows_page = True
    """Whether its colours may be those of a dark page; not those of a scale."""

    def save(self, path: str | Path) -> Path:
        """Write a PNG, SVG or PDF, with words and its runs' settings below; returns where.

        Settings that are not AWS's defaults are in print, all of them in the file's description.
        """
        return save(self, path, self.text_alternative, self.runs, SHARP)

    def svg(self) -> str:
        """The picture as one <svg> element that needs nothing beside it."""
        keep_as_text(self)
        return svg_of(self, self.text_alternative, DENSE)

    def png(self) -> bytes:
        """The picture as PNG, with two pixels for each of a page's."""
        keep_as_text(self)
        file = io.BytesIO()
        self.savefig(
            file, format="png", dpi=SHARP, facecolor=self.get_facecolor()
        )
        return file.getvalue()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        svg = self.svg()
        is_light = to_hex(self.get_facecolor()) == LIGHT.background.lower()
        if is_light and self.follows_page:
            svg = following_page(svg)
        # As an image, JupyterLab would not shrink it.
        return {"text/html": svg, "text/plain": self.text_alternative}
