"""What several processes gain in a sweep: wall-clock seconds, each round in its own process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass, fields
from statistics import median

import sim
from sim.experiments.sweep_tasks import SweepTasks

from .ours import system
from .work import Work

EVENTS = 20_000  # in a run
SECONDS = 10.0  # of work for one core


@dataclass(frozen=True)
class Sweeps:
    """Seconds that the same runs take, and how long the second sweep's workers wait for work."""

    runs: float
    one_by_one: float
    first: float
    second: float
    start: float


def measured(rounds: int) -> Sweeps:
    """The median of some rounds, each with new processes."""
    command = [sys.executable, "-m", "tests.benchmarks.sweeps"]
    found = []
    for _ in range(rounds):
        done = subprocess.run(
            command, check=True, capture_output=True, text=True
        )
        found.append(Sweeps(*map(float, done.stdout.split())))
    return Sweeps(
        *(
            median(getattr(one, field.name) for one in found)
            for field in fields(Sweeps)
        )
    )


def once() -> Sweeps:
    """One round: runs one after another, and in two sweeps; the first one starts the workers."""
    scenario = system(Work(100, EVENTS))
    _one_by_one(scenario, 1)
    runs = round(SECONDS / _one_by_one(scenario, 1))
    one_by_one = _one_by_one(scenario, runs)
    taken = _noted()
    first = _swept(scenario, runs)
    taken.clear()
    began = time.perf_counter()
    second = _swept(scenario, runs)
    start = taken[0] - began if taken else second
    return Sweeps(runs, one_by_one, first, second, start)


def _one_by_one(scenario: sim.Scenario, runs: int) -> float:
    before = time.perf_counter()
    for seed in range(runs):
        sim.simulate(scenario, seed, drain=False).summary()
    return time.perf_counter() - before


def _swept(scenario: sim.Scenario, runs: int) -> float:
    before = time.perf_counter()
    table = sim.sweep(scenario, seeds=range(runs), drain=False)
    assert table.error.isna().all()
    return time.perf_counter() - before


def _noted() -> list[float]:
    """Filled with the moments at which tasks are taken for workers."""
    moments: list[float] = []
    take = SweepTasks.take

    def noted(tasks: SweepTasks, most: int) -> list:
        if threading.current_thread() is not threading.main_thread():
            moments.append(time.perf_counter())
        return take(tasks, most)

    SweepTasks.take = noted
    return moments


if __name__ == "__main__":
    found = once()
    print(found.runs, found.one_by_one, found.first, found.second, found.start)
