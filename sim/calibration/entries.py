"""The entries of a log, whatever the file is: text, CSV or JSON, packed or not, read as a stream.

Nothing in a file is executed, and no other file is opened because of it.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

from sim.calibration.json_elements import ARRAYS, LISTS, json_elements
from sim.calibration.messages import BEGINNINGS
from sim.scenario.recorded_instants import epoch_seconds

LONGEST_LINE = 2**20
"""Characters: CloudWatch Logs takes no longer event."""
PEEKED = 2**16
STREAM = re.compile(r"\d{4}/\d\d/\d\d/\S*?\[[^]\s]+\][0-9A-Za-z_.-]+")
EXPORTED = re.compile(r"\d{4}-\d\d-\d\d-\S*\[[^]\s]+\][0-9A-Za-z_.-]+")
"""A stream's name, and as the name of a folder of an export to S3."""
TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
)
COLUMNS = {"message", "duration"}
"""One of these a table has in its first line, whether with Insights' @ or without."""
LIST = re.compile(r"\[\s*[\[{\]]")
OWN_TIME = re.compile(r"\t| [0-9A-Za-z-]{36} Task")
"""What follows the time that a runtime writes itself."""
HEAD = 200
"""Characters in which time and stream of a line are."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Entry(NamedTuple):
    """One entry; `what` is a message, a row by column, an event in JSON, or a metric."""

    time: float  # Unix epoch seconds, NaN if unknown
    stream: str
    what: str | dict[str, Any]
    group: str = ""


def entries_of(path: Path, unread: Counter[str]) -> Iterator[Entry]:
    """The entries of a file one by one; what cannot be read is counted by kind in `unread`."""
    with path.open("rb") as raw:
        try:
            with _opened(raw) as text:
                yield from _of_text(text, _stream_of(path), unread)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            unread["packed file broken off"] += 1
        except UnicodeError:
            unread["file that is no text"] += 1


def _opened(raw: BinaryIO) -> TextIO:
    """The file as text, unpacked; bytes that are no text are replaced."""
    head = raw.read(2)
    raw.seek(0)
    is_packed = head == b"\x1f\x8b"
    source: Any = gzip.GzipFile(fileobj=raw) if is_packed else raw
    coding = "utf-16" if head in UTF_16 else "utf-8-sig"
    return io.TextIOWrapper(source, coding, errors="replace", newline="")


def _stream_of(path: Path) -> str:
    """The stream that the folder of an export to S3 is named by."""
    return path.parent.name if EXPORTED.fullmatch(path.parent.name) else ""


def _of_text(
    text: TextIO, stream: str, unread: Counter[str]
) -> Iterator[Entry]:
    head = text.read(PEEKED)
    rest = _Rest(head, text)
    start = head.lstrip()
    first = start.partition("\n")[0]
    if LIST.match(start) or _is_document(start, first):
        for before, element in json_elements(rest, unread):
            yield from _of_element(element, before, unread)
    elif COLUMNS & {name.strip('\r "@') for name in first.split(",")}:
        yield from _of_csv(rest, unread)
    else:
        yield from _of_lines(rest, stream, unread)


def _is_document(start: str, first_line: str) -> bool:
    """Whether it is one document with a list, and not an event in JSON on each line."""
    if not start.startswith("{") or not ARRAYS.search(start):
        return False
    try:
        return bool(set(LISTS) & json.loads(first_line).keys())
    except (ValueError, RecursionError):
        return True


class _Rest:
    """A text whose beginning has been looked at."""

    def __init__(self, head: str, text: TextIO) -> None:
        self._head = io.StringIO(head, newline="")
        self._text = text

    def read(self, size: int) -> str:
        """So many characters, or what is left."""
        return self._head.read(size) or self._text.read(size)

    def lines(self) -> Iterator[str]:
        """The lines with their ends; one that is too long comes in parts."""
        while line := self._head.readline():
            if not line.endswith("\n"):
                line += self._text.readline(LONGEST_LINE)
            yield line
        while line := self._text.readline(LONGEST_LINE):
            yield line


def _of_lines(
    rest: _Rest, stream: str, unread: Counter[str]
) -> Iterator[Entry]:
    is_rest = False
    for line in rest.lines():
        is_whole = line.endswith("\n") or len(line) < LONGEST_LINE
        if not is_whole or is_rest:
            unread["too long"] += not is_rest
            is_rest = not is_whole
            continue
        message = line.strip()
        if message:
            yield _of_line(message, stream)


def _of_line(line: str, stream: str) -> Entry:
    """A line as `aws logs tail` and `sam logs` write it: a time and a stream before the message."""
    at = _beginning(line)
    if at == 0:
        return Entry(nan, stream, line)
    head = line[: at or HEAD]
    time = TIME.search(head)
    named = STREAM.search(head) if "/" in head else None
    if at is None:
        at = _after_head(line, time.end(), named) if time else 0
    return Entry(
        seconds_of(time[0]) if time else nan,
        named[0] if named else stream,
        line[at:],
    )


def _beginning(line: str) -> int | None:
    """Where Lambda's own message begins; None if there is none."""
    if line.startswith("{"):
        return 0
    for word in BEGINNINGS:
        place = line.find(word)
        if place == 0 or (place > 0 and line[place - 1].isspace()):
            return place
    return line.find("{") if '"platform.' in line and "{" in line else None


