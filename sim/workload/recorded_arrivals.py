"""Reads the arrivals of real traffic from a CSV file."""

from __future__ import annotations

import csv
import math
from datetime import UTC, datetime
from pathlib import Path

from sim.scenario.settings import ScenarioError
from sim.scenario.traffic import Recorded


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
    cells = _cells(Path(path), column, last=period is not None)
    instants = (
        _instants(path, cells) if period is None else _spread(path, cells, period)
    )
    if key_column is None:
        return Recorded(instants=tuple(instants))
    keys = _numbered(_cells(Path(path), key_column, last=False))
    if period is not None:
        keys = [
            key
            for key, cell in zip(keys, cells, strict=True)
            for _ in range(_count(path, *cell))
        ]
    return Recorded(instants=tuple(instants), keys=tuple(keys))


def _numbered(cells: list[tuple[int, str]]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(text, len(numbers)) for _, text in cells]


def _cells(path: Path, column: str | None, last: bool) -> list[tuple[int, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [
                (number, row)
                for number, row in enumerate(csv.reader(file), start=1)
                if row
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError(f"{path} cannot be read as a CSV file: {error}.") from None
    if len(rows) < 2:
        raise ScenarioError(
            f"{path} holds no arrivals: it needs a header line and at least one row below it."
        )
    header = [name.strip() for name in rows[0][1]]
    for name in filter(_is_data, header):
        raise ScenarioError(
            f"{path}, line 1: {name!r} is no name; the first line must name the columns."
        )
    if column is not None and column not in header:
        raise ScenarioError(
            f"{path} has no column {column!r}; it has {', '.join(header)}."
        )
    place = header.index(column) if column is not None else -1 if last else 0
    return [
        (number, row[place].strip() if place < len(row) else "")
        for number, row in rows[1:]
    ]


def _instants(path: str | Path, cells: list[tuple[int, str]]) -> list[float]:
    read = _seconds if _is_number(cells[0][1]) else _moment
    values = [read(path, line, text) for line, text in cells]
    for (line, text), before, after in zip(cells[1:], values, values[1:], strict=False):
        if after < before:
            raise ScenarioError(
                f"{path}, line {line}: {text} is earlier than the row above; sort the file by time."
            )
    start = values[0] if read is _moment else 0.0
    return [round(value - start, 6) for value in values]


def _seconds(path: str | Path, line: int, text: str) -> float:
    if not _is_number(text):
        raise ScenarioError(
            f"{path}, line {line}: {text!r} is not a number of seconds."
        )
    if float(text) < 0:
        raise ScenarioError(
            f"{path}, line {line}: {text} is negative; instants count from 0 s."
        )
    return float(text)


def _moment(path: str | Path, line: int, text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ScenarioError(
            f"{path}, line {line}: {text!r} is neither a number of seconds nor an ISO 8601 time."
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


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


def _spread(
    path: str | Path, cells: list[tuple[int, str]], period: float
) -> list[float]:
    if not period > 0:
        raise ScenarioError(f"period is {period:g} s, but it must be above 0 s.")
    counts = [_count(path, line, text) for line, text in cells]
    return [
        (row + (k + 0.5) / count) * period
        for row, count in enumerate(counts)
        for k in range(count)
    ]


def _count(path: str | Path, line: int, text: str) -> int:
    if _is_number(text) and float(text) >= 0 and float(text) == int(float(text)):
        return int(float(text))
    raise ScenarioError(
        f"{path}, line {line}: {text!r} is not a count; counts are whole numbers from 0 on."
    )
