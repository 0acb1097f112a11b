"""A table as HTML, in which texts stay text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from sim.markup import ADDRESS, Html, escaped, link, linked


def html_table(
    frame: pd.DataFrame,
    address_text: str | None = None,
    names: Iterable[object] | None = None,
    **options: Any,
) -> Html:
    """A table as HTML, its texts in full and with their links; `options` are of `to_html`.

    `address_text`: what is shown instead of a cell that is an address alone. `names`: what code
    calls the columns, which a browser shows beside their headings while somebody points at them.
    """
    cells = frame.astype(object).map(lambda cell: _cell(cell, address_text))
    cells.columns = _headings(frame.columns, names)
    if options.get("index", True):
        cells.index = frame.index.map(_cell).rename(
            None if frame.index.name is None else escaped(frame.index.name)
        )
    with pd.option_context("display.max_colwidth", None):
        return Html(cells.to_html(escape=False, border=0, **options))


def _headings(
    columns: Iterable[object], names: Iterable[object] | None
) -> list[Html]:
    words = [escaped(column) for column in columns]
    if names is None:
        return words
    return [
        word
        if word == escaped(name)
        else Html(f'<span title="{escaped(name)}">{word}</span>')
        for word, name in zip(words, names, strict=True)
    ]


def _cell(value: Any, address_text: str | None = None) -> Any:
    """Numbers stay, for pandas to write them; everything else is text."""
    is_blank = value is None or value is pd.NA
    if is_blank or isinstance(value, int | float):
        return value
    text = str(value)
    if address_text is not None and ADDRESS.fullmatch(text):
        return link(text, address_text)
    return linked(text)
