"""What a message of a function's log may say: how a run or an init began, ended or failed.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

from __future__ import annotations

from math import isfinite, nan
from typing import Any, NamedTuple

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
CRASHES = {
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Extension.Crash",
    "OOM",
}
"""The errors that end an environment with the run."""


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


def how_it_ended(status: object, kind: object) -> int | None:
    """How something ended, by Lambda's word and the type of its error; None if it does not say."""
    told = STATUSES.get(str(status))
    return CRASH if told == ERROR and kind in CRASHES else told


def number_in(value: Any) -> float:
    """A time or a size; raises `ValueError` for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError
    number = float(value)
    if not isfinite(number) or not 0 <= number <= LONGEST_MS:
        raise ValueError
    return number
