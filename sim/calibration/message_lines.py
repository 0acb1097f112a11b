"""Messages as Lambda writes them in text: REPORT, START, INIT_START, INIT_REPORT, RESTORE_REPORT.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from math import nan

from sim.calibration.failure_lines import failure_in
from sim.calibration.messages import (
    OK,
    Begun,
    Initialized,
    Message,
    Report,
    Start,
    Unread,
    how_it_ended,
    number_in,
)
from sim.calibration.platform_events import read_json

FIELDS = re.compile(
    r"(Billed Restore Duration|Restore Duration|Billed Duration|Init Duration"
    r"|Max Memory Used|Memory Size|Duration): ([0-9.eE+-]+) (?:ms|MB)"
)
REQUEST = re.compile(r"RequestId: ([0-9A-Za-z-]{1,64})")
STATUS = re.compile(r"Status: (\w+)")
ERROR_TYPE = re.compile(r"Error Type: (\S+)")
PHASE = re.compile(r"Phase: (\w+)")


def read_message(text: str) -> Message:
    """What a message says; None for a line of the function's own, or one that says nothing new."""
    reader = READERS.get(text.partition(" ")[0])
    if reader is not None:
        return reader(text)
    if text.startswith("{"):
        return read_json(text) if '"platform.' in text else None
    return failure_in(text)


def _request(text: str) -> str:
    found = REQUEST.search(text)
    return found[1] if found else ""


def _start(text: str) -> Start | None:
    is_lambdas = text.startswith("START RequestId: ")
    return Start(_request(text)) if is_lambdas else None


def _report(text: str) -> Report | Unread | None:
    if not text.startswith("REPORT RequestId: "):
        return None
    try:
        told = {name: number_in(value) for name, value in FIELDS.findall(text)}
    except ValueError:
        return Unread("broken report")
    request = _request(text)
    if "Duration" not in told or not request:
        return Unread("report cut off")
    return Report(
        request,
        told["Duration"],
        told.get("Billed Duration", nan),
        told.get("Memory Size", nan),
        told.get("Max Memory Used", nan),
        told.get("Init Duration", nan),
        told.get("Restore Duration", nan),
        _status(text),
    )


def _status(text: str) -> int | None:
    found = STATUS.search(text)
    if found is None:
        return None
    kind = ERROR_TYPE.search(text)
    return how_it_ended(found[1], kind[1] if kind else "")


def _initialized(kind: str, field: str, text: str) -> Message:
    try:
        told = {name: number_in(value) for name, value in FIELDS.findall(text)}
    except ValueError:
        return Unread(f"broken {kind} report")
    if field not in told:
        return Unread(f"{kind} report cut off")
    phase = PHASE.search(text)
    return Initialized(
        kind,
        told[field],
        _status(text) or OK,
        phase=phase[1] if phase else "",
    )


READERS: dict[str, Callable[[str], Message]] = {
    "REPORT": _report,
    "START": _start,
    "INIT_START": lambda _: Begun(),
    "INIT_REPORT": partial(_initialized, "init", "Init Duration"),
    "RESTORE_REPORT": partial(_initialized, "restore", "Restore Duration"),
}
"""What reads a message, by its first word."""
