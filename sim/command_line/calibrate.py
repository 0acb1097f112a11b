"""`calibrate`: what a function's own logs say of it, for people or as a file for `run`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from math import isfinite, isnan
from typing import Any

import sim
from sim.calibration.calibration import Calibration
from sim.command_line.hints import on_command_line
from sim.command_line.places import check_place, check_unread
from sim.command_line.statuses import FINE
from sim.phrases import counted, percent, spoken

FITS: dict[str, Any] = {
    "log-normal": "log-normal",
    "as-observed": "as observed",
}
"""What `--fit` takes, as `sim.calibrate` names it."""
PICTURES = (".svg", ".png", ".pdf")
UNITS: dict[str, Callable[[float], str]] = {
    "s": spoken,
    "share": percent,
    "": counted,
}


def calibrate(options: argparse.Namespace) -> int:
    """Read logs, and print what was found or a document that `run --behaviour` takes."""
    if options.picture is not None:
        _check_picture(options)
    found = sim.calibrate(
        options.logs,
        function=options.function,
        fit=FITS[options.fit],
        messages_per_run=options.messages_per_run,
    )
    if options.picture is not None:
        sim.show.your_minutes(found).save(options.picture)
    if options.format == "json":
        print(json.dumps(document(found), indent=1))
    else:
        for line in lines(found):
            print(on_command_line(line))
    return FINE


def _check_picture(options: argparse.Namespace) -> None:
    """Raise `ScenarioError`, before anything is read, if the picture could not be written."""
    place = options.picture
    if place.suffix.lower() not in PICTURES:
        raise sim.ScenarioError(
            f"--picture {place}: a picture ends in {', '.join(PICTURES)}."
        )
    check_place("--picture", place)
    check_unread("--picture", place, options.logs)


def document(found: Calibration) -> dict[str, Any]:
    """A calibration as JSON; arrivals are null where no line has a time."""
    behaviour = found.behaviour
    fields = behaviour.model_fields_set
    try:
        arrivals = found.arrivals.model_dump(mode="json")
    except sim.ScenarioError:
        arrivals = None
    return {
        "function": found.function,
        "memory_size": found.memory_size,
        "timeout": found.timeout,
        "behaviour": behaviour.model_dump(mode="json", include=fields),
        "arrivals": arrivals,
        "report": json.loads(found.report.to_json(orient="records")),
    }


def lines(found: Calibration) -> list[str]:
    """The report line by line, each part under its name."""
    said = [f"function: {found.function}"]
    for part, rows in found.report.groupby("part", sort=False):
        said.append(f"{part}:")
        said += [f"  {_line(row)}" for row in rows.to_dict("records")]
    return said


def _line(row: dict[Any, Any]) -> str:
    words = UNITS[row["unit"]]
    parts = [f"{row['what']}:"]
    if not isnan(row["estimate"]):
        parts.append(words(row["estimate"]))
        if isfinite(row["low"]) and isfinite(row["high"]):
            parts.append(f"({words(row['low'])} to {words(row['high'])})")
        parts.append(f"from {counted(row['number'])}")
    elif not row["note"]:
        parts.append(counted(row["number"]))
    if not isnan(row["distance"]):
        parts.append(f"(Kolmogorov's distance {row['distance']:.3f})")
    told = " ".join(parts)
    if not row["note"]:
        return told
    return f"{told.removesuffix(':')}: {row['note']}"
