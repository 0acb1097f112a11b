"""Text that is drawn from kept words: under a slider most words stay, and drawing letters costs more than bars."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from numpy.typing import NDArray


class Lettering(Text):
    """A text with its upper left corner at a place in figure coordinates; elsewhere than on Agg an ordinary Text."""

    @allow_rasterization  # type: ignore[untyped-decorator]
    def draw(self, renderer: Any) -> None:
        """Place the words from the left, line by line."""
        if not isinstance(renderer, RendererAgg) or not self.get_visible():
            super().draw(renderer)
            return
        points = float(self.get_fontsize())
        left, top = self.get_transform().transform(self.get_unitless_position())
        gc = renderer.new_gc()
        for number, line in enumerate(self.get_text().split("\n")):
            x = float(left)
            baseline = top - (1.1 + 1.36 * number) * points * renderer.dpi / 72
            for part in line.split(" "):
                image, ascent, advance = word(
                    part,
                    points,
                    str(self.get_fontweight()),
                    str(self.get_color()),
                    renderer.dpi,
                )
                if part:
                    renderer.draw_image(
                        gc, round(x), round(baseline) - (image.shape[0] - ascent), image
                    )
                x += advance
        gc.restore()
        self.stale = False


@lru_cache(maxsize=4096)
def word(
    text: str, size: float, weight: str, colour: str, dpi: float
) -> tuple[NDArray[np.uint8], int, float]:
    """A word's pixels, how many of them are above its baseline, and how far the next word is."""
    font = FontProperties(size=size, weight=weight)
    width, height, descent = measure(text or " ", font, dpi)
    space = measure(" ", font, dpi)[0]
    below, above = math.ceil(descent) + 2, math.ceil(height - descent) + 3
    page: Any = agg(math.ceil(width) + 4, above + below, dpi)
    gc = page.new_gc()
    gc.set_foreground(to_rgb(colour))
    page.draw_text(gc, 0, above, text, font, 0)
    return np.array(page.buffer_rgba())[::-1], above, width + space if text else space


def measure(text: str, font: FontProperties, dpi: float) -> tuple[float, float, float]:
    """Width, height and depth below the baseline of a text, in pixels."""
    width, height, descent = agg(1, 1, dpi).get_text_width_height_descent(
        text, font, ismath=False
    )
    return float(width), float(height), float(descent)


def agg(width: int, height: int, dpi: float) -> Any:
    """A drawing surface."""
    return RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]
