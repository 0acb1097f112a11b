"""A run of the simulation as Lambda would have logged it: for tests, lessons and examples."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Annotated, Any, Literal

from sim.calibration.logged_runs import (
    INIT_STATUSES,
    CutInit,
    Logged,
    logged_runs,
)
from sim.calibration.rows import BYTES
from sim.results.run import Run
from sim.scenario.arguments import CHECKED_INSIDE, checked
from sim.scenario.errors import ScenarioError

Format = Literal["tail", "json", "filter-log-events", "insights"]
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""Second 0 of a scenario."""
STATUSES = {
    "failed": ("error", "Runtime.UnhandledException"),
    "crashed": ("error", "Runtime.ExitError"),
    "timeout": ("timeout", ""),
}
USED = 0.6
"""Of the memory: the simulation knows none, so every report says the same (a choice)."""


@checked
def write_log(
    run: Run,
    path: Annotated[str | Path, CHECKED_INSIDE],
    function: str | None = None,
    format: Format = "tail",  # noqa: A002 - as everywhere in AWS's command line
) -> Path:
    """Write a function's log of a run, and return where.

    `function`: by default the only one. `format`: "tail" as `aws logs tail` prints it, "json" with
    Lambda's JSON events, one a line, "filter-log-events" as that command answers, "insights" as
    the console exports CSV. A name that ends in .gz is packed. Raises `ScenarioError` for a
    function that is not there.
    """
    given: object = path
    if not isinstance(given, (str, Path)) or not str(given):
        kind = type(given).__name__
        raise ScenarioError(
            f"write_log: path is a {kind}, but the path of a file is expected."
        )
    text = log_text(run, function, format)
    place = Path(path)
    try:
        place.write_bytes(
            _packed(text) if place.suffix == ".gz" else text.encode()
        )
    except (OSError, ValueError) as error:
        raise ScenarioError(
            f"write_log: {place} cannot be written: {error}."
        ) from None
    return place


def log_text(run: Run, function: str | None, format: Format) -> str:  # noqa: A002
    """The log as text."""
    logged = list(logged_runs(run, _name(run, function)))
    match format:
        case "tail":
            return "".join(f"{line}\n" for line in _tail(logged))
        case "json":
            events = (each for one in logged for each in _platform_events(one))
            return "".join(f"{json.dumps(event)}\n" for event in events)
        case "filter-log-events":
            return json.dumps({"events": list(_events(logged))}, indent=4)
        case "insights":
            return _insights(logged)


def _packed(text: str) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", fileobj=packed, mtime=0) as file:
        file.write(text.encode())
    return packed.getvalue()


def _name(run: Run, function: str | None) -> str:
    names = [one.name for one in run.scenario.functions]
    if function is None and len(names) == 1:
        return names[0]
    if function not in names:
        raise ScenarioError(
            f"write_log: there is no function {function!r}: this run has {', '.join(names)}."
        )
    return str(function)


def _time(milliseconds: float) -> str:
    seconds = BEGINNING.timestamp() + milliseconds / 1000
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds")


def _messages(one: Logged) -> Iterator[tuple[float, str]]:
    """The lines of one run, with their times."""
    for cut in one.cut_inits:
        yield cut.end, _init_report(cut)
    yield one.start, f"START RequestId: {one.request} Version: $LATEST"
    yield one.end, f"END RequestId: {one.request}"
    yield one.end, _report(one)


def _init_report(cut: CutInit) -> str:
    status, kind = INIT_STATUSES[cut.outcome]
    parts = [
        f"INIT_REPORT Init Duration: {cut.duration:.2f} ms",
        f"Phase: {cut.phase}",
        f"Status: {status}",
    ]
    return "\t".join([*parts, f"Error Type: {kind}"] if kind else parts)


def _report(one: Logged) -> str:
    parts = [
        f"REPORT RequestId: {one.request}",
        f"Duration: {one.duration:.2f} ms",
        f"Billed Duration: {_billed(one)} ms",
        f"Memory Size: {one.memory} MB",
        f"Max Memory Used: {round(one.memory * USED)} MB",
    ]
    if one.init > 0:
        parts.append(f"Init Duration: {one.init:.2f} ms")
    if one.restore > 0:
        parts.append(f"Restore Duration: {one.restore:.2f} ms")
    status, kind = STATUSES.get(one.outcome, ("", ""))
    if status:
        parts.append(f"Status: {status}")
    if kind:
        parts.append(f"Error Type: {kind}")
    return "\t".join(parts)


def _billed(one: Logged) -> int:
    return ceil(one.duration + one.init)


def _tail(logged: list[Logged]) -> Iterator[str]:
    for one in logged:
        for time, message in _messages(one):
            yield f"{_time(time)} {one.stream} {message}"


def _events(logged: list[Logged]) -> Iterator[dict[str, Any]]:
    """Events as `filter-log-events` answers."""
    begun = BEGINNING.timestamp() * 1000
    for one in logged:
        for time, message in _messages(one):
            yield {
                "logStreamName": one.stream,
                "timestamp": round(begun + time),
                "message": f"{message}\n",
            }


def _platform_events(one: Logged) -> Iterator[dict[str, Any]]:
    """The reports of one run, and of the inits before it that did not succeed."""
    for cut in one.cut_inits:
        status, _ = INIT_STATUSES[cut.outcome]
        record = {
            "initializationType": "on-demand",
            "phase": cut.phase,
            "status": status,
            "metrics": {"durationMs": round(cut.duration, 3)},
        }
        kind = "platform.initReport"
        yield {"time": _time(cut.end), "type": kind, "record": record}
    yield _platform_event(one)


def _platform_event(one: Logged) -> dict[str, Any]:
    metrics: dict[str, float] = {
        "durationMs": round(one.duration, 3),
        "billedDurationMs": _billed(one),
        "memorySizeMB": one.memory,
        "maxMemoryUsedMB": round(one.memory * USED),
    }
    if one.init > 0:
        metrics["initDurationMs"] = round(one.init, 3)
    if one.restore > 0:
        metrics["restoreDurationMs"] = round(one.restore, 3)
    words = {"crashed": "failure", "failed": "error", "timeout": "timeout"}
    record = {
        "requestId": one.request,
        "metrics": metrics,
        "status": words.get(one.outcome, "success"),
    }
    return {"time": _time(one.end), "type": "platform.report", "record": record}


def _insights(logged: list[Logged]) -> str:
    """Rows as the console exports them, with the memory in bytes."""
    names = "timestamp requestId duration billedDuration initDuration memorySize logStream"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f"@{name}" for name in names.split()])
    for one in logged:
        init = f"{one.init:.2f}" if one.init > 0 else ""
        time = _time(one.end).partition("+")[0].replace("T", " ")
        memory = f"{one.memory * BYTES:g}"
        writer.writerow(
            [
                time,
                one.request,
                f"{one.duration:.2f}",
                _billed(one),
                init,
                memory,
                one.stream,
            ]
        )
    return text.getvalue()
