"""What is derived from a run: its CPU seconds as shares of the simulation's own, and its memory.

`python -m tests.benchmarks.derived NAME PER_SECOND EVENTS` runs one contender in this process, and
prints bytes: of the tables of deliveries and spans, and the peak before and after all is derived.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import sim

from . import ours
from .measure import metered, peak_bytes
from .work import Contender, Work

ASKED: dict[str, Callable[[Any], Any]] = {
    "deliveries": lambda run: run.deliveries,
    "spans": lambda run: run.spans,
    "summary": lambda run: run.summary(),
    "metrics": lambda run: run.metrics("1min"),
    "cost": lambda run: run.cost(),
    "fates": sim.show.fates,
    "console": sim.show.cloudwatch,
}
MEASURED = [
    one
    for one in (ours.SYNCHRONOUS, *ours.OTHERS)
    if one.name in ("sim, synchronous", "sim, SQS (batch 10)")
]


def shares(contender: Contender, work: Work) -> dict[str, float]:
    """By name: what is asked of a run that has derived nothing yet, in times of its simulation."""
    _ask_all(contender, replace(work, events=1000))  # imports what is needed
    seconds, run = metered(contender.prepare(work))
    return {
        name: metered(partial(ask, replace(run)))[0] / seconds
        for name, ask in ASKED.items()
    }


def memory(contender: Contender, work: Work) -> tuple[float, float]:
    """Peak bytes of a fresh process that derives all; what that takes in times of its tables."""
    command = [sys.executable, "-m", "tests.benchmarks.derived"]
    arguments = [contender.name, str(work.per_second), str(work.events)]
    done = subprocess.run(
        [*command, *arguments], check=True, capture_output=True, text=True
    )
    tables, before, peak = (float(number) for number in done.stdout.split())
    return peak, (peak - before) / tables


def _ask_all(contender: Contender, work: Work) -> Any:
    run = contender.prepare(work)()
    for ask in ASKED.values():
        ask(run)
    return run


if __name__ == "__main__":
    name, per_second, events = sys.argv[1:]
    contender = next(one for one in MEASURED if one.name == name)
    work = Work(float(per_second), int(events))
    _ask_all(contender, replace(work, events=1000))
    run = contender.prepare(work)()
    before = peak_bytes()
    for ask in ASKED.values():
        ask(run)
    tables = [run.deliveries, run.spans]
    size = sum(int(table.memory_usage().sum()) for table in tables)
    print(size, before, peak_bytes())
