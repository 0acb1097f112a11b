"""The last lines of a function's log group, as Lambda's Python runtime writes them.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html

A run leaves its error, if it has one, and its REPORT line. How much memory a run used is not
simulated: `Max Memory Used` is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.results.cost.lambda_charges import billed_milliseconds
from sim.results.events import uuid
from sim.results.record_fields import FUNCTION_ERRORS
from sim.results.run import Run
from sim.results.usage.runs import runs
from sim.scenario.function import Function
from sim.trace import Stage, latest_version

LINES = 12
STATUS = {
    "timeout": "\tStatus: timeout",
    "crashed": "\tStatus: error\tError Type: Runtime.ExitError",
}


def last_lines(run: Run, function: str, lines: int = LINES) -> list[str]:
    """The newest lines of a function's log, the oldest of them first."""
    ran = runs(run)
    mine = ran[(ran.function == function) & (ran.outcome != "")]
    newest = mine.sort_values("end_s", kind="stable").tail(lines)
    newest = newest.assign(billed=billed_milliseconds(newest))
    failed_calls = _failed_calls(run)
    written = [
        line
        for row in newest.itertuples(index=False)
        for line in _lines(run, row, failed_calls)
    ]
    return written[-lines:]


def _lines(run: Run, row: Any, failed_calls: pd.DataFrame) -> Iterator[str]:
    function = _version(run, row)
    request = _request_id(run, row)
    if row.error:
        yield f"{clock_text(row.end_s)} {_error(row, request, function, failed_calls)}"
    init = f"\tInit Duration: {row.init_s * 1000:.2f} ms" if row.init_s else ""
    yield (
        f"{clock_text(row.end_s)} REPORT RequestId: {request}"
        f"\tDuration: {row.duration_s * 1000:.2f} ms\tBilled Duration: {row.billed} ms"
        f"\tMemory Size: {function.memory_size} MB{init}{STATUS.get(row.outcome, '')}"
    )


def _error(
    row: Any, request: str, function: Function, failed_calls: pd.DataFrame
) -> str:
    """What is written of a run that failed: a call that got no answer is named."""
    error = FUNCTION_ERRORS.get(row.outcome, FUNCTION_ERRORS["failed"])
    message = error.message.format(function.timeout)
    if row.outcome == "timeout":
        return f"{request} {message}"
    if row.outcome == "crashed":
        return f"RequestId: {request} Error: {message}"
    during = failed_calls.start_s.between(row.start_s, row.end_s)
    during &= failed_calls.function == row.function
    if during.any():
        who = failed_calls[during].resource.iloc[0]
        return f"[ERROR] ConnectionError: no answer from {who}"
    return f"[ERROR] {error.type}: {message}"


def _failed_calls(run: Run) -> pd.DataFrame:
    """The calls of dependencies that failed: function, resource, start_s."""
    spans = run.spans
    calls = spans[
        (spans.stage == Stage.CALL.label) & (spans.outcome == "failed")
    ]
    functions = [
        run.trigger_of(delivery).function for delivery in calls.delivery
    ]
    return calls[["resource", "start_s"]].assign(function=functions)


def _request_id(run: Run, row: Any) -> str:
    """One request id an invocation; Lambda's own retries of an event keep it."""
    trigger = run.trigger_of(row.delivery)
    event = run.trace.deliveries.event[row.delivery]
    name = trigger.name
    if trigger.model != "asynchronous":
        name = f"{name} {row.start_s:.6f}"
    return str(uuid(run, event, "request", name))


def _version(run: Run, row: Any) -> Function:
    version = row.version
    number = latest_version(version) if version < 0 else version
    return run.scenario.version(row.function, number)


NIGHT = 3 * 3600.0
"""A run's second 0 is three in the morning."""


def clock_text(seconds: float) -> str:
    """The time on the clock of a game day: `03:12:07`."""
    whole = int(NIGHT + seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
