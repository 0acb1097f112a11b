"""Text that is drawn from words kept as pixels: under a slider most words stay the same.

Drawing letters costs more than drawing bars.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from numpy.typing import NDArray

FIRST_BASELINE = 1.1  # below the top, in font sizes
LINE_HEIGHT = 1.36  # in font sizes


class CachedText(Text):
    """A text with its upper left corner at a place in figure coordinates.

    Elsewhere than on Agg it is drawn as an ordinary Text.
    """

    @allow_rasterization  # type: ignore[untyped-decorator]
    def draw(self, renderer: Any) -> None:
        """Draw the words from the left, line by line."""
        if not isinstance(renderer, RendererAgg) or not self.get_visible():
            super().draw(renderer)
            return
        transform = self.get_transform()
        left, top = transform.transform(self.get_unitless_position()).tolist()
        pixels = float(self.get_fontsize()) * renderer.dpi / 72
        gc = renderer.new_gc()
        for number, line in enumerate(self.get_text().split("\n")):
            baseline = top - (FIRST_BASELINE + LINE_HEIGHT * number) * pixels
            self._draw_line(renderer, gc, line, left, round(baseline))
        gc.restore()
        self.stale = False

    def _draw_line(
        self, renderer: Any, gc: Any, line: str, x: float, baseline: int
    ) -> None:
        size = float(self.get_fontsize())
        weight = str(self.get_fontweight())
        colour = str(self.get_color())
        for part in line.split(" "):
            word = word_pixels(part, size, weight, colour, renderer.dpi)
            if part:
                bottom = baseline - word.below
                renderer.draw_image(gc, round(x), bottom, word.image)
            x += word.advance


@dataclass(frozen=True)
class Word:
    """A drawn word: its pixels, how many rows are below its baseline, and the next word's place."""

    image: NDArray[np.uint8]
    below: int
    advance: float


@lru_cache(maxsize=4096)
def word_pixels(
    text: str, size: float, weight: str, colour: str, dpi: float
) -> Word:
    """Draw a word; `size` is in points."""
    font = FontProperties(size=size, weight=weight)
    space = text_size(" ", font, dpi).width
    size_of_text = text_size(text or " ", font, dpi)
    below = math.ceil(size_of_text.below) + 2
    above = math.ceil(size_of_text.above) + 3
    width = math.ceil(size_of_text.width) + 4
    surface = agg_surface(width, above + below, dpi)
    gc = surface.new_gc()
    gc.set_foreground(to_rgb(colour))
    surface.draw_text(gc, 0, above, text, font, 0)
    image = np.array(surface.buffer_rgba())[::-1]
    advance = size_of_text.width + space if text else space
    return Word(image, below, advance)


class TextSize(NamedTuple):
    """How wide a text is, and how far it reaches above and below its baseline: pixels."""

    width: float
    above: float
    below: float


def text_size(text: str, font: FontProperties, dpi: float) -> TextSize:
    """Measure a text."""
    surface = agg_surface(1, 1, dpi)
    size = surface.get_text_width_height_descent(text, font, ismath=False)
    height, descent = float(size[1]), float(size[2])
    return TextSize(float(size[0]), height - descent, descent)


def agg_surface(width: int, height: int, dpi: float) -> Any:
    """A drawing surface."""
    return RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]
