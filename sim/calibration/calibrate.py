"""`sim.calibrate`: a user's own logs and metrics as behaviour and arrivals.

Nothing in a log is executed, nothing is fetched, and nothing leaves the machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import pandas as pd

from sim.calibration.behaviours import Fit, FittedBehaviour
from sim.calibration.calibration import Calibration
from sim.calibration.entries import Entry, entries_of
from sim.calibration.environments import environment_rows
from sim.calibration.observations import STATUS_WORDS, Observations
from sim.calibration.reports import Row, cannot_say, table_of
from sim.phrases import counted
from sim.progress import followed
from sim.scenario.arguments import CHECKED_INSIDE, PositiveAmount, checked
from sim.scenario.errors import ScenarioError

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
USUAL_NAME = "function"


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
    `aws logs`, `sam logs`, an export to S3 or Logs Insights (CSV, JSON) write them, and
    `get-metric-data`. `function`: which one, if the logs are of several, or its name, if they name
    none. `fit`: log-normal distributions, or times as observed. A log's time is that of a run with
    its whole batch; with `messages_per_run` it is shared out among so many messages. What cannot be
    read is counted in `report`. Raises `ScenarioError` if nothing can be read.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
    """
    observations = _observed(_files(paths))
    runs = observations.runs()
    name, runs = _of_one_function(runs, observations, function)
    if runs.empty and not observations.metrics.points:
        raise ScenarioError(
            f"calibrate: {_shown(paths)} has no REPORT line, no platform.report event and no "
            "metric of a function that could be read."
        )
    runs = _with_starts(runs)
    own_inits = _own_inits(observations)
    errors = _errors_by_metrics(observations)
    behaviour, rows = FittedBehaviour(
        runs, own_inits, fit, messages_per_run, errors
    ).fitted()
    return Calibration(
        function=name,
        runs=runs,
        behaviour=behaviour,
        report=table_of(
            [*_lines(observations, runs), *rows, *_beside(observations, runs)]
        ),
        timeouts=observations.timeouts,
        invocations=observations.metrics.by_time("Invocations"),
        own_inits=own_inits,
        fit=fit,
    )


def _beside(observations: Observations, runs: pd.DataFrame) -> list[Row]:
    """The rows on environments and metrics, and on what a log cannot say."""
    metrics = observations.metrics
    totals = [
        Row("metrics", name, len(points), metrics.total(name), note="The sum.")
        for name, points in sorted(metrics.points.items())
    ]
    return [*environment_rows(runs), *totals, *cannot_say()]


def _files(paths: object) -> list[Path]:
    """The files that are meant; of a folder all in it, but none that a link leads to."""
    given = [paths] if isinstance(paths, (str, Path)) else paths
    if not isinstance(given, (list, tuple)) or not given:
        raise ScenarioError(
            "calibrate: paths is no path of a log, and no list of paths."
        )
    files: list[Path] = []
    for each in given:
        if not isinstance(each, (str, Path)) or not str(each):
            raise ScenarioError(f"calibrate: {each!r} is no path of a log.")
        path = Path(each)
        try:
            files += sorted(_within(path)) if path.is_dir() else [path]
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ScenarioError(
                f"{_shown(each)} cannot be read: {reason}."
            ) from None
    return files


def _within(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    ]


def _observed(files: list[Path]) -> Observations:
    """Everything that the files say, with a line on how far it has come."""
    observations = Observations()

    def said(_: Entry) -> str:
        return f"{counted(observations.said['entries'])} entries of logs read"

    for entry in followed(_entries(files, observations.unread), said):
        observations.take(entry)
    return observations


def _entries(files: list[Path], unread: Counter[str]) -> Iterator[Entry]:
    for path in files:
        try:
            if path.exists() and not path.is_file():
                raise ScenarioError(
                    f"{path} cannot be read as a log: it is none."
                )
            yield from entries_of(path, unread)
        except (OSError, ValueError) as error:
            if isinstance(error, ScenarioError):
                raise
            reason = getattr(error, "strerror", None) or error
            raise ScenarioError(
                f"{_shown(path)} cannot be read as a log: {reason}."
            ) from None


def _shown(paths: object) -> str:
    given = paths if isinstance(paths, (list, tuple)) else [paths]
    text = ", ".join(map(str, given))
    return text if len(text) <= 200 else f"{text[:197]}..."


def _of_one_function(
    runs: pd.DataFrame, observations: Observations, function: str | None
) -> tuple[str, pd.DataFrame]:
    """The function's name, and its runs alone; raises `ScenarioError` if it is unclear which."""
    if function is not None and not NAME.fullmatch(function):
        raise ScenarioError(
            f"calibrate: function is {function!r}, but a function's name has 1 to 64 letters, "
            "digits, hyphens and underscores."
        )
    names = runs.log_group.map(lambda group: group.rpartition("/")[2])
    known = sorted(set(names) - {""})
    if len(known) > 1 and function not in known:
        raise ScenarioError(
            f"calibrate: the logs are of {len(known)} functions: say which, such as "
            f"function={known[0]!r}; the others are {', '.join(known[1:10])}."
        )
    if len(known) > 1:
        runs = runs[names == function].reset_index(drop=True)
    told = [
        name
        for name in (*known, *observations.functions)
        if NAME.fullmatch(name)
    ]
    return function or next(iter(told), USUAL_NAME), runs


def _with_starts(runs: pd.DataFrame) -> pd.DataFrame:
    """The runs with `start_s`, when each came, and all moments from the first one on."""
    before = runs.init_s.fillna(0.0) + runs.restore_s.fillna(0.0)
    start = runs.end_s - runs.duration_s - before
    first = start.min()
    table = runs.assign(
        start_s=start - first, end_s=runs.end_s - first, began_s=first
    )
    return table.sort_values("start_s", kind="stable", ignore_index=True)


def _own_inits(observations: Observations) -> pd.DataFrame:
    """Inits and restores with lines of their own, each line once."""
    told = dict.fromkeys(observations.own_inits)
    rows = [
        (
            one.kind,
            one.duration / 1000,
            STATUS_WORDS[one.status],
            one.provisioned,
        )
        for one, _ in told
    ]
    columns = ["kind", "duration_s", "status", "provisioned"]
    return pd.DataFrame(rows, columns=columns)


def _errors_by_metrics(observations: Observations) -> float:
    """The share of errors by metrics; 0 unless both are there."""
    total = observations.metrics.total("Invocations")
    errors = observations.metrics.total("Errors")
    return min(errors / total, 1.0) if total else 0.0


def _lines(observations: Observations, runs: pd.DataFrame) -> list[Row]:
    """What was read, and by kind what could not be."""
    said = observations.said
    own = said["silent"]
    counts = {
        "entries read": said["entries"],
        "entries that say nothing of this": own,
        "runs": len(runs),
        "runs without a time": int(runs.start_s.isna().sum()),
        "reports read twice": said["reports read twice"],
        "starts without a report": observations.unfinished,
        "requests that ran again": len(runs) - runs.request.nunique(),
    }
    rows = [Row("lines", what, count) for what, count in counts.items()]
    return rows + [
        Row("unread", kind, count)
        for kind, count in sorted(observations.unread.items())
    ]
