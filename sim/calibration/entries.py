"""The entries of a log, whatever the file is: text, CSV or JSON, packed or not, read as a stream.

Nothing in a file is executed, and no other file is opened because of it.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from math import nan
from pathlib import Path
from typing import Any

from sim.calibration.entry import Entry, seconds_of
from sim.calibration.json_elements import (
    ARRAYS,
    DECODER,
    LISTS,
    json_elements,
)
from sim.calibration.lines import STREAM, entries_of_lines
from sim.calibration.packed_records import MARK, packed_documents
from sim.calibration.packed_text import faults_counted, text_of
from sim.calibration.peeked_text import PeekedText
from sim.calibration.rows import of_row
from sim.calibration.tables import entries_of_table, separator_of

EXPORTED = re.compile(r"\d{4}-\d\d-\d\d-\S*\[[^]\s]+\][0-9A-Za-z_.-]+")
"""A stream's name as that of a folder of an export to S3."""
LIST = re.compile(r"\[\s*[\[{\]]")
TEXTS = re.compile(r'\[\s*"')


def entries_of(path: Path, unread: Counter[str]) -> Iterator[Entry]:
    """The entries of a file one by one; what cannot be read is counted by kind in `unread`."""
    with path.open("rb") as raw, faults_counted(unread):
        text = PeekedText(text_of(raw, path.stat().st_size, unread))
        yield from _of_text(text, _stream_of(path), unread)


def _stream_of(path: Path) -> str:
    """The stream that the folder of an export to S3 is named by."""
    return path.parent.name if EXPORTED.fullmatch(path.parent.name) else ""


def _of_text(
    text: PeekedText, stream: str, unread: Counter[str]
) -> Iterator[Entry]:
    start = text.head.lstrip()
    separator = separator_of(text.head)
    if start[:1] in ("{", "[") and MARK in start:
        for document in packed_documents(text, unread):
            yield from _of_json(PeekedText(io.StringIO(document)), unread)
    elif _is_list(start) or _is_document(start):
        yield from _of_json(text, unread)
    elif separator is not None:
        yield from entries_of_table(text, separator, unread)
    else:
        yield from entries_of_lines(text, stream, unread)


def _is_list(start: str) -> bool:
    """Whether it is a list: of objects, of lists, or of Lambda's messages."""
    is_of_messages = TEXTS.match(start) and "RequestId: " in start
    return bool(is_of_messages or LIST.match(start))


def _is_document(start: str) -> bool:
    """Whether it is one document with a list, and not one event in JSON after another."""
    if not start.startswith("{") or not ARRAYS.search(start):
        return False
    try:
        document, _ = DECODER.raw_decode(start)
        return bool(set(LISTS) & document.keys())
    except (ValueError, RecursionError):
        return True


def _of_json(text: PeekedText, unread: Counter[str]) -> Iterator[Entry]:
    for before, element in json_elements(text, unread):
        entry = _of_element(element, before)
        if entry is None:
            unread["broken JSON"] += 1
        else:
            yield entry


def _of_element(element: Any, before: str) -> Entry | None:
    """An element of a JSON document; `before`: the text between it and the list before."""
    if isinstance(element, str):
        return Entry(nan, "", element.strip())
    if isinstance(element, list):
        element = _of_list(element)
    if not isinstance(element, dict) or not element:
        return None
    if "Timestamps" in element:
        return Entry(nan, "", element)
    if "Timestamp" in element:
        return Entry(nan, "", _datapoint(element, before))
    if isinstance(element.get("type"), str) and "record" in element:
        return Entry(seconds_of(element.get("time", "")), "", element)
    return of_row(_named_in(before) | element)


def _of_list(element: list[Any]) -> dict[str, Any]:
    """A result of Insights, which is fields with values, or a choice of an event's fields."""
    row: dict[str, Any] = {}
    for one in element:
        if isinstance(one, dict) and {"field", "value"} <= one.keys():
            row[str(one["field"])] = one["value"]
        elif isinstance(one, (int, float)):
            row["timestamp"] = one
        elif isinstance(one, str):
            row["logStream" if STREAM.fullmatch(one) else "message"] = one
    return row


def _named_in(before: str) -> dict[str, str]:
    """What a document names beside its list: the stream and the group, or the metric."""
    return dict(
        re.findall(
            r'"(logStream|logGroup|Label)"\s*:\s*"([^"\\]{1,600})"', before
        )
    )


def _datapoint(point: dict[str, Any], before: str) -> dict[str, Any]:
    """A datapoint of `get-metric-statistics`, as `get-metric-data` has it."""
    statistic = next(
        (name for name in ("Sum", "Maximum", "Average") if name in point), ""
    )
    label = f"{_named_in(before).get('Label', '')} {statistic}"
    return {
        "Label": label,
        "Timestamps": [point["Timestamp"]],
        "Values": [point.get(statistic)],
    }
