"""Reads the arrivals of real traffic from a CSV file."""

from __future__ import annotations

import csv
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.scenario.arrivals import Recorded
from sim.scenario.errors import ScenarioError


def read_arrivals(
    path: str | Path,
    column: str | None = None,
    period: float | None = None,
    key_column: str | None = None,
) -> Recorded:
    """Read recorded arrivals from a CSV file with a header line.

    Without `period` each row is one event: seconds, or ISO 8601 times (UTC unless they say),
    counted from the first. With `period`, in seconds, each row is a count of events in one period
    after the other, as CloudWatch exports them (`period=60`); the events of a period are spread
    evenly over it. `column` names the column: by default the first one of instants, the last one of
    counts. `key_column` names a column of keys, such as customers: they are numbered in the order
    in which they first appear, and rows of counts give theirs to each of their events. Raises
    `ScenarioError` with file and line.
    """
    rows = _rows(Path(path))
    cells = _column(rows, column, default=0 if period is None else -1)
    instants = _instants(cells) if period is None else _spread(cells, period)
    if key_column is None:
        return Recorded(instants=tuple(instants))
    keys = _numbered(_column(rows, key_column, default=0))
    if period is not None:
        keys = np.repeat(keys, [_count(cell) for cell in cells]).tolist()
    return Recorded(instants=tuple(instants), keys=tuple(keys))


class _Row(NamedTuple):
    """One line of the file; `where` begins each sentence about it."""

    where: str
    cells: list[str]


class _Cell(NamedTuple):
    where: str
    text: str


def _rows(path: Path) -> list[_Row]:
    """The lines that are not empty: a header, and at least one below it."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError(
            f"{path} cannot be read as a CSV file: {error}."
        ) from None
    rows = [
        _Row(f"{path}, line {number}", [text.strip() for text in line])
        for number, line in enumerate(lines, start=1)
        if line
    ]
    if len(rows) < 2:
        raise ScenarioError(
            f"{path} holds no arrivals: it needs a header line and at least one row below it."
        )
    for name in rows[0].cells:
        if _is_data(name):
            raise ScenarioError(
                f"{path}, line 1: {name!r} is no name; the first line must name the columns."
            )
    return rows


def _column(rows: list[_Row], name: str | None, default: int) -> list[_Cell]:
    """The cells below a header, or those of the column at place `default`."""
    header = rows[0].cells
    if name is None:
        place = default % len(header)
    elif name in header:
        place = header.index(name)
    else:
        path = rows[0].where.removesuffix(", line 1")
        raise ScenarioError(
            f"{path} has no column {name!r}; it has {', '.join(header)}."
        )
    return [_cell(row, place) for row in rows[1:]]


def _cell(row: _Row, place: int) -> _Cell:
    is_there = place < len(row.cells)
    return _Cell(row.where, row.cells[place] if is_there else "")


def _numbered(cells: list[_Cell]) -> list[int]:
    """The number of each text, in the order in which they first appear."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(cell.text, len(numbers)) for cell in cells]


def _instants(cells: list[_Cell]) -> list[float]:
    first = cells[0].text
    read = _seconds if _is_number(first) else _moment
    instants: list[float] = []
    for cell in cells:
        instant = read(cell)
        if instants and instant < instants[-1]:
            raise ScenarioError(
                f"{cell.where}: {cell.text} is earlier than the row above; sort the file by time."
            )
        instants.append(instant)
    start = instants[0] if read is _moment else 0.0
    return [round(instant - start, 6) for instant in instants]


def _seconds(cell: _Cell) -> float:
    if not _is_number(cell.text):
        raise ScenarioError(
            f"{cell.where}: {cell.text!r} is not a number of seconds."
        )
    seconds = float(cell.text)
    if seconds < 0:
        raise ScenarioError(
            f"{cell.where}: {cell.text} is negative; instants count from 0 s."
        )
    return seconds


def _moment(cell: _Cell) -> float:
    try:
        moment = datetime.fromisoformat(cell.text)
    except ValueError:
        raise ScenarioError(
            f"{cell.where}: {cell.text!r} is neither a number of seconds nor an ISO 8601 time."
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


def _is_data(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return _is_number(text)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _spread(cells: list[_Cell], period: float) -> list[float]:
    """Instants of as many events as each period has, evenly spread over it."""
    if not period > 0:
        raise ScenarioError(
            f"period is {period:g} s, but it must be above 0 s."
        )
    instants = []
    for number, cell in enumerate(cells):
        count = _count(cell)
        instants += [
            (number + (k + 0.5) / count) * period for k in range(count)
        ]
    return instants


def _count(cell: _Cell) -> int:
    number = float(cell.text) if _is_number(cell.text) else -1
    if number < 0 or number % 1:
        raise ScenarioError(
            f"{cell.where}: {cell.text!r} is not a count; counts are whole numbers from 0 on."
        )
    return int(number)
