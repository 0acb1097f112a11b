"""The entries of a table: of CloudWatch Logs Insights, of events, or of metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData.html
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from math import isnan, nan

from sim.calibration.entry import Entry, seconds_of
from sim.calibration.lines import LONGEST_LINE
from sim.calibration.peeked_text import PeekedText
from sim.calibration.rows import of_row

COLUMNS = {"message", "duration"}
"""One of these a table of runs has in its first line, whether with Insights' @ or without."""
STATISTICS = re.compile(
    r"\b(?:avg|sum|min|max|pct|count|count_distinct|stddev|median|bin)\("
)
"""A column of a query that counts and averages, such as avg(@duration)."""
SERIES = {"label", "full label"}
"""How the first line of a table of metrics begins."""
RULE = re.compile(r"[|\s:-]+")
"""The line under the names in a table in Markdown."""
MARKDOWN = re.compile(r"^\|.*@(?:timestamp|message|duration).*\|\s*$", re.M)


def separator_of(head: str) -> str | None:
    """What stands between the cells of a table; None if it is none."""
    if MARKDOWN.search(head):
        return "|"
    first = head.lstrip().partition("\n")[0]
    for separator in (",", "\t", ";"):
        names = _plain(first.split(separator))
        is_known = COLUMNS & set(names) or names[0].lower() in SERIES
        if is_known or (len(names) > 1 and STATISTICS.match(names[0])):
            return separator
        if "timestamp" in names and STATISTICS.search(first):
            return separator
    return None


def entries_of_table(
    text: PeekedText, separator: str, unread: Counter[str]
) -> Iterator[Entry]:
    """The entries row by row; those that are broken are counted."""
    rows = _rows(text, separator, unread)
    names = next(rows, [])
    plain = _plain(names)
    if plain and plain[0].lower() in SERIES:
        yield from _of_metrics(plain, rows, unread)
    elif COLUMNS & set(plain):
        for row in rows:
            if len(row) == len(names):
                yield of_row(dict(zip(plain, row, strict=True)))
            elif row:
                unread["broken row"] += 1
    else:
        unread["table of statistics, not of runs"] += 1


def _plain(names: list[str]) -> list[str]:
    """The names without what surrounds them."""
    return [name.strip("\ufeff\r\n \"@'") for name in names]


def _rows(
    text: PeekedText, separator: str, unread: Counter[str]
) -> Iterator[list[str]]:
    if separator == "|":
        is_begun = False
        for line in text.lines(LONGEST_LINE):
            row = line.strip()
            is_begun = is_begun or MARKDOWN.match(row) is not None
            if is_begun and row.startswith("|") and not RULE.fullmatch(row):
                yield [cell.strip() for cell in row.strip("|").split("|")]
        return
    lines = csv.reader(
        text.lines(LONGEST_LINE), delimiter=separator, strict=False
    )
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error:
            unread["broken row"] += 1


def _of_metrics(
    names: list[str], rows: Iterator[list[str]], unread: Counter[str]
) -> Iterator[Entry]:
    """Of a metric in each column a datapoint a row; above them further lines of names."""
    for row in rows:
        time = seconds_of(row[0]) if row else nan
        if isnan(time):
            is_name = bool(row) and row[0].strip().lower() in (*SERIES, "id")
            names = (
                _plain(row) if is_name and row[0].lower() == "label" else names
            )
            continue
        if len(row) != len(names):
            unread["broken row"] += 1
            continue
        for label, value in islice(zip(names, row, strict=True), 1, None):
            if value:
                yield Entry(nan, "", _point(label, row[0], value))


def _point(label: str, time: str, value: str) -> dict[str, object]:
    try:
        number: object = float(value)
    except ValueError:
        number = value
    return {"Label": label, "Timestamps": [time], "Values": [number]}
