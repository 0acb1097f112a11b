"""Stands in for readouts until the new ones are merged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.results.phrases import spoken
from sim.results.run import Run

READOUTS = {
    "delivered": "Events that were handled, with all that they caused",
    "told": "Events of which some caller was told of a failure or a throttle",
    "parked": "Events of which something is kept in a dead-letter queue or at a destination",
    "lost": "Events of which some work was not done, nobody was told, and nothing was kept",
    "p50": "Half of the delivered events were done, with all they caused, this long after arrival",
    "p99": "99 of 100 delivered events were done, with all they caused, this long after arrival",
    "runs per event": "How often the function ran for an event, on average",
}
USUAL = tuple(READOUTS)
KEYS = {"p50": "p50_s", "p99": "p99_s", "runs per event": "runs_per_delivery"}
MORE = ("delivered",)


def rows(
    runs: Mapping[str, Run], pinned: Mapping[str, Run], names: Sequence[str]
) -> dict[str, Any]:
    """The readouts of an answer."""
    return {
        "names": list(names),
        "rows": [
            {"run": run, "cells": _cells(one, pinned.get(run), names)}
            for run, one in runs.items()
        ],
    }


def _cells(
    run: Run, before: Run | None, names: Sequence[str]
) -> list[dict[str, Any]]:
    now = run.summary()
    then = None if before is None else before.summary()
    return [_cell(name, now, then) for name in names]


def _cell(name: str, now: Any, then: Any) -> dict[str, Any]:
    key = KEYS.get(name, name)
    value = float(now[key])
    difference = math.nan if then is None else value - float(then[key])
    is_known = not math.isnan(difference) and abs(difference) > 5e-4
    sign = "+" if difference > 0 else "−"
    return {
        "text": _text(name, value),
        "difference": f"{sign}{_text(name, abs(difference))}"
        if is_known
        else "",
        "better": (difference > 0) == (name in MORE) if is_known else None,
    }


def _text(name: str, value: float) -> str:
    if math.isnan(value):
        return "–"
    if name in ("p50", "p99"):
        return spoken(value)
    return f"{value:.2f}" if name == "runs per event" else f"{value:,.0f}"
