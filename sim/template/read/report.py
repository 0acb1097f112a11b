"""What was read, assumed, not said by any template, and not simulated, line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import pandas as pd

from sim.template.cloudformation import placeholders

Status = Literal["read", "assumed", "unknown", "not supported"]
LONGEST = 200
"""Characters of a value that are shown."""


class ReportRow(NamedTuple):
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
    """The rows, each once, in the order in which they were found."""

    def __init__(self) -> None:
        self.rows: dict[ReportRow, None] = {}

    def add(
        self,
        status: Status,
        resource: str,
        property: str = "",  # noqa: A002 - CloudFormation's word
        value: Any = None,
        *,
        line: int | None = None,
        argument: str = "",
        note: str = "",
        source: str = "",
    ) -> None:
        """Add a row, once."""
        row = ReportRow(
            resource,
            property,
            line,
            status,
            _shown(value),
            argument,
            note,
            source,
        )
        self.rows[row] = None

    def frame(self, property_of: Callable[[str, str], str]) -> pd.DataFrame:
        """The report as a table, by line.

        `property_of`: what a resource's property is called in what was read.
        """
        rows = [
            row._replace(property=property_of(row.resource, row.property))
            for row in self.rows
        ]
        rows.sort(key=lambda row: (row.line is None, row.line or 0))
        frame = pd.DataFrame(rows, columns=ReportRow._fields)
        return frame.astype({"line": "Int64"})


def _shown(value: Any) -> str:
    value = placeholders.shown(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        value = json.dumps(value, default=str, ensure_ascii=False)
    return str(value[:LONGEST])
