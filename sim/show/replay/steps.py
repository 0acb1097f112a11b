"""A run as steps, for the Replay: where each delivery is, and what each environment does."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.results.run import Run
from sim.show.drawing.span_layout import failure_stores
from sim.show.drawing.theme import MARKS
from sim.show.pictures.captions import describe, runs_by_name
from sim.show.pictures.titles import events_title

PLACES = ("source", "waiting", "environment", "end")
PLACE_OF = {
    "source": "source",
    "queue": "waiting",
    "retry": "waiting",
    "visibility": "waiting",
    "init": "environment",
    "suppressed init": "environment",
    "restore": "environment",
    "handler": "environment",
}
MARK_OF = {
    "queue": "queue",
    "retry": "wait",
    "visibility": "wait",
    "source": "source",
}
RUN_MARKS = {
    "succeeded": "success",
    "timeout": "timeout",
    "in flight": "running",
}
ENDS = {
    "delivered": ("delivered", "success"),
    "given up": ("handled, then given up", "success"),
    "told": ("caller told: error", "failure"),
    "parked": ("in a failure store", "dead letter"),
    "lost": ("lost", "lost"),
    "filtered": ("filtered", "queue"),
}
"""Where a delivery ends, in the picture's words, and its mark there."""

KINDS = tuple(dict.fromkeys(end for end, _ in ENDS.values()))

MOST = 600  # deliveries; more would be a crowd, not a picture
QUIET = (
    3.0  # a pause longer than this many mean pauses passes as fast as this many
)


@dataclass(frozen=True)
class ReplayStep:
    """From `at` seconds on a delivery is at a place of a row, and looks like a mark."""

    at: float
    place: str
    row: int
    mark: str


def replay_data(run: Run) -> dict[str, Any]:
    """What the Replay draws, as JSON: times in seconds.

    `deliveries`: each an event, and its steps as lists of at, place, row and mark. `environments`:
    name, row, and periods as lists of start, end and mark. `clock`: simulated seconds and the
    seconds of the show they map to. `ends`: the places where deliveries end, by row. `title`,
    `words`: the answer, and the run in words.
    """
    deliveries = run.deliveries.head(MOST)
    spans = run.spans[run.spans.delivery.isin(deliveries.delivery)]
    rows = environment_rows(spans)
    steps = delivery_steps(deliveries, spans, rows, _end_marks(run))
    instants = [step.at for of_one in steps.values() for step in of_one]
    until = max([*instants, *spans.end_s], default=1.0)
    return {
        "deliveries": [
            {
                "event": int(event),
                "steps": [
                    [step.at, PLACES.index(step.place), step.row, step.mark]
                    for step in these
                ],
            }
            for event, these in zip(
                deliveries.event, steps.values(), strict=True
            )
        ],
        "environments": _environments(spans, rows),
        "clock": show_time(np.array([0.0, *instants, until])),
        "ends": list(KINDS),
        "marks": {
            name: [mark.label, mark.face, mark.edge]
            for name, mark in MARKS.items()
        },
        "title": events_title(runs_by_name(run)),
        "words": describe(run),
        "left_out": len(run.deliveries) - len(deliveries),
    }


def delivery_steps(
    deliveries: pd.DataFrame,
    spans: pd.DataFrame,
    rows: dict[tuple[str, int], int],
    end_marks: list[str],
) -> dict[int, list[ReplayStep]]:
    """The steps of each delivery, in order of time; at an end the row is that of its kind."""
    steps = {delivery: [ReplayStep(at, "source", 0, "source")] for delivery, at in
             zip(deliveries.delivery, deliveries.arrived_s, strict=True)}  # fmt: skip
    for span in spans[spans.outcome != "not reached"].to_dict("records"):
        place = PLACE_OF.get(span["stage"])
        if place is not None:
            row = rows.get((span["resource"], span["environment"]), 0)
            steps[span["delivery"]].append(
                ReplayStep(
                    span["start_s"],
                    place,
                    row,
                    _mark(span["stage"], span["outcome"]),
                )
            )
    settled = deliveries[deliveries.settled_s.notna()]
    for delivery, end, at in zip(
        settled.delivery, settled.end, settled.settled_s, strict=True
    ):
        steps[delivery].append(
            ReplayStep(
                at, "end", KINDS.index(ENDS[end][0]), end_marks[delivery]
            )
        )
    return {delivery: _in_order(these) for delivery, these in steps.items()}


def _in_order(steps: list[ReplayStep]) -> list[ReplayStep]:
    """By time; what has come to its end may still be worked on, but waits no more."""
    steps = sorted(steps, key=lambda step: (step.at, step.place == "end"))
    ended = next(
        (n for n, step in enumerate(steps) if step.place == "end"), len(steps)
    )
    return [
        step
        for n, step in enumerate(steps)
        if n <= ended or step.place == "environment"
    ]


def environment_rows(spans: pd.DataFrame) -> dict[tuple[str, int], int]:
    """A row for each execution environment.

    One whose work is over leaves its row to a later one of its function.
    """
    there = spans[spans.environment >= 0]
    lives = there.groupby(["resource", "environment"], as_index=False).agg(
        start=("start_s", "min"), end=("end_s", "max")
    )
    lives = lives.sort_values("start", kind="stable")
    rows: dict[tuple[str, int], int] = {}
    free: dict[str, list[tuple[float, int]]] = {}
    for resource, number, start, end in zip(
        *(lives[column].tolist() for column in lives), strict=True
    ):
        left = free.setdefault(resource, [])
        row = (
            heapq.heappop(left)[1]
            if left and left[0][0] < start
            else len(set(rows.values()))
        )
        rows[resource, number] = row
        heapq.heappush(left, (end, row))
    return rows


def show_time(instants: Floats) -> list[list[float]]:
    """Pairs of simulated time and time of the show, in which long pauses pass quickly."""
    times = np.unique(instants)
    pauses = np.diff(times)
    longest = QUIET * pauses.mean() if len(pauses) else 1.0
    shown = np.concatenate([[0.0], np.cumsum(np.minimum(pauses, longest))])
    return [
        [float(time), float(show)]
        for time, show in zip(times, shown, strict=True)
    ]


def _environments(
    spans: pd.DataFrame, rows: dict[tuple[str, int], int]
) -> list[dict[str, Any]]:
    there = spans[(spans.environment >= 0) & spans.stage.isin(list(PLACE_OF))]
    periods: dict[tuple[str, int], list[tuple[float, float, str]]] = {
        place: [] for place in rows
    }
    for span in there.to_dict("records"):
        mark = _mark(span["stage"], span["outcome"])
        periods[span["resource"], span["environment"]].append(
            (span["start_s"], span["end_s"], mark)
        )
    return [
        {
            "name": f"{resource} #{number}",
            "row": row,
            "periods": periods[resource, number],
        }
        for (resource, number), row in rows.items()
    ]


def _mark(stage: str, outcome: str) -> str:
    if stage == "handler":
        return RUN_MARKS.get(outcome, "failure")
    return MARK_OF.get(stage, "init")


def _end_marks(run: Run) -> list[str]:
    """How each delivery looks when it is settled."""
    ends = run.deliveries.end
    letters, destinations = failure_stores(run, (ends == "parked").to_numpy())
    marks = [ENDS.get(end, ("", "queue"))[1] for end in ends]
    return [
        "destination" if hollow else mark
        for mark, hollow in zip(marks, destinations & ~letters, strict=True)
    ]
