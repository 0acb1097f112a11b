"""Metrics of pipes that poll their source.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from sim.results.cloudwatch.datapoints import (
    PIPES,
    Metric,
    Samples,
    occurrences,
    samples,
)
from sim.results.result import Result
from sim.trace import MICROSECONDS, Outcome, PipeCall

FAILED = (Outcome.FAILED, Outcome.CRASHED, Outcome.TIMEOUT)
MEASURED = (*FAILED, Outcome.SUCCEEDED)
"""How executions end whose functions were all called."""


def pipe_metrics(run: Result) -> Iterator[Samples]:
    """The executions of each pipe, and what they brought; EventCount: what its filter let through.

    An execution counts when it begins.
    """
    for name in run.scenario.pipes:
        calls = [call for call in run.trace.pipe_calls if call.pipe == name]
        yield from _of_pipe(run, calls, f"PipeName={name}")


def _of_pipe(
    run: Result, mine: list[PipeCall], dimensions: str
) -> Iterator[Samples]:
    calls = pd.DataFrame(mine, columns=PipeCall._fields)
    calls["at_s"] = calls.start / MICROSECONDS
    metric = partial(Metric, PIPES, dimensions=dimensions)
    outcome = calls.outcome.astype(int)
    yield occurrences(metric("Invocations"), calls.at_s)
    size = calls.deliveries.map(len)
    yield samples(metric("EventCount"), calls.at_s, size)
    measured = calls[outcome.isin(MEASURED)]
    length = (measured.end - measured.start) / (MICROSECONDS // 1000)
    duration = metric("Duration", unit="Milliseconds")
    yield samples(duration, measured.at_s, length)
    failed = calls[outcome.isin(FAILED)]
    yield occurrences(metric("ExecutionFailed"), failed.at_s)
    in_part = calls[(calls.failed > 0) & (outcome == Outcome.SUCCEEDED)]
    yield occurrences(metric("ExecutionPartiallyFailed"), in_part.at_s)
    left_out = run.trace.left_out
    is_skipped = calls.deliveries.map(left_out.issuperset).astype(bool)
    skipped = calls[is_skipped & (outcome == Outcome.SUCCEEDED)]
    yield occurrences(metric("TargetStageSkipped"), skipped.at_s)
    late = calls[outcome == Outcome.EXECUTION_TIMEOUT]
    yield occurrences(metric("ExecutionTimeout"), late.at_s)
    throttled = calls[~outcome.isin((*MEASURED, Outcome.EXECUTION_TIMEOUT))]
    yield occurrences(metric("ExecutionThrottled"), throttled.at_s)
