"""What one message of a function's log says, as Lambda writes it: as text, or as JSON.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

from __future__ import annotations

import json
import re
from math import isfinite, nan
from typing import Any, NamedTuple

FIELDS = re.compile(
    r"(Billed Restore Duration|Restore Duration|Billed Duration|Init Duration"
    r"|Max Memory Used|Memory Size|Duration): ([0-9.eE+-]+) (?:ms|MB)"
)
REQUEST = re.compile(r"RequestId: ([0-9A-Za-z-]{1,64})")
STATUS = re.compile(r"Status: (\w+)")
ERROR_TYPE = re.compile(r"Error Type: (\S+)")
TIMED_OUT = re.compile(r"([0-9A-Za-z-]{36})\s+Task timed out after ([\d.]+) s")
NODE_ERROR = re.compile(
    r"([0-9A-Za-z-]{36})\tERROR\t"
    r"(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)"
)
PYTHON_ERROR = re.compile(r"\[ERROR\] [\w.]+(?::|\s*$)", re.MULTILINE)
EXITED = re.compile(r"RequestId: (\S+) Error: Runtime exited")
BEGINNINGS = ("INIT_REPORT ", "RESTORE_REPORT ", "REPORT RequestId: ", "START ")

OK = 0
ERROR = 1
TIMEOUT = 2
CRASH = 3
"""How a run, an init or a restore ended."""
STATUSES = {
    "success": OK,
    "error": ERROR,
    "failure": CRASH,
    "timeout": TIMEOUT,
}
"""The words of Lambda; a failure is one of the environment, such as an exit of the runtime."""
LONGEST_MS = 1e9
"""Eleven days: no time in a log can be longer, so that is a broken line."""


class Report(NamedTuple):
    """The end of one run; times in milliseconds, memory in MB, NaN where nothing is said."""

    request: str
    duration: float
    billed: float = nan
    memory: float = nan
    used: float = nan
    init: float = nan
    restore: float = nan
    status: int | None = None  # None: the line does not say


class Start(NamedTuple):
    """The start of a run."""

    request: str


class Initialized(NamedTuple):
    """An init or a restore with a line of its own."""

    kind: str  # init or restore
    duration: float
    status: int
    provisioned: bool = False


class Failed(NamedTuple):
    """A line that tells of a failure; without a request it is the next report of its stream."""

    request: str
    status: int
    timeout_s: float = nan


class Named(NamedTuple):
    """The function whose environment it is."""

    function: str


class Unread(NamedTuple):
    """A line of Lambda's that cannot be read, and why."""

    kind: str


Message = Report | Start | Initialized | Failed | Named | Unread | None


def read_message(text: str) -> Message:
    """What a message says; None for a line of the function's own, or one that says nothing new."""
    if text.startswith("REPORT RequestId: "):
        return _report(text)
    if text.startswith("START RequestId: "):
        return Start(_request(text))
    if text.startswith("INIT_REPORT "):
        return _initialized("init", "Init Duration", text)
    if text.startswith("RESTORE_REPORT "):
        return _initialized("restore", "Restore Duration", text)
    if text.startswith("{"):
        return _platform_event(text) if '"platform.' in text else None
    return _failure(text)


def _request(text: str) -> str:
    found = REQUEST.search(text)
    return found[1] if found else ""


def _report(text: str) -> Report | Unread:
    try:
        told = {name: _number(value) for name, value in FIELDS.findall(text)}
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
    status = STATUSES.get(found[1])
    kind = ERROR_TYPE.search(text)
    is_exit = kind is not None and kind[1] in ("Runtime.ExitError", "OOM")
    return CRASH if status == ERROR and is_exit else status


def _initialized(kind: str, field: str, text: str) -> Message:
    try:
        told = {name: _number(value) for name, value in FIELDS.findall(text)}
    except ValueError:
        return Unread(f"broken {kind} report")
    if field not in told:
        return Unread(f"{kind} report cut off")
    return Initialized(kind, told[field], _status(text) or OK)


def _number(value: Any) -> float:
    """A time or a size; raises `ValueError` for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError
    number = float(value)
    if not isfinite(number) or not 0 <= number <= LONGEST_MS:
        raise ValueError
    return number


def _failure(text: str) -> Failed | None:
    """A line of the runtime on a run that failed, where the report may be silent about it."""
    if "Task timed out" in text and (found := TIMED_OUT.search(text)):
        return Failed(found[1], TIMEOUT, float(found[2].strip(".") or "nan"))
    if text.startswith("[ERROR] ") and PYTHON_ERROR.match(text):
        return Failed("", ERROR)
    if "\tERROR\t" in text and (found := NODE_ERROR.search(text)):
        return Failed(found[1], ERROR)
    if "Runtime exited" in text and (found := EXITED.search(text)):
        return Failed(found[1], CRASH)
    return None


def _platform_event(text: str) -> Message:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return Unread("broken JSON")
    return read_event(document)


def read_event(document: Any) -> Message:
    """What an event in JSON says; raises nothing, whatever it is."""
    kind = document.get("type") if isinstance(document, dict) else None
    record = document.get("record") if isinstance(document, dict) else None
    if not isinstance(kind, str) or not kind.startswith("platform."):
        return None
    if not isinstance(record, dict):
        return Unread("broken JSON")
    try:
        return _of_event(kind, record)
    except (ValueError, OverflowError):
        return Unread(f"broken {kind}")


def _of_event(kind: str, record: dict[str, Any]) -> Message:
    metrics = record.get("metrics")
    numbers = metrics if isinstance(metrics, dict) else {}
    request = record.get("requestId")
    status = STATUSES.get(str(record.get("status")))
    name = record.get("functionName")
    match kind:
        case "platform.start":
            return Start(str(request or "")[:64])
        case "platform.report":
            return _report_event(str(request or "")[:64], numbers, status)
        case "platform.initReport":
            is_provisioned = (
                record.get("initializationType") == "provisioned-concurrency"
            )
            time = _number(numbers.get("durationMs"))
            return Initialized("init", time, status or OK, is_provisioned)
        case "platform.restoreReport":
            time = _number(numbers.get("durationMs"))
            return Initialized("restore", time, status or OK)
        case "platform.initStart" if isinstance(name, str):
            return Named(name)
    return None


def _report_event(
    request: str, numbers: dict[str, Any], status: int | None
) -> Report | Unread:
    if "durationMs" not in numbers or not request:
        return Unread("report cut off")
    names = (
        "durationMs",
        "billedDurationMs",
        "memorySizeMB",
        "maxMemoryUsedMB",
        "initDurationMs",
        "restoreDurationMs",
    )
    told = [
        _number(numbers[name]) if name in numbers else nan for name in names
    ]
    return Report._make([request, *told, status])
