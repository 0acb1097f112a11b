"""The metrics of pipes that poll their source, counted execution by execution."""

from typing import Any

from sim.trace import MICROSECONDS, Outcome
from tests.support.plain.series import Series

PIPES = "AWS/EventBridge/Pipes"
FAILED = (Outcome.FAILED, Outcome.CRASHED, Outcome.TIMEOUT)


def count(series: Series) -> None:
    """All metrics of pipes."""
    for call in series.run.trace.pipe_calls:
        _count_call(series, call)


def _count_call(series: Series, call: Any) -> None:
    at = call.start / MICROSECONDS

    def add(name: str, value: float = 1) -> None:
        series.add((PIPES, name, f"PipeName={call.pipe}"), at, value)

    add("Invocations")
    add("EventCount", len(call.deliveries))
    if call.outcome == Outcome.EXECUTION_TIMEOUT:
        add("ExecutionTimeout")
    elif call.outcome in FAILED:
        add("ExecutionFailed")
    elif call.outcome != Outcome.SUCCEEDED:
        add("ExecutionThrottled")
    if call.outcome in (*FAILED, Outcome.SUCCEEDED):
        add("Duration", (call.end - call.start) / 1000)
    if call.outcome == Outcome.SUCCEEDED:
        left_out = series.run.trace.left_out
        if call.failed:
            add("ExecutionPartiallyFailed")
        if all(one in left_out for one in call.deliveries):
            add("TargetStageSkipped")
