"""A table for people: names in words, numbers in their units, `–` where there is nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.phrases import UNKNOWN, amount, counted
from sim.results.column_words import (
    UNIT_WRITERS,
    Unit,
    Write,
    heading,
    is_measure,
    writer,
)

MOST_ROWS = 60
"""Of longer tables only the first and the last rows are shown."""
ENDS = 5


def spoken_table(
    table: pd.DataFrame | pd.Series[Any], unit: Unit | None = None
) -> pd.DataFrame:
    """The table as texts; the data stay as they are.

    What a column's name says of its unit, or where columns are runs a row's, decides how its
    numbers are written, else `unit` does. Of more than 60 rows five at each end stay.
    """
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    shown = _shortened(frame)
    write = None if unit is None else UNIT_WRITERS[unit]
    columns = [_column(shown, place, write) for place in range(shown.shape[1])]
    labels = [_label(label) for label in shown.index]
    if len(shown) < len(frame):
        rest = len(frame) - len(shown)
        for column in columns:
            column.insert(ENDS, "…")
        labels.insert(ENDS, f"… {counted(rest)} more")
    name = _heading(frame.index.name) or None
    index = pd.Index(labels, dtype=object, name=name)
    texts = pd.DataFrame(dict(enumerate(columns)), index=index, dtype=object)
    are_runs = any(is_measure(label) for label in shown.index)
    say = str if are_runs else _heading
    headings = [say(name) for name in frame.columns]
    return texts.set_axis(headings, axis="columns")


def _shortened(frame: pd.DataFrame) -> pd.DataFrame:
    if len(frame) <= MOST_ROWS:
        return frame
    return pd.concat([frame.iloc[:ENDS], frame.iloc[-ENDS:]])


def _heading(name: object) -> str:
    if isinstance(name, tuple):
        return ", ".join(_heading(part) for part in name if part != "")
    if name is None or isinstance(name, int):
        return ""
    return heading(str(name)) if isinstance(name, str) else _text(name)


def _label(label: object) -> str:
    if isinstance(label, tuple):
        return ", ".join(_label(part) for part in label)
    return heading(str(label)) if is_measure(label) else _text(label)


def _column(frame: pd.DataFrame, place: int, other: Write | None) -> list[str]:
    """The texts of a column; `other`: for what no name says the unit of."""
    write = writer(frame.columns[place])
    values = frame.iloc[:, place].astype(object)
    return [
        _text(value, write or writer(label) or other)
        for label, value in zip(frame.index, values, strict=True)
    ]


def _text(value: Any, write: Write | None = None) -> str:
    """A cell as people read it."""
    if value is None or value is pd.NA or value is pd.NaT:
        return UNKNOWN
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.number):
        return (write or amount)(float(value))
    if isinstance(value, list | tuple | set):
        return ", ".join(_text(each) for each in value)
    return str(value)
