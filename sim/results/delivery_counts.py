"""What is counted of each delivery: throttles, cold runs, and how often its work was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.results.span_index import Groups
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import Trigger
from sim.trace import HANDED_OVER, MICROSECONDS, Outcome, Stage, Trace

INITS = (Stage.INIT, Stage.SUPPRESSED_INIT, Stage.RESTORE)


def count_throttles(trace: Trace) -> NDArray[np.int64]:
    """By delivery: how often it was throttled."""
    is_throttle = trace.spans["stage"] == Stage.THROTTLE
    throttled = trace.spans["delivery"][is_throttle]
    return np.bincount(throttled, minlength=len(trace.deliveries))


def handed_over(trace: Trace) -> NDArray[np.bool_]:
    """By delivery: whether a pipe has handed it to Lambda's queue, and it goes on from there."""
    is_handed_over = np.zeros(len(trace.deliveries), bool)
    for child in trace.children:
        if child.edge == HANDED_OVER:
            is_handed_over[child.delivery] = True
    return is_handed_over


def cold_runs(trace: Trace) -> NDArray[np.int64]:
    """By delivery: how many of its runs waited for an init; one that was cut and repeated is one.

    A record that its batch did not reach has not run.
    """
    rows = trace.spans[trace.spans["start"] <= trace.ended]
    is_init = np.isin(rows["stage"], INITS)
    is_run = rows["stage"] == Stage.HANDLER
    is_run &= rows["outcome"] != Outcome.NOT_REACHED
    inits = rows[is_init]
    has_waited = np.zeros(len(trace.deliveries), bool)
    has_waited[inits["delivery"]] = True
    runs = rows[is_run & has_waited[rows["delivery"]]]
    tries = _try_numbers(np.concatenate([inits, runs]))
    init_tries = tries[: len(inits)]
    run_tries, first = np.unique(tries[len(inits) :], return_index=True)
    is_cold = np.isin(run_tries, init_tries)
    cold = runs["delivery"][first[is_cold]]
    return np.bincount(cold, minlength=len(trace.deliveries))


def _try_numbers(rows: NDArray[Any]) -> NDArray[np.int64]:
    """By span: a number that those of one try of one delivery in one environment share."""
    if not len(rows):
        return np.zeros(0, np.int64)
    delivery = rows["delivery"].astype(np.int64)
    attempts = int(rows["attempt"].max()) + 1
    environments = int(rows["environment"].max()) + 2  # -1: none
    of_delivery = delivery * attempts + rows["attempt"]
    return np.asarray(of_delivery * environments + rows["environment"] + 1)


def side_effects(
    scenario: Scenario,
    trace: Trace,
    triggers: list[Trigger],
    numbers: Mapping[str, NDArray[np.int64]],
) -> NDArray[np.int64]:
    """How often each delivery's work was done: an idempotent handler does not repeat it."""
    effects = numbers["successes"].copy()
    idempotent = {
        function.name
        for system in (scenario, *scenario.later_systems)
        for function in system.functions
        if function.behaviour.idempotency is not None
    }
    remembers = [trigger.function in idempotent for trigger in triggers]
    is_kept = np.array(remembers, bool)[numbers["trigger"]]
    repeated = np.flatnonzero(is_kept & (effects > 1)).tolist()
    if not repeated:
        return effects
    rows = trace.spans
    is_handler = rows["stage"] == Stage.HANDLER
    done = rows[is_handler & (rows["outcome"] == Outcome.SUCCEEDED)]
    done = np.sort(done, order="end")
    by_delivery = Groups.of(done["delivery"])
    for delivery in repeated:
        function = triggers[numbers["trigger"][delivery]].function
        runs = done[by_delivery.rows(delivery)]
        effects[delivery] = _not_remembered(scenario, function, runs)
    return effects


def _not_remembered(
    scenario: Scenario, function: str, runs: NDArray[np.void]
) -> int:
    """How many of these successes, in order of their ends, were not remembered from before."""
    effects = 0
    forgotten = -1
    for run in runs:
        settings = scenario.at(run["start"] / MICROSECONDS).function(function)
        idempotency = settings.behaviour.idempotency
        if idempotency is None:
            effects += 1
        elif run["end"] > forgotten:
            effects += 1
            memory = idempotency.expires_after_seconds * MICROSECONDS
            forgotten = run["end"] + memory
    return effects
