"""A row of CloudWatch Logs Insights, or an event of CloudWatch Logs by its fields.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from __future__ import annotations

from math import isfinite, nan
from typing import Any

from sim.calibration.entry import Entry, seconds_of
from sim.calibration.messages import (
    STATUSES,
    Message,
    Report,
    Start,
    Unread,
)

BYTES = 1e6
"""Memory is in bytes, in millions to a MB; what is smaller is in MB already."""
MOST_MS = 1e9


def of_row(row: dict[str, Any]) -> Entry:
    """The entry of a row, by column, whether with Insights' @ or without."""
    named = {name.removeprefix("@"): value for name, value in row.items()}
    stream = named.get("logStream") or named.get("logStreamName") or ""
    group = named.get("log") or named.get("logGroup") or ""
    message = named.get("message")
    what: str | dict[str, Any] = named
    if isinstance(message, str) and message:
        what = message.strip()
    elif isinstance(message, dict) and "record" in message:
        what = message
    return Entry(
        seconds_of(named.get("timestamp", "")),
        str(stream),
        what,
        str(group).rpartition(":")[2],
    )


def message_of_row(row: dict[str, Any]) -> Message:
    """What a row without a message says; None for one of a line that is none of Lambda's."""
    if row.get("type") == "START":
        return Start(str(row.get("requestId", ""))[:64])
    if not row.get("duration"):
        return None
    try:
        return Report(
            str(row.get("requestId") or f"row {sorted(row.items())}"),
            _number(row["duration"]),
            _number(row.get("billedDuration")),
            _megabytes(row.get("memorySize")),
            _megabytes(row.get("maxMemoryUsed")),
            _number(row.get("initDuration")),
            _number(row.get("restoreDuration")),
            STATUSES.get(str(row.get("status"))),
        )
    except ValueError:
        return Unread("broken row")


def _number(value: Any) -> float:
    """A number of a cell, NaN for an empty one; raises `ValueError` for what is none."""
    if value is None or value == "":
        return nan
    number = float(value) if isinstance(value, (str, int, float)) else -1.0
    if not isfinite(number) or not 0 <= number <= MOST_MS * BYTES:
        raise ValueError
    return number


def _megabytes(value: Any) -> float:
    number = _number(value)
    return round(number / BYTES) if number >= BYTES else number
