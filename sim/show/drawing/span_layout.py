"""A run as places in a picture: for each meaning an array of (start, end, row, height), in seconds and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results.run import Run
from sim.scenario.function import Function
from sim.scenario.trigger_catalogue import SILENT, trigger_kind
from sim.trace import Fate, Outcome, Stage

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

STAGES = {
    "source": (Stage.SOURCE,),
    "queue": (Stage.QUEUE,),
    "wait": (Stage.RETRY, Stage.VISIBILITY),
    "init": (Stage.INIT, Stage.SUPPRESSED_INIT, Stage.RESTORE),
    "throttle": (Stage.THROTTLE,),
}
OUTCOMES = {
    "success": (Outcome.SUCCEEDED,),
    "failure": (Outcome.FAILED, Outcome.CRASHED),
    "timeout": (Outcome.TIMEOUT,),
    "running": (Outcome.IN_FLIGHT,),
}


@dataclass(frozen=True)
class Drawing:
    """What occurs, by meaning; how many rows there are, and how many seconds they last."""

    places: dict[str, Floats]
    rows: int
    seconds: float


NOTHING = Drawing({}, 0, 0.0)


def by_event(run: Run) -> Drawing:
    """One row an event, in order of arrival; what an event causes elsewhere is drawn in its own row.

    An event that several consumers get has a lane for each in its row.
    """
    deliveries, spans = run.deliveries, run.spans
    row, height = _lanes(_roots(run), deliveries.trigger)
    of = spans.delivery.to_numpy()
    places = _places(spans, row[of], height[of], spans.start_s.to_numpy())
    places |= _told(deliveries, row, height) | _given_up(run, row, height)
    return _drawing(places, len(run.workload.time))


def by_environment(run: Run) -> Drawing:
    """One row an execution environment, in order of function and start: its inits, its runs, and the gaps between.

    How long an environment stays idle after its last run is not drawn.
    """
    spans = run.spans[run.spans.environment.to_numpy() >= 0]
    function = pd.factorize(spans.resource, sort=True)[0]
    number = spans.environment.to_numpy()
    _, row = np.unique(
        function * (number.max(initial=0) + 1) + number, return_inverse=True
    )
    places = _places(
        spans, row.astype(float), np.ones(len(row)), spans.start_s.to_numpy()
    )
    places |= {"idle": _gaps(row, spans.start_s.to_numpy(), spans.end_s.to_numpy())}
    return _drawing(places, int(row.max(initial=-1)) + 1)


def _drawing(places: dict[str, Floats], rows: int) -> Drawing:
    places = {meaning: place for meaning, place in places.items() if len(place)}
    return Drawing(
        places,
        rows,
        max((float(place[:, 1].max()) for place in places.values()), default=1.0),
    )


def _roots(run: Run) -> Integers:
    """For each delivery the event of the workload that it comes from."""
    deliveries = run.deliveries
    event, parent = deliveries.event.to_numpy(), deliveries.parent.to_numpy()
    causes = np.arange(event.max(initial=-1) + 1)
    causes[event] = np.where(parent < 0, event, parent)
    while (causes[causes] != causes).any():
        causes = causes[causes]
    roots: Integers = causes[event]
    return roots


def _lanes(root: Integers, trigger: pd.Series[str]) -> tuple[Floats, Floats]:
    consumer, names = pd.factorize(trigger, sort=True)
    if len(names) < 2:
        return root.astype(float), np.ones(len(root))
    lanes, lane = np.unique(root * len(names) + consumer, return_inverse=True)
    rows, first, count = np.unique(
        lanes // len(names), return_index=True, return_counts=True
    )
    of_row = np.searchsorted(rows, root)
    lanes_here = count[of_row]
    return root - 0.5 + (lane - first[of_row] + 0.5) / lanes_here, 1 / lanes_here


def _places(
    spans: pd.DataFrame, row: Floats, height: Floats, start: Floats
) -> dict[str, Floats]:
    stage, outcome = (
        spans.stage.cat.codes.to_numpy(),
        spans.outcome.cat.codes.to_numpy(),
    )
    place = np.column_stack([start, spans.end_s.to_numpy(), row, height])
    handled = stage == Stage.HANDLER
    stages = {meaning: place[_among(stage, codes)] for meaning, codes in STAGES.items()}
    return stages | {
        meaning: place[handled & _among(outcome, codes)]
        for meaning, codes in OUTCOMES.items()
    }


def _among(values: NDArray[np.integer[Any]], codes: tuple[int, ...]) -> Booleans:
    among: Booleans = np.logical_or.reduce(
        [values == code for code in codes]
    )  # quicker than isin
    return among


def _instants(at: Floats, row: Floats, height: Floats, where: Booleans) -> Floats:
    return np.column_stack([at, at, row, height])[where]


def _told(deliveries: pd.DataFrame, row: Floats, height: Floats) -> dict[str, Floats]:
    at, told = deliveries.told_s.to_numpy(), deliveries.told.to_numpy()
    heard = ~np.isnan(at) & (told != SILENT)
    good = np.zeros(len(at), bool)
    for kind in deliveries.kind.unique() if heard.any() else ():
        good |= (deliveries.kind.to_numpy() == kind) & (
            told == trigger_kind(kind).told_on_success
        )
    return {
        "told success": _instants(at, row, height, heard & good),
        "told error": _instants(at, row, height, heard & ~good),
    }


def _given_up(run: Run, row: Floats, height: Floats) -> dict[str, Floats]:
    deliveries = run.deliveries
    fate, at = deliveries.fate.cat.codes.to_numpy(), deliveries.settled_s.to_numpy()
    lost = (fate == Fate.DROPPED) | (fate == Fate.EXPIRED)
    letters, destinations = failure_stores(run, fate == Fate.DEAD_LETTERED)
    return {
        "dead letter": _instants(at, row, height, letters),
        "destination": _instants(at, row, height, destinations),
        "lost": _instants(at, row, height, lost),
    }


def failure_stores(run: Run, kept: Booleans) -> tuple[Booleans, Booleans]:
    """Which deliveries went to a dead-letter queue, and which to an on-failure destination."""
    letters, destinations = np.zeros(len(kept), bool), np.zeros(len(kept), bool)
    if kept.any():
        pairs = list(
            zip(run.deliveries.function[kept], run.deliveries.stores[kept], strict=True)
        )
        known = {
            pair: _kinds(run.scenario.function(pair[0]), pair[1].split(";"))
            for pair in set(pairs)
        }
        letters[kept], destinations[kept] = np.array([known[pair] for pair in pairs]).T
    return letters, destinations


def _kinds(function: Function, stores: list[str]) -> tuple[bool, bool]:
    destination = function.event_invoke_config.destination_config.on_failure
    letters = (
        function.dead_letter_config.target_arn if function.dead_letter_config else None
    )
    return any(
        store != destination or store == letters for store in stores
    ), destination in stores


def _gaps(row: Integers, start: Floats, end: Floats) -> Floats:
    order = np.lexsort((end, start, row))
    row, start, end = row[order], start[order], end[order]
    gap = (row[1:] == row[:-1]) & (start[1:] > end[:-1])
    gaps: Floats = np.column_stack(
        [end[:-1], start[1:], row[1:], np.ones(len(row[1:]))]
    )[gap]
    return gaps
