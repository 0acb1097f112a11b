"""When execution environments are busy: each invocation once, however many records it has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Booleans, Integers
from sim.results.groups import groups
from sim.show.stage.spans import FAILURES, RUNS, Spans


class Busy(NamedTuple):
    """Stretches of time in microseconds; `fails`: whether the invocation does in the end."""

    start: Integers
    end: Integers
    fails: Booleans


def runs_of(spans: Spans) -> Busy:
    """The runs of handlers; the records of one invocation are one run."""
    runs = spans.chosen(spans.are(*RUNS))
    alone = runs.invocation < 0
    identity = np.where(alone, np.arange(len(alone)), runs.invocation)
    of_one = groups(alone.astype(np.int64), runs.resource, identity)
    return Busy(
        of_one.least(runs.start),
        of_one.most(runs.end),
        of_one.most(runs.are(*FAILURES)),
    )


def inits_of(spans: Spans) -> Busy:
    """The inits of environments; records that wait for the same one share it."""
    inits = spans.chosen(spans.are("init"))
    of_one = groups(inits.resource, inits.environment, inits.start)
    start = of_one.least(inits.start)
    return Busy(start, of_one.most(inits.end), np.zeros(len(start), bool))
