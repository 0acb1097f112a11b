"""One entry of a log, and the times that logs write."""

from __future__ import annotations

import re
from datetime import datetime
from math import nan
from typing import Any, NamedTuple

from sim.scenario.recorded_instants import epoch_seconds

TIME = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    r"(?:Z|[+-]\d\d:?\d\d| \([+-]\d\d:?\d\d\))?"
)
"""A time as runtimes, AWS's command line, its console and the Serverless Framework write it."""
WRITTEN_OTHERWISE = str.maketrans({",": ".", "/": "-", "(": None, ")": None})


class Entry(NamedTuple):
    """One entry; `what` is a message, a row by column, an event in JSON, or a metric."""

    time: float  # Unix epoch seconds, NaN if unknown
    stream: str
    what: str | dict[str, Any]
    group: str = ""


def seconds_of(time: Any) -> float:
    """Unix epoch seconds of a time as logs have it: a text, or milliseconds; NaN if it is none."""
    if isinstance(time, str):
        text = time.strip()
        if not text.replace(".", "", 1).isdigit():
            return _moment(text)
        time = float(text[:20])
    if isinstance(time, bool) or not isinstance(time, (int, float)):
        return nan
    seconds = time / 1000 if time > 1e11 else time
    return float(seconds) if 0 < seconds < 1e11 else nan


def _moment(text: str) -> float:
    try:
        return epoch_seconds(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return _moment_written_otherwise(text)


def _moment_written_otherwise(text: str) -> float:
    """With slashes in the date, or a zone in brackets."""
    plain = text.translate(WRITTEN_OTHERWISE).replace(" +", "+")
    try:
        return epoch_seconds(datetime.fromisoformat(plain.replace(" -", "-")))
    except (ValueError, OverflowError):
        return nan
