"""Reads the arrivals of real traffic from a CSV file or a table of pandas."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable
from datetime import datetime
from numbers import Real
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Protocol, runtime_checkable

from sim import facts
from sim.scenario.arguments import CHECKED_INSIDE, checked
from sim.scenario.arrivals import ENDINGS, Recorded
from sim.scenario.bodies import read_body
from sim.scenario.errors import ScenarioError, said_of
from sim.scenario.recorded_instants import epoch_seconds, from_the_first


@runtime_checkable
class Table(Protocol):
    """A table of pandas, which this layer does not load."""

    @property
    def columns(self) -> Iterable[Any]:
        """The names of its columns."""

    def __len__(self) -> int:
        """How many rows it has."""

    def itertuples(self, index: bool = True) -> Iterable[tuple[Any, ...]]:
        """Its rows."""


@checked
def read_arrivals(
    path: Annotated[str | Path | Table, CHECKED_INSIDE],
    column: str | None = None,
    period: Annotated[float | None, CHECKED_INSIDE] = None,
    key_column: str | None = None,
    body_column: str | None = None,
    work_column: str | None = None,
    outcome_column: str | None = None,
) -> Recorded:
    """Read recorded arrivals from a CSV file with a header line, or from a table of pandas.

    Without `period` each row is one event: seconds from the start; or Unix epoch seconds or
    milliseconds, or ISO 8601 times (UTC unless they say), which count from the first.
    With `period`, in seconds, each row is a count of events in one period after the other, as
    CloudWatch exports them (`period=60`); the events of a period are spread evenly over it.
    `column` names the column: by default the first one of instants, the last one of counts. Others
    name what `Recorded` takes of each event: keys, such as customers, which are numbered in the
    order in which they first appear; bodies in JSON; seconds of work; outcomes. Rows of counts give
    theirs to each of their events; an empty cell says nothing. Raises `ScenarioError` with file and
    line.
    """
    if period is not None:
        _check_period(period)
    rows = _rows_of(path)
    cells = _column(rows, column, default=0 if period is None else -1)
    instants = _instants(cells) if period is None else _spread(cells, period)
    counts = None if period is None else [_count(cell) for cell in cells]
    known: dict[str, list[Any]] = {}
    if key_column is not None:
        known["keys"] = _numbered(_column(rows, key_column, default=0))
    readers = {
        "bodies": (body_column, _body),
        "work_seconds": (work_column, _seconds),
        "outcomes": (outcome_column, _outcome),
    }
    for name, (header, read) in readers.items():
        if header is not None:
            told = _column(rows, header, default=0)
            known[name] = [read(cell) if cell.text else None for cell in told]
    each = {name: _of_each(values, counts) for name, values in known.items()}
    with said_of(_name_of(rows)):
        return Recorded(instants=tuple(instants), **each)


def _check_period(period: Any) -> None:
    longest = facts.fact("bound.seconds").value
    is_number = isinstance(period, Real) and not isinstance(period, bool)
    if not is_number or not 0 < period <= longest:
        raise ScenarioError(
            f"period is {period!r} s, but it must be above 0 s, and at most {longest:,} s."
        )


def _of_each(values: list[Any], counts: list[int] | None) -> tuple[Any, ...]:
    """What the rows say, of each event: a row of a count says it of all its events."""
    if counts is None:
        return tuple(values)
    rows = zip(values, counts, strict=True)
    return tuple(value for value, count in rows for _ in range(count))


def _body(cell: _Cell) -> str:
    try:
        read_body(cell.text)
    except ValueError as error:
        raise ScenarioError(f"{cell.where}: {error}") from None
    return cell.text


def _outcome(cell: _Cell) -> str | int:
    if _is_number(cell.text):
        return _count(cell, "a number of tries that fail")
    if cell.text not in ENDINGS:
        words = ", ".join(map(repr, ENDINGS))
        raise ScenarioError(
            f"{cell.where}: {cell.text!r} is no outcome; write {words}, or how many tries fail."
        )
    return cell.text


class _Row(NamedTuple):
    """One line of the file; `where` begins each sentence about it."""

    where: str
    cells: list[str]


class _Cell(NamedTuple):
    where: str
    text: str


def _rows_of(source: str | Path | Table) -> list[_Row]:
    """The lines of a file, or the rows of a table as if it were one."""
    if isinstance(source, (str, Path)):
        return _rows(Path(source))
    if not isinstance(source, Table):
        raise ScenarioError(
            f"Arrivals are read from a CSV file's path or a table of pandas, not from {source!r}."
        )
    if not len(source):
        raise ScenarioError("The table holds no arrivals: it has no row.")
    header = _Row("The table", [str(name) for name in source.columns])
    return [
        header,
        *(
            _Row(f"The table, row {number}", [_text(value) for value in row])
            for number, row in enumerate(source.itertuples(index=False))
        ),
    ]


def _text(value: Any) -> str:
    """A value as it would stand in a file: JSON for a body, nothing for what is missing."""
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    is_missing = value is None or value != value  # noqa: PLR0124 - as NaN and NaT are
    return "" if is_missing else str(value)


def _rows(path: Path) -> list[_Row]:
    """The lines that are not empty: a header, and at least one below it."""
    if path.exists() and not path.is_file():
        raise ScenarioError(f"{path} cannot be read as a CSV file: it is none.")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
    except (OSError, ValueError, csv.Error) as error:
        is_binary = isinstance(error, UnicodeDecodeError)
        known = "it is no UTF-8 text" if is_binary else None
        reason = known or getattr(error, "strerror", None) or error
        raise ScenarioError(
            f"{path} cannot be read as a CSV file: {reason}."
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
        raise ScenarioError(
            f"{_name_of(rows)} has no column {name!r}; it has {', '.join(header)}."
        )
    return [_cell(row, place) for row in rows[1:]]


def _name_of(rows: list[_Row]) -> str:
    """What the file or the table is called in sentences."""
    return rows[0].where.removesuffix(", line 1")


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
    if read is _seconds:
        return [round(instant, 6) for instant in from_the_first(instants)]
    return [round(instant - instants[0], 6) for instant in instants]


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
    return epoch_seconds(moment)


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
    instants: list[float] = []
    most = facts.fact("bound.events").value
    for number, cell in enumerate(cells):
        count = _count(cell)
        if len(instants) + count > most:
            raise ScenarioError(
                f"{cell.where}: with {cell.text} there are more than {most:,} events, "
                "the most that a scenario may have (a choice)."
            )
        instants += [
            (number + (k + 0.5) / count) * period for k in range(count)
        ]
    return instants


def _count(cell: _Cell, what: str = "a count") -> int:
    number = float(cell.text) if _is_number(cell.text) else -1
    if number < 0 or number % 1:
        raise ScenarioError(
            f"{cell.where}: {cell.text!r} is not {what}; counts are whole numbers from 0 on."
        )
    return int(number)