def _after_head(line: str, end: int, named: re.Match[str] | None) -> int:
    """Where a message begins after a time and a stream; 0 if the time is the message's own."""
    if named is None and OWN_TIME.match(line, end):
        return 0
    at = max(end, named.end() if named else 0)
    rest = line[at:]
    return at + len(rest) - len(rest.lstrip())


def _of_csv(rest: _Rest, unread: Counter[str]) -> Iterator[Entry]:
    rows = csv.reader(rest.lines(), strict=False)
    csv.field_size_limit(LONGEST_LINE)
    header = [name.strip() for name in next(rows)]
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            unread["broken row"] += 1
            continue
        if len(row) > len(header):
            unread["broken row"] += 1
        elif row:
            yield of_row(dict(zip(header, row, strict=False)))


def of_row(row: dict[str, Any]) -> Entry:
    """A row of CloudWatch Logs Insights, or of an export of events, by column."""
    named = {name.removeprefix("@"): value for name, value in row.items()}
    stream = named.get("logStream") or named.get("logStreamName") or ""
    group = named.get("log") or named.get("logGroup") or ""
    message = named.get("message")
    is_text = isinstance(message, str) and message
    return Entry(
        seconds_of(named.get("timestamp", "")),
        str(stream),
        str(message).strip() if is_text else named,
        str(group).rpartition(":")[2],
    )


def _of_element(
    element: Any, before: str, unread: Counter[str]
) -> Iterator[Entry]:
    """An element of a JSON document; `before`: the text between it and the list before."""
    if isinstance(element, list):  # a result of Insights: fields with values
        pairs = [
            (str(one["field"]), one["value"])
            for one in element
            if isinstance(one, dict) and {"field", "value"} <= one.keys()
        ]
        element = dict(pairs)
    if not isinstance(element, dict) or not element:
        unread["broken JSON"] += 1
    elif "Timestamps" in element:
        yield Entry(nan, "", element)
    elif isinstance(element.get("type"), str):
        yield Entry(seconds_of(element.get("time", "")), "", element)
    else:
        yield of_row(_named_in(before) | element)


def _named_in(before: str) -> dict[str, str]:
    """The stream and the group that a document names beside its list of events."""
    return dict(
        re.findall(r'"(logStream|logGroup)"\s*:\s*"([^"\\]{1,600})"', before)
    )


def seconds_of(time: Any) -> float:
    """Unix epoch seconds of a time as logs have it: a text, or milliseconds; NaN if it is none."""
    if isinstance(time, str):
        text = time.strip().replace(",", ".")
        if not text.replace(".", "", 1).isdigit():
            return _moment(text)
        time = float(text[:20])
    if isinstance(time, bool) or not isinstance(time, (int, float)):
        return nan
    seconds = time / 1000 if time > 1e11 else time
    return float(seconds) if 0 < seconds < 1e11 else nan


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
        return epoch_seconds(moment)
    except (ValueError, OverflowError):
        return nan


def utc(seconds: float) -> datetime:
    """The moment of Unix epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC)
