"""`sim.calibrate`: a user's own logs and metrics as behaviour and arrivals.

Nothing in a log is executed, nothing is fetched, and nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import pandas as pd

from sim.calibration.behaviours import Fit, FittedBehaviour
from sim.calibration.calibration import Calibration
from sim.calibration.entry import Entry
from sim.calibration.environments import environment_rows
from sim.calibration.functions import of_one_function
from sim.calibration.log_files import entries_in, files_in, shown
from sim.calibration.metric_exports import Metrics
from sim.calibration.observations import Observations
from sim.calibration.reports import Row, cannot_say, table_of
from sim.calibration.runs_table import (
    STATUS_WORDS,
    runs_table,
    unfinished,
)
from sim.phrases import counted
from sim.progress import followed
from sim.scenario.arguments import CHECKED_INSIDE, PositiveAmount, checked
from sim.scenario.errors import ScenarioError


@checked
def calibrate(
    paths: Annotated[str | Path | Sequence[str | Path], CHECKED_INSIDE],
    *,
    function: str | None = None,
    fit: Fit = "log-normal",
    messages_per_run: PositiveAmount | None = None,
) -> Calibration:
    """Read a function's logs and metrics: what it does, when it is called, how well that is known.

    `paths`: files, or folders of them, packed with gzip or not: REPORT lines and JSON events as
    `aws logs` and `sam logs` write them, copied from the console, exported to S3, sent by a
    subscription, or of Logs Insights (CSV, JSON); `get-metric-data` and `get-metric-statistics`.
    `function`: which one, if the logs are of several, or its name, if they name none. `fit`:
    log-normal distributions, or times as observed. A log's time is that of a run with its whole
    batch; with `messages_per_run` it is shared out among so many messages. What cannot be read is
    counted in `report`. Raises `ScenarioError` if nothing can be read, or if it is unclear of which
    function; the sentence lists them.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
    """
    read = _read(paths, function)
    behaviour, rows = FittedBehaviour(
        read.runs,
        read.own_inits,
        fit,
        messages_per_run,
        read.metrics.error_share,
    ).fitted()
    beside = [*environment_rows(read.runs), *read.metrics.rows(len(read.runs))]
    return Calibration(
        function=read.function,
        runs=read.runs,
        behaviour=behaviour,
        report=table_of([*read.lines, *rows, *beside, *cannot_say()]),
        invocations=read.metrics.by_time("Invocations"),
        own_inits=read.own_inits,
        fit=fit,
    )


class Read(NamedTuple):
    """What the files say of one function."""

    function: str
    runs: pd.DataFrame
    own_inits: pd.DataFrame
    metrics: Metrics
    lines: list[Row]


def _read(paths: object, function: str | None) -> Read:
    observations = _observed(files_in(paths))
    every = runs_table(observations)
    name, runs = of_one_function(every, observations, function)
    metrics = observations.metrics.of(name)
    if runs.empty and not metrics.points:
        raise ScenarioError(_nothing_in(paths, observations))
    runs = _with_starts(runs)
    own_inits = _own_inits(observations, name)
    return Read(
        name, runs, own_inits, metrics, _lines(observations, runs, name)
    )


def _nothing_in(paths: object, observations: Observations) -> str:
    """The sentence for logs without any run, and what was found instead."""
    found = [
        f"{kind} ({counted(count)})"
        for kind, count in sorted(observations.unread.items())
    ]
    told = f" It has: {', '.join(found)}." if found else ""
    return (
        f"calibrate: {shown(paths)} has no REPORT line, no platform.report event and no "
        f"metric of a function that could be read.{told}"
    )


def _observed(files: list[Path]) -> Observations:
    """Everything that the files say, with a line on how far it has come."""
    observations = Observations()

    def said(_: Entry) -> str:
        return f"{counted(observations.said['entries'])} entries of logs read"

    for entry in followed(entries_in(files, observations.unread), said):
        observations.take(entry)
    return observations


def _with_starts(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs in order of `start_s`, when each came, with all moments from the first one on."""
    before = runs.init_s.fillna(0.0) + runs.restore_s.fillna(0.0)
    start = runs.end_s - runs.duration_s - before
    first = start.min()
    moments = {"start_s": start - first, "end_s": runs.end_s - first}
    ordered = pd.DataFrame(moments).sort_values(["start_s", "end_s"]).index
    table = runs.assign(**moments, began_s=first)
    return table.loc[ordered].reset_index(drop=True)


def _own_inits(observations: Observations, function: str) -> pd.DataFrame:
    """Inits and restores with lines of their own, each line once."""
    place = observations.functions.get(function, 0)
    rows = [
        (
            one.message.kind,
            one.message.duration / 1000,
            STATUS_WORDS[one.message.status],
            one.message.provisioned,
            one.message.phase,
        )
        for one in observations.own_inits
        if not place or one.whose.function in (0, place)
    ]
    columns = ["kind", "duration_s", "status", "provisioned", "phase"]
    return pd.DataFrame(rows, columns=columns).astype({"duration_s": float})


def _lines(
    observations: Observations, runs: pd.DataFrame, function: str
) -> list[Row]:
    """What was read, and by kind what could not be."""
    said = observations.said
    counts = {
        "entries read": said["entries"],
        "entries that say nothing of this": said["silent"],
        "runs": len(runs),
        "runs without a time": int(runs.start_s.isna().sum()),
        "reports read twice": said["reports read twice"],
        "starts without a report": unfinished(observations, function),
        "requests that ran again": len(runs) - runs.request.nunique(),
    }
    rows = [Row("lines", what, count) for what, count in counts.items()]
    return rows + [
        Row("unread", kind, count)
        for kind, count in sorted(observations.unread.items())
    ]
