"""Lines of a runtime on a run that failed, where the report may be silent about it."""

from __future__ import annotations

import re

from sim.calibration.messages import CRASH, ERROR, TIMEOUT, Failed

TIMED_OUT = re.compile(r"([0-9A-Za-z-]{36})\s+Task timed out after ([\d.]+) s")
NODE_ERROR = re.compile(
    r"([0-9A-Za-z-]{36})\tERROR\t"
    r"(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)"
)
PYTHON_ERROR = re.compile(r"\[ERROR\] [\w.]+(?::|\s*$)", re.MULTILINE)
ENDED = re.compile(r"RequestId: (\S+) (?:Error: |Process exited)")


def failure_in(text: str) -> Failed | None:
    """The failure that a line tells of; None if it tells of none."""
    if "Task timed out" in text and (found := TIMED_OUT.search(text)):
        return Failed(found[1], TIMEOUT, float(found[2].strip(".") or "nan"))
    if text.startswith("[ERROR] ") and PYTHON_ERROR.match(text):
        return Failed("", ERROR)
    if "\tERROR\t" in text and (found := NODE_ERROR.search(text)):
        return Failed(found[1], ERROR)
    if text.startswith("RequestId: ") and (found := ENDED.match(text)):
        return Failed(found[1], CRASH)
    return None
