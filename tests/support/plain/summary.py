"""The summary of a run, its fates and the counts of its deliveries, counted one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import isnan, nan
from typing import Any

import sim
from sim.trace import CAUGHT, MESSAGE_MOVE
from tests.support.plain.levels import quantile

INITS = ("init", "suppressed init", "restore")
WORST_LAST = (
    "filtered",
    "delivered",
    "given up",
    "in flight",
    "told",
    "parked",
    "lost",
)


class PlainJourney:
    """An event from outside, with all that it caused."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.ends: list[str] = []
        self.is_done = True

    def add(self, row: Any, end: str) -> None:
        """A delivery, and its end for this journey."""
        self.rows.append(row)
        self.ends.append(end)
        self.is_done = self.is_done and (end == "filtered" or row.work_done)

    @property
    def end(self) -> str:
        return max(self.ends, key=WORST_LAST.index)

    @property
    def seconds(self) -> float:
        """From arrival to the last consequence; NaN while anything is in flight."""
        if any(isnan(row.settled_s) for row in self.rows):
            return nan
        last = max(
            max(row.settled_s, 0 if isnan(row.told_s) else row.told_s)
            for row in self.rows
        )
        return last - self.rows[0].arrived_s


def summary(run: sim.Run) -> dict[str, float]:
    """The numbers of `run.summary()`."""
    rows = list(run.deliveries.itertuples())
    journeys = _journeys(run, rows)
    ends = [one.end for one in journeys]
    delivered = [one.seconds for one in journeys if one.end == "delivered"]
    all_over = [one.seconds for one in journeys if not isnan(one.seconds)]
    told = [one for one in journeys if one.end == "told"]
    parked = [one for one in journeys if one.end == "parked"]
    counts = counts_of_deliveries(run)
    runs = sum(row.runs for row in rows)
    cold = sum(count["cold"] for count in counts.values())
    known = [one for one in delivered if not isnan(one)]
    return {
        "journeys": len(journeys),
        **{end.replace(" ", "_"): ends.count(end) for end in WORST_LAST},
        "told_done": sum(one.is_done for one in told),
        "parked_done": sum(one.is_done for one in parked),
        "p50_s": quantile(known, 0.5),
        "p95_s": quantile(known, 0.95),
        "p99_s": quantile(known, 0.99),
        "unfinished": sum(isnan(one.seconds) for one in journeys),
        "end_to_end_p50_s": quantile(all_over, 0.5),
        "end_to_end_p99_s": quantile(all_over, 0.99),
        "deliveries": len(rows),
        "runs_per_delivery": runs / len(rows) if rows else nan,
        "throttles": sum(count["throttles"] for count in counts.values()),
        "duplicates": sum(max(0, row.successes - 1) for row in rows),
        "done_twice": sum(
            max(0, count["side_effects"] - 1) for count in counts.values()
        ),
        "cold_share": cold / runs if runs else nan,
        **_caught(run),
    }


def _caught(run: sim.Run) -> dict[str, int]:
    if not run.scenario.state_machines:
        return {}
    is_after = [
        one.delivery
        for one in run.trace.children
        if one.edge.startswith(CAUGHT)
    ]
    return {"caught": len(set(is_after))}


def _journeys(run: sim.Run, rows: list[Any]) -> list[PlainJourney]:
    from_outside = len(run.workload.time)
    journeys = [PlainJourney() for _ in range(from_outside)]
    goes_on = {
        child.delivery
        for child in run.trace.children
        if child.edge == MESSAGE_MOVE
        or child.edge.startswith(CAUGHT)
        or child.target in run.trace.stores.get(child.delivery, ())
    }
    for row in rows:
        event = row.event
        end = row.end
        if event >= from_outside:
            child = run.trace.children[event - from_outside]
            is_call = child.target in run.scenario.called
            if is_call and end == "told":
                end = "filtered"
        if row.delivery in goes_on | run.trace.stopped:
            end = "filtered"
        if row.delivery in run.trace.failed_after:
            end = "told"
        while event >= from_outside:
            event = run.trace.children[event - from_outside].parent
        journeys[event].add(row, end)
    return journeys


def counts_of_deliveries(run: sim.Run) -> dict[int, dict[str, float]]:
    """By delivery: throttles, runs, successes, cold runs and side effects, from its spans."""
    spans: dict[int, list[Any]] = defaultdict(list)
    for span in run.spans.itertuples():
        spans[span.delivery].append(span)
    return {
        delivery: _counts(run, delivery, spans[delivery])
        for delivery in range(len(run.trace.deliveries))
    }


def _counts(run: sim.Run, delivery: int, spans: list[Any]) -> dict[str, float]:
    handled = [
        span
        for span in spans
        if span.stage == "handler" and span.outcome != "not reached"
    ]
    begun = {
        (span.attempt, span.environment)
        for span in spans
        if span.stage in INITS
    }
    cold = {(span.attempt, span.environment) for span in handled} & begun
    done = [span for span in handled if span.outcome == "succeeded"]
    return {
        "batches": sum(span.stage == "handler" for span in spans),
        "runs": len(handled),
        "successes": len(done),
        "throttles": sum(span.stage == "throttle" for span in spans),
        "cold": len(cold),
        "side_effects": len(list(_effects(run, delivery, done))),
    }


def _effects(run: sim.Run, delivery: int, done: list[Any]) -> Iterator[Any]:
    """The successes that an idempotent handler did not recognise."""
    name = run.trigger_of(delivery).function
    forgotten = -1.0
    for span in sorted(done, key=lambda span: span.end_s):
        function = run.scenario.at(span.start_s).function(name)
        idempotency = function.behaviour.idempotency
        if idempotency is None:
            yield span
        elif span.end_s > forgotten:
            yield span
            forgotten = span.end_s + idempotency.expires_after_seconds
