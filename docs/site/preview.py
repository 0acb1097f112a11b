"""The picture that a message or a search result shows beside a link."""

from __future__ import annotations

import io
from textwrap import fill

from matplotlib.figure import Figure

from docs.site.front_matter import SITE

INK, PAPER, ACCENT = "#1F2328", "#FFFFFF", "#0072B2"


def preview(title: str, question: str) -> bytes:
    """A PNG of 1,200 by 630 pixels with a title and a question."""
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
    figure.text(0.07, 0.84, SITE, fontsize=26, color=ACCENT)
    words = fill(question, 34)
    figure.text(0.07, 0.5, words, fontsize=44, color=INK, va="center")
    figure.text(0.07, 0.1, title, fontsize=26, color=INK)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
