"""The stories of all events of a stage, for a page that cannot ask Python."""

from __future__ import annotations

from typing import Any

from sim.show.stage.chosen_event import lines_of
from sim.show.stage.stage import Stage

MOST = 600
"""Deliveries of a lane up to which a stage draws each one, which somebody may choose."""


def stories_of(stage: Stage) -> dict[str, Any]:
    """Lines by lane and row; each text once, in `texts`, and its number in a line."""
    numbers: dict[str, int] = {}
    lanes = [
        [_story(stage, lane, row, numbers) for row in range(_rows(stage, lane))]
        for lane in range(len(stage._lanes))
    ]
    return {"texts": list(numbers), "lanes": lanes}


def _rows(stage: Stage, lane: int) -> int:
    shown = stage._lanes[lane]
    too_many = len(shown.deliveries) > MOST
    return 0 if too_many else len(shown.run.workload.time)


def _story(
    stage: Stage, lane: int, row: int, numbers: dict[str, int]
) -> list[list[Any]]:
    """A line is its instant, text and level; a heading has no instant, a text no level."""
    lines = []
    for line in lines_of(stage._lanes, lane, row):
        text = str(line.get("text", line.get("heading")))
        number = numbers.setdefault(text, len(numbers))
        lines.append([line.get("at"), number, line.get("level")])
    return lines
