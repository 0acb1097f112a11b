"""Tables as lessons show them: in words; pointing at a heading shows what code calls the column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython import get_ipython

from sim.results.column_words import Unit
from sim.results.html_table import html_table
from sim.results.spoken_table import spoken_table
from sim.scenario.arguments import checked


class Table:
    """A table in words; `frame` has the data."""

    @checked
    def __init__(
        self, frame: pd.DataFrame | pd.Series, unit: Unit | None = None
    ) -> None:
        self.frame = frame
        self.words = spoken_table(frame, unit)

    def __repr__(self) -> str:
        if self.words.empty:
            return f"No rows of: {', '.join(self.words.columns)}"
        return self.words.to_string(header=self._has_headings)

    def _repr_html_(self) -> str:
        frame = self.frame
        is_series = isinstance(frame, pd.Series)
        names = [frame.name] if is_series else frame.columns
        return html_table(self.words, names=names, header=self._has_headings)

    @property
    def _has_headings(self) -> bool:
        return isinstance(self.frame, pd.DataFrame) or bool(self.frame.name)


@checked
def table(
    frame: pd.DataFrame | pd.Series | Mapping[str, Any],
    unit: Unit | None = None,
) -> Table:
    """A table as people read it: names in words, numbers in their units, `–` where there is none.

    `frame` may be a dictionary of numbers, too, or of columns: series or dictionaries. `unit`: of
    the numbers whose names say none: "s", "ms", "usd", "share", "bytes", "kb" or "mb". Raises
    `ScenarioError` for another.
    In a lesson, after `sim.show.ready()`, every table is shown so.
    """
    if not isinstance(frame, Mapping):
        return Table(frame, unit)
    columns = (pd.Series, Mapping)
    are_columns = all(isinstance(each, columns) for each in frame.values())
    made = pd.DataFrame(frame) if are_columns else pd.Series(frame)
    return Table(made, unit)


def show_tables_in_words() -> None:
    """Have this notebook show every table as `table` does; nothing outside a notebook."""
    shell: Any = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    for kind in (pd.DataFrame, pd.Series):
        formatters["text/html"].for_type(kind, _shown_page)
        formatters["text/plain"].for_type(kind, _print_plain)


def _shown_page(frame: Any) -> str:
    """The table in words; one of our own classes has words of its own."""
    if type(frame) in (pd.DataFrame, pd.Series):
        return Table(frame)._repr_html_()
    return str(frame._repr_html_())


def _print_plain(
    frame: pd.DataFrame | pd.Series[Any], printer: Any, _cycle: bool
) -> None:
    printer.text(repr(Table(frame)))
