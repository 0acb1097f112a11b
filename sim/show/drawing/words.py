"""How wide words are, and how they fit a width: wrapped, and cut where nothing else helps.

Widths are in inches, sizes in points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

FINE = 720  # dots an inch, so that measures are not rounded
ROOM = 1.03  # times as wide: what a screen may round up
CUT = "…"
SPACE = " "
WORDS = re.compile(r"(?<!\d) ")  # a number is not parted from what it counts
DOT = " · "


@lru_cache(maxsize=1)
def _surface() -> RendererAgg:
    return RendererAgg(1, 1, FINE)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=8192)
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """How wide a text is on one line."""
    font = FontProperties(size=size, weight=weight)
    size_of: Any = _surface().get_text_width_height_descent
    dots, *_ = size_of(text, font, False)
    return ROOM * float(dots) / FINE


def shortened(
    text: str, width: float, size: float, weight: str = "normal"
) -> str:
    """A text that fits a width: what is too long is cut in the middle, as ends tell names apart."""
    if width_of(text, size, weight) <= width:
        return text
    low, high = 0, len(text) - 1
    while low < high:
        kept = (low + high + 1) // 2
        if width_of(_without_middle(text, kept), size, weight) <= width:
            low = kept
        else:
            high = kept - 1
    return _without_middle(text, low)


def _without_middle(text: str, kept: int) -> str:
    first = (kept + 1) // 2
    last = kept - first
    return text[:first] + CUT + text[len(text) - last :]


def wrapped(
    parts: Iterable[str],
    width: float,
    size: float,
    weight: str = "normal",
    joint: str = SPACE,
) -> list[str]:
    """Parts in lines that fit a width, joined within a line."""
    lines: list[str] = []
    for part in parts:
        fitting = shortened(part, width, size, weight)
        longer = lines[-1] + joint + fitting if lines else fitting
        if lines and width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(fitting)
    return lines


def first_lines(
    lines: list[str], most: int, width: float, size: float, weight: str
) -> list[str]:
    """At most so many lines; the last one ends with dots if any were left out."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1] + CUT
    while width_of(last, size, weight) > width:
        last = last[:-2].rstrip() + CUT
    return [*lines[: most - 1], last]


def balanced(text: str, width: float, size: float, weight: str) -> list[str]:
    """A text in as few lines as it needs, of about the same length; a number keeps its unit."""
    words = WORDS.split(text)
    lines = wrapped(words, width, size, weight)
    narrow = width_of(text, size, weight) / max(len(lines), 1)
    while narrow < width:
        narrow *= 1.05
        closer = wrapped(words, min(narrow, width), size, weight)
        if len(closer) <= len(lines):
            return closer
    return lines
