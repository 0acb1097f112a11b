"""What was read, what was assumed, what a template cannot say, and what is not simulated, line by line."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

import pandas as pd

from sim.template.cloudformation import placeholders

Status = Literal["read", "assumed", "unknown", "not supported"]


class Row(NamedTuple):
    """One resource or property; `argument` is what supplies an unknown."""

    resource: str
    property: str
    line: int | None
    status: Status
    value: str
    argument: str
    note: str
    source: str


class Report:
    """The rows, in the order in which they were found."""

    def __init__(self) -> None:
        self.rows: dict[Row, None] = {}

    def add(
        self,
        status: Status,
        resource: str,
        property: str = "",
        value: Any = None,
        *,
        line: int | None = None,
        argument: str = "",
        note: str = "",
        source: str = "",
    ) -> None:
        """Add a row, once."""
        self.rows[
            Row(resource, property, line, status, _text(value), argument, note, source)
        ] = None

    def frame(self) -> pd.DataFrame:
        """The report as a table, by line."""
        rows = sorted(self.rows, key=lambda row: (row.line is None, row.line or 0))
        return pd.DataFrame(rows, columns=Row._fields).astype({"line": "Int64"})


def _text(value: Any) -> str:
    value = placeholders.shown(value)
    if value is None or isinstance(value, str):
        return (value or "")[:200]
    return json.dumps(value, default=str, ensure_ascii=False)[:200]
