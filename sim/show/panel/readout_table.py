"""The readouts of a panel as a table in HTML, and the line of words below its picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.markup import escaped, isolated
from sim.results.run import Run
from sim.show.panel.readouts import READOUTS, USUAL, rows
from sim.show.panel.words import words

LINE_HEIGHT = 1.4  # in font sizes
TABLE_STYLE = "border-collapse:collapse;font-variant-numeric:tabular-nums;white-space:nowrap"
NUMBER_STYLE = "padding:0 .8em;text-align:right"


def table(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """One row a run, one column a usual readout, with the difference from a pinned run."""
    found = rows(runs, pinned, USUAL)
    heads = "".join(
        '<th scope="col" style="padding:0 .8em" '
        f'title="{escaped(READOUTS[name].explanation)}">{name}</th>'
        for name in found["names"]
    )
    body = "".join(_row(**row) for row in found["rows"])
    made = (
        f"<table style='{TABLE_STYLE}' class='readout'>"
        f"<thead><tr><th></th>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )
    return f"<div style='overflow-x:auto'>{made}</div>"


def _row(run: str, cells: list[dict[str, Any]]) -> str:
    head = f'<th scope="row" style="text-align:left">{isolated(run)}</th>'
    return f"<tr>{head}{''.join(_cell(**cell) for cell in cells)}</tr>"


def _cell(text: str, difference: str, **_: Any) -> str:
    content = escaped(text)
    if difference:
        changed = f'<span style="opacity:.7">({escaped(difference)})</span>'
        return f'<td style="{NUMBER_STYLE}">{content} {changed}</td>'
    return f'<td style="{NUMBER_STYLE}">{content}</td>'


def words_line(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """The result in sentences, which a screen reader says when it changes."""
    # room for longer sentences, which else would move the page
    height = LINE_HEIGHT * (1 + 2 * len(runs))
    style = f"line-height:{LINE_HEIGHT};min-height:{height:.1f}em"
    return (
        f'<div role="status" aria-live="polite" class="words" style="{style}">'
        f"{words(runs, pinned)}</div>"
    )
