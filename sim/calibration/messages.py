"""What one message of a function's log says, as Lambda writes it: as text, or as JSON.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
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
ENDED = re.compile(r"RequestId: (\S+) (?:Error: |Process exited)")
CRASHES = {
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Extension.Crash",
    "OOM",
}
"""The errors that end an environment with the run."""
PHASE = re.compile(r"Phase: (\w+)")

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
    """The start of a run, with the function's name where it is told."""

    request: str
    function: str = ""


class Begun(NamedTuple):
    """The start of an init, which may be long before the first run."""

    function: str = ""
    provisioned: bool = False


class Initialized(NamedTuple):
    """An init or a restore with a line of its own; in phase "invoke" it is one that runs again."""

    kind: str  # init or restore
    duration: float
    status: int
    provisioned: bool = False
    phase: str = ""


class Failed(NamedTuple):
    """A line that tells of a failure; without a request it is the next report of its stream."""

    request: str
    status: int
    timeout_s: float = nan


class Unread(NamedTuple):
    """A line of Lambda's that cannot be read, and why."""

    kind: str


Message = Report | Start | Begun | Initialized | Failed | Unread | None


def read_message(text: str) -> Message:
    """What a message says; None for a line of the function's own, or one that says nothing new."""
    reader = READERS.get(text.partition(" ")[0])
    if reader is not None:
        return reader(text)
    if text.startswith("{"):
        return _platform_event(text) if '"platform.' in text else None
    return _failure(text)


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
    kind = ERROR_TYPE.search(text)
    return _how(found[1], kind[1] if kind else "")


def _how(status: object, kind: object) -> int | None:
    """How something ended, by Lambda's word and the type of its error; None if it does not say."""
    told = STATUSES.get(str(status))
    return CRASH if told == ERROR and kind in CRASHES else told


def _initialized(kind: str, field: str, text: str) -> Message:
    try:
        told = {name: _number(value) for name, value in FIELDS.findall(text)}
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
    if text.startswith("RequestId: ") and (found := ENDED.match(text)):
        return Failed(found[1], CRASH)
    return None


READERS: dict[str, Callable[[str], Message]] = {
    "REPORT": _report,
    "START": _start,
    "INIT_START": lambda _: Begun(),
    "INIT_REPORT": partial(_initialized, "init", "Init Duration"),
    "RESTORE_REPORT": partial(_initialized, "restore", "Restore Duration"),
}
"""What reads a message, by its first word."""


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
    if isinstance(record, str):  # as platform.fault has it
        return _failure(record)
    if not isinstance(record, dict):
        return Unread("broken JSON")
    try:
        return _of_event(kind, record)
    except (ValueError, OverflowError):
        return Unread(f"broken {kind}")


def _of_event(kind: str, record: dict[str, Any]) -> Message:
    metrics = record.get("metrics")
    numbers = metrics if isinstance(metrics, dict) else {}
    request = str(record.get("requestId") or "")[:64]
    status = _how(record.get("status"), record.get("errorType"))
    match kind:
        case "platform.start":
            return Start(request, _name_in(record.get("functionArn")))
        case "platform.runtimeDone" if status:
            return Failed(request, status)
        case "platform.report":
            return _report_event(request, numbers, status)
        case "platform.initReport" | "platform.restoreReport":
            return _initialized_event(kind, record, numbers, status or OK)
        case "platform.initStart":
            name = str(record.get("functionName") or "")
            return Begun(name, _is_provisioned(record))
    return None


def _name_in(resource: object) -> str:
    """The function's name in its ARN."""
    parts = str(resource or "").split(":")
    return parts[6] if len(parts) > 6 else ""


def _is_provisioned(record: dict[str, Any]) -> bool:
    return record.get("initializationType") == "provisioned-concurrency"


def _initialized_event(
    kind: str, record: dict[str, Any], numbers: dict[str, Any], status: int
) -> Initialized | Unread:
    if "durationMs" not in numbers:
        return Unread(f"{kind} cut off")
    return Initialized(
        kind.removeprefix("platform.").removesuffix("Report"),
        _number(numbers["durationMs"]),
        status,
        _is_provisioned(record),
        str(record.get("phase") or ""),
    )


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
