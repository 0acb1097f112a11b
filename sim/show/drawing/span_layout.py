"""A run's spans as places in a picture, by what they mean."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Booleans, Floats, Integers
from sim.results.ends import End
from sim.results.run import Run
from sim.results.usage.provisioned_concurrency import PROVISIONED
from sim.scenario.trigger_catalogue import SILENT, trigger_kind
from sim.scenario.triggers import Trigger
from sim.trace import Outcome, Stage

# The columns of a place; times are in seconds, the others in rows.
START = 0
END = 1
ROW = 2
HEIGHT = 3

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
class SpanLayout:
    """Where what is drawn: by meaning an array with a row of (start, end, row, height) each.

    `kinds`: by row what it is, where rows are of several kinds.
    """

    places: dict[str, Floats]
    rows: int
    seconds: float
    kinds: tuple[str, ...] = ()

    def until(self, seconds: float) -> dict[str, Floats]:
        """The places that begin by then."""
        begun = {
            meaning: place[place[:, START] <= seconds]
            for meaning, place in self.places.items()
        }
        return {
            meaning: place for meaning, place in begun.items() if len(place)
        }

    def rows_beyond(self, seconds: float) -> int:
        """In how many rows something happens later."""
        later = [
            np.round(place[place[:, END] > seconds, ROW])
            for place in self.places.values()
        ]
        return len(np.unique(np.concatenate([*later, np.empty(0)])))


EMPTY = SpanLayout({}, 0, 0.0)


def layout_by_event(run: Run) -> SpanLayout:
    """One row an event, in order of arrival; what an event causes elsewhere is in its own row.

    An event that several consumers get has a lane for each in its row.
    """
    row, height = _lanes(_roots(run), run.deliveries.trigger)
    delivery = run.spans.delivery.to_numpy()
    places = {
        **_places(run.spans, row[delivery], height[delivery]),
        **_told(run.deliveries, row, height),
        **_given_up(run, row, height),
    }
    return _layout(places, len(run.workload.time))


def layout_by_environment(run: Run) -> SpanLayout:
    """One row an execution environment, in order of function and start.

    It has the environment's inits, its runs, and the gaps between. How long an environment stays
    idle after its last run is not drawn.
    """
    spans = run.spans[run.spans.environment.to_numpy() >= 0]
    function, _ = pd.factorize(spans.resource, sort=True)
    number = spans.environment.to_numpy()
    identity = function * (number.max(initial=0) + 1) + number
    first, row = np.unique(identity, return_index=True, return_inverse=True)[1:]
    height = np.ones(len(row))
    places = _places(spans, row.astype(float), height)
    places["idle"] = _gaps(
        row, spans.start_s.to_numpy(), spans.end_s.to_numpy()
    )
    layout = _layout(places, len(first))
    return replace(layout, kinds=_kinds(run, spans.iloc[first]))


def _kinds(run: Run, rows: pd.DataFrame) -> tuple[str, ...]:
    """By row: the function, where there are several, and whether the environment is provisioned."""
    keys = ["function", "environment"]
    started = run.environments.set_index(keys).initialization_type
    of_row = pd.MultiIndex.from_arrays([rows.resource, rows.environment])
    is_provisioned = (started.reindex(of_row) == PROVISIONED).to_numpy()
    parts: list[NDArray[np.object_]] = []
    if len(set(rows.resource)) > 1:
        parts.append(rows.resource.to_numpy(object))
    if is_provisioned.any():
        parts.append(np.where(is_provisioned, "provisioned", "on demand"))
    return tuple(map(": ".join, zip(*parts, strict=True)))


def _layout(places: dict[str, Floats], rows: int) -> SpanLayout:
    places = {meaning: place for meaning, place in places.items() if len(place)}
    ends = [place[:, END].max() for place in places.values()]
    last = max(ends, default=1.0)
    return SpanLayout(places, rows, float(last))


def _roots(run: Run) -> Integers:
    """For each delivery the event of the workload that it comes from."""
    event = run.deliveries.event.to_numpy()
    parent = run.deliveries.parent.to_numpy()
    causes = np.arange(event.max(initial=-1) + 1)
    causes[event] = np.where(parent < 0, event, parent)
    while (causes[causes] != causes).any():
        causes = causes[causes]
    roots: Integers = causes[event]
    return roots


def _lanes(root: Integers, trigger: pd.Series[str]) -> tuple[Floats, Floats]:
    """Each delivery's row and height: a row is shared by the consumers of its event."""
    consumer, names = pd.factorize(trigger, sort=True)
    if len(names) < 2:
        return root.astype(float), np.ones(len(root))
    pair = root * len(names) + consumer
    lanes, lane = np.unique(pair, return_inverse=True)
    rows, count = np.unique(lanes // len(names), return_counts=True)
    first = np.cumsum(count) - count
    place = np.searchsorted(rows, root)
    lanes_in_row = count[place]
    number = lane - first[place]  # of the lane in its row
    row = root - 0.5 + (number + 0.5) / lanes_in_row
    return row, 1 / lanes_in_row


def _places(
    spans: pd.DataFrame, row: Floats, height: Floats
) -> dict[str, Floats]:
    stage = spans.stage.cat.codes.to_numpy()
    outcome = spans.outcome.cat.codes.to_numpy()
    place = np.column_stack([spans.start_s, spans.end_s, row, height])
    handled = stage == Stage.HANDLER
    is_meant = {
        **{meaning: _among(stage, codes) for meaning, codes in STAGES.items()},
        **{
            meaning: handled & _among(outcome, codes)
            for meaning, codes in OUTCOMES.items()
        },
    }
    return {meaning: place[chosen] for meaning, chosen in is_meant.items()}


def _among(
    values: NDArray[np.integer[Any]], codes: tuple[int, ...]
) -> Booleans:
    """As `numpy.isin`, which is slower."""
    among: Booleans = np.logical_or.reduce([values == code for code in codes])
    return among


def _instants(
    at: Floats, row: Floats, height: Floats, where: Booleans
) -> Floats:
    return np.column_stack([at, at, row, height])[where]


def _told(
    deliveries: pd.DataFrame, row: Floats, height: Floats
) -> dict[str, Floats]:
    """When a caller was told of success, and when of anything else."""
    at = deliveries.told_s.to_numpy()
    told = deliveries.told.to_numpy()
    heard = ~np.isnan(at) & (told != SILENT)
    success = np.zeros(len(at), bool)
    for kind in deliveries.kind[heard].unique():
        of_kind = deliveries.kind.to_numpy() == kind
        success |= of_kind & (told == trigger_kind(kind).told_on_success)
    return {
        "told success": _instants(at, row, height, heard & success),
        "told error": _instants(at, row, height, heard & ~success),
    }


def _given_up(run: Run, row: Floats, height: Floats) -> dict[str, Floats]:
    """When Lambda gave up, by what became of the event; what was handled is not lost."""
    end = run.deliveries.end.cat.codes.to_numpy()
    at = run.deliveries.settled_s.to_numpy()
    lost = end == End.LOST
    letters, destinations = failure_stores(run, end == End.PARKED)
    return {
        "dead letter": _instants(at, row, height, letters),
        "destination": _instants(at, row, height, destinations),
        "lost": _instants(at, row, height, lost),
    }


def failure_stores(run: Run, kept: Booleans) -> tuple[Booleans, Booleans]:
    """Which deliveries went to a dead-letter queue, and which to an on-failure destination."""
    letters = np.zeros(len(kept), bool)
    destinations = np.zeros(len(kept), bool)
    if not kept.any():
        return letters, destinations
    known: dict[tuple[int, tuple[str, ...]], tuple[bool, bool]] = {}
    kinds = []
    for delivery in np.flatnonzero(kept).tolist():
        stores = tuple(run.trace.stores[delivery])
        pair = (int(run.trigger_numbers[delivery]), stores)
        if pair not in known:
            known[pair] = _store_kinds(run, run.triggers[pair[0]], stores)
        kinds.append(known[pair])
    letters[kept] = [is_letter for is_letter, _ in kinds]
    destinations[kept] = [is_destination for _, is_destination in kinds]
    return letters, destinations


def _store_kinds(
    run: Run, trigger: Trigger, names: Collection[str]
) -> tuple[bool, bool]:
    """Whether one of these stores is a dead-letter queue, and whether one is a destination."""
    function = run.scenario.function(trigger.function)
    destinations = {
        function.event_invoke_config.destination_config.on_failure,
        getattr(trigger, "on_failure", None),
    }
    config = function.dead_letter_config
    letters = config.target_arn if config else None
    has_letters = any(
        name == letters or name not in destinations for name in names
    )
    return has_letters, not destinations.isdisjoint(names)


def _gaps(row: Integers, start: Floats, end: Floats) -> Floats:
    """The times between two spans of a row."""
    order = np.lexsort((end, start, row))
    before, after = order[:-1], order[1:]
    is_gap = (row[before] == row[after]) & (start[after] > end[before])
    before, after = before[is_gap], after[is_gap]
    height = np.ones(len(after))
    return np.column_stack([end[before], start[after], row[after], height])
