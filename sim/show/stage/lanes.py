"""Lanes: which deliveries are shown together, one lane beside the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import Integers
from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.scenario.source_kinds import STARTING
from sim.scenario.triggers import Trigger

By = Literal["function", "trigger", "shard", "message group", "tenant"]
MOST_LANES = 12
OTHERS = "others"


@dataclass(frozen=True)
class Lane:
    """Deliveries of one run, in order of arrival; `number` is the run's place among the runs."""

    name: str
    number: int
    run: Run
    deliveries: Integers

    @property
    def triggers(self) -> list[Trigger]:
        """The triggers that they came through; those of the run if there are none."""
        used = np.unique(self.run.trigger_numbers[self.deliveries])
        return [self.run.triggers[place] for place in used.tolist()] or list(
            self.run.triggers
        )


def lanes_of(runs: Mapping[str, Run], by: By | None = None) -> list[Lane]:
    """A lane for each of several runs; one run has lanes by what tells its deliveries apart.

    Without `by` that is the shard, where one trigger reads 2 to 12 of them, else the function,
    where there are several. Of more than 12 lanes the smallest are shown together. Raises
    `ScenarioError` for several runs with `by`.
    """
    if by is not None and len(runs) > 1:
        raise ScenarioError(
            f"Lanes by {by} are those of one run; each of {len(runs)} runs is a lane itself."
        )
    if len(runs) == 1:
        (run,) = runs.values()
        by = by or _usual(run)
        if by is not None:
            return _parts(run, by)
    return [
        Lane(name, number, run, _by_arrival(run))
        for number, (name, run) in enumerate(runs.items())
    ]


def _by_arrival(run: Run) -> Integers:
    arrived = np.array(run.trace.deliveries.arrived, np.int64)
    return np.argsort(arrived, kind="stable")


def _usual(run: Run) -> By | None:
    """What tells one run's deliveries apart, if nobody says it."""
    if len(run.triggers) == 1 and run.triggers[0].kind in STARTING:
        shards = set(run.trace.shards.values())
        return "shard" if 2 <= len(shards) <= MOST_LANES else None
    functions = {trigger.function for trigger in run.triggers}
    return "function" if len(functions) > 1 else None


def _parts(run: Run, by: By) -> list[Lane]:
    """A lane for each part of a run's deliveries: functions as written, others by their numbers."""
    number, names = _numbers(run, by)
    deliveries = _by_arrival(run)
    sizes = np.bincount(number, minlength=len(names))
    shown = np.flatnonzero(sizes).tolist()
    if len(shown) > MOST_LANES:
        largest = np.argsort(-sizes, kind="stable")[: MOST_LANES - 1]
        shown = sorted(largest.tolist())
    lanes = [
        Lane(names[one], 0, run, deliveries[number[deliveries] == one])
        for one in shown
    ]
    rest = deliveries[~np.isin(number[deliveries], shown)]
    if len(rest) or not lanes:
        lanes.append(Lane(OTHERS if lanes else by, 0, run, rest))
    return lanes


def _numbers(run: Run, by: By) -> tuple[Integers, list[str]]:
    """By delivery: the number of its part; and the names of the parts."""
    if by in ("function", "trigger"):
        of_trigger = [
            trigger.function if by == "function" else trigger.name
            for trigger in run.triggers
        ]
        group = run.scenario.functions if by == "function" else run.triggers
        names = [one.name for one in group]
        places = np.array([names.index(name) for name in of_trigger], np.int64)
        return places[run.trigger_numbers], names
    key = shards_of(run) if by == "shard" else run.deliveries.key.to_numpy()
    known, number = np.unique(key, return_inverse=True)
    return number, [
        f"{by} {one}" if one >= 0 else f"no {by}" for one in known.tolist()
    ]


def shards_of(run: Run) -> Integers:
    """By delivery: its shard; 0 where a stream has one alone, -1 where it came another way."""
    is_stream = [trigger.kind in STARTING for trigger in run.triggers]
    shards = np.where(np.array(is_stream)[run.trigger_numbers], 0, -1)
    of = run.trace.shards
    shards[list(of)] = list(of.values())
    return shards
