"""A scene: everything the stage draws of runs, made from their traces, as one binary message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.results.run import Run
from sim.show.pictures.captions import describe
from sim.show.pictures.titles import events_title
from sim.show.stage import age_bands, crowds
from sim.show.stage.drawn_lane import DrawnLane
from sim.show.stage.environment_rows import environment_stays
from sim.show.stage.first_moment import first_moment
from sim.show.stage.lane_columns import (
    ENDS,
    NONE,
    Columns,
    batch_numbers,
    delivery_columns,
    end_codes,
    rows_of,
    span_columns,
)
from sim.show.stage.lane_limits import lane_limit
from sim.show.stage.lane_rules import lane_rules
from sim.show.stage.lane_words import lane_words
from sim.show.stage.lanes import By, Lane, lanes_of
from sim.show.stage.message import encode
from sim.show.stage.spans import MARKS, Spans, drawn_spans, spans_of
from sim.show.stage.system_header import map_header
from sim.show.stage.system_map import system_map
from sim.show.stage.system_numbers import system_columns
from sim.show.stage.time_grid import TIMES, time_grid
from sim.trace import MICROSECONDS

VERSION = 1


def scene(
    runs: Mapping[str, Run], by: By | None = None, with_map: bool = False
) -> bytes:
    """What the stage draws of these runs; the same traces give the same bytes on every machine.

    `with_map`: the map of a single run's system is in it, too.
    Its header and columns: `sim.show.stage`. Without `by`, the lanes are those of `lanes_of`.
    """
    of_runs = [drawn_spans(run) for run in runs.values()]
    lanes = _drawn_lanes(lanes_of(runs, by), of_runs)
    seconds = _seconds(lanes)
    has_crowd = any(drawn.is_crowd for drawn in lanes)
    header = {
        "version": VERSION,
        "title": events_title(runs),
        "words": describe(runs),
        "seconds": seconds,
        "first_moment": first_moment(of_runs),
        "lanes": _lane_headers(lanes),
        "ends": list(ENDS.values()),
        "marks": list(MARKS),
        "bands": None,
        "system": None,
    }
    columns = _columns(lanes)
    at = time_grid(seconds, of_runs)
    if has_crowd or with_map:
        columns["grid"] = at / MICROSECONDS
    if has_crowd:
        bands = _bands(lanes)
        header["bands"] = bands
        columns |= age_bands.age_columns(lanes, bands["to"])
        columns |= crowds.crowd_columns(lanes, at)
    if with_map:
        (run,) = runs.values()
        places = system_map(run.scenario)
        header["system"] = map_header(places)
        columns |= system_columns(run, places, of_runs[0], at)
    return encode(header, columns)


def _drawn_lanes(
    lanes: Sequence[Lane], of_runs: Sequence[Spans]
) -> list[DrawnLane]:
    """Each lane with its spans; what works for several lanes is in each only for its stays."""
    found = []
    for number, spans in enumerate(of_runs):
        mine = [lane for lane in lanes if lane.number == number]
        lane_of = np.zeros(spans.place.max(initial=-1) + 1, np.int64)
        for place, lane in enumerate(mine):
            lane_of[lane.deliveries[lane.deliveries < len(lane_of)]] = place
        stays = environment_stays(spans, lane_of[spans.place])
        cut = spans._replace(environment=stays)
        found += [
            DrawnLane(lane, spans_of(cut, lane.deliveries)) for lane in mine
        ]
    return found


def _bands(lanes: Sequence[DrawnLane]) -> dict[str, Any]:
    return {
        "bins": age_bands.BINS,
        "from": age_bands.FROM,
        "to": age_bands.last_age([one for one in lanes if one.is_crowd]),
        "rows": age_bands.ROWS,
        "times": TIMES,
    }


def _seconds(lanes: Sequence[DrawnLane]) -> float:
    """When the last thing that is drawn happens."""
    last = 0
    for lane, spans in lanes:
        trace = lane.run.trace
        columns = (
            trace.deliveries.arrived,
            trace.deliveries.settled,
            trace.deliveries.told_at,
        )
        instants = [
            np.array(column, np.int64)[lane.deliveries] for column in columns
        ]
        if (instants[1] < 0).any():
            last = max(last, trace.ended)
        last = max(
            last, *(int(at.max(initial=0)) for at in (*instants, spans.end))
        )
    return last / MICROSECONDS


def _lane_headers(lanes: Sequence[DrawnLane]) -> list[dict[str, Any]]:
    headers = []
    first = 0
    for drawn in lanes:
        count = 0 if drawn.is_crowd else len(drawn.lane.deliveries)
        headers.append({**_lane_header(drawn), "first": first, "count": count})
        first += count
    return headers


def _lane_header(drawn: DrawnLane) -> dict[str, Any]:
    lane, spans = drawn
    words = lane_words(lane.run, lane.triggers)
    rows = rows_of(spans)
    return {
        "name": lane.name,
        **words._asdict(),
        "keeper": words.keeper or None,
        "run": lane.number,
        "environments": int(rows[rows != NONE].max(initial=-1)) + 1,
        "limit": lane_limit(lane),
        "rules": lane_rules(lane.triggers, spans),
        "counts": _counts(lane),
        "events": len(lane.deliveries),
        "each": _each(drawn),
    }


def _each(drawn: DrawnLane) -> int:
    count = len(drawn.lane.deliveries)
    return age_bands.events_a_row(count) if drawn.is_crowd else 1


def _counts(lane: Lane) -> dict[str, int]:
    """How many deliveries end in which way, and how often the function ran or was too busy."""
    ends = np.bincount(end_codes(lane), minlength=len(ENDS)).tolist()
    runs = lane.run.delivery_numbers.columns["runs"]
    return {
        **dict(zip(ENDS.values(), ends, strict=True)),
        "throttles": int(lane.run.throttles[lane.deliveries].sum()),
        "runs": int(runs[lane.deliveries].sum()),
    }


def _columns(lanes: Sequence[DrawnLane]) -> Columns:
    """The columns of all lanes that are drawn one by one, one lane after another."""
    shown = [drawn for drawn in lanes if not drawn.is_crowd]
    if not shown:
        return {}
    deliveries = _joined([delivery_columns(drawn.lane) for drawn in shown])
    spans = _joined([span_columns(*drawn) for drawn in shown])
    return {
        **deliveries,
        "first_span": _first_spans(shown),
        **spans,
        "batch": batch_numbers(shown),
    }


def _joined(parts: Sequence[Columns]) -> Columns:
    return {
        name: np.concatenate([part[name] for part in parts])
        for name in parts[0]
    }


def _first_spans(lanes: Sequence[DrawnLane]) -> NDArray[np.uint32]:
    """By delivery: where its spans begin; and where those of the last one end."""
    sizes = [
        np.bincount(spans.place, minlength=len(lane.deliveries))
        for lane, spans in lanes
    ]
    offsets = np.cumsum(np.concatenate([[0], *sizes]))
    return offsets.astype(np.uint32)
