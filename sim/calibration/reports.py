"""The rows of a calibration's report."""

from __future__ import annotations

from collections.abc import Iterable
from math import nan
from typing import NamedTuple

import pandas as pd

from sim.calibration.fits import Estimate, TimeFit


class Row(NamedTuple):
    """What was found, or what a log cannot say; NaN and empty where there is nothing to say."""

    part: str
    what: str
    number: int = 0
    estimate: float = nan
    low: float = nan
    high: float = nan
    unit: str = ""
    distance: float = nan
    note: str = ""


MOSTLY_CUT = (
    "Too many were cut for a distribution: the times are taken as observed, and those that were "
    "cut as a little longer than their limit."
)


def of_times(part: str, what: str, fit: TimeFit, note: str = "") -> list[Row]:
    """The rows of a fitted distribution: its median and its 99th percentile."""
    if not fit.is_told:
        return [Row(part, f"{what}median", fit.count, note=MOSTLY_CUT)]
    named = {"median": fit.median, "p99": fit.p99}
    return [
        of_estimate(
            part, f"{what}{name}", fit.count, estimate, "s", note
        )._replace(distance=fit.distance)
        for name, estimate in named.items()
    ]


def of_estimate(
    part: str,
    what: str,
    count: int,
    estimate: Estimate,
    unit: str,
    note: str = "",
) -> Row:
    """The row of one number with its interval."""
    numbers = (estimate.value, estimate.low, estimate.high)
    return Row(part, what, count, *numbers, unit=unit, note=note)


def table_of(rows: Iterable[Row]) -> pd.DataFrame:
    """The report as a table."""
    return pd.DataFrame(list(rows), columns=Row._fields)


CANNOT_SAY = {
    "events that never ran": "A throttled call, or one that still waits, has no line: read the "
    "metrics Throttles and AsyncEventsDropped.",
    "when an event was sent": "A run's start is known; how long the event waited for it, in a "
    "queue or for a retry, is not.",
    "why a run failed": "Whether another try would succeed (error_rate) or never does "
    "(poison_share).",
    "how many messages a run had": "A time is that of a run, whatever its batch: give "
    "messages_per_run to share it out.",
    "lines that are not there": "What a filter or a sampling left out is not missed: give the "
    "metric Invocations; then the report has the share of the runs that the logs have.",
    "which tenant a run served": "With tenant isolation an environment serves one tenant only, so "
    "fewer runs find an idle one than are simulated.",
    "other load on the account": "Other functions may take concurrency; limits and triggers are "
    "in the template.",
    "what waits and what computes": "With one memory size only, cpu_bound_share stays 0: the "
    "times hold for that size and say nothing of another.",
}
"""What no log says, and where to look."""


def cannot_say() -> list[Row]:
    """The rows of what a log cannot say."""
    return [
        Row("not in a log", what, note=note)
        for what, note in CANNOT_SAY.items()
    ]
