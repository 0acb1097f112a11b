"""What several processes gain in a sweep: wall-clock time, the start of the processes and their imports included."""

from __future__ import annotations

import time
from concurrent.futures import Executor, ThreadPoolExecutor

import sim

from .ours import system
from .work import Work

RUNS = 12


def speed_up(events: int, rounds: int) -> tuple[float, float]:
    """Seconds that the same runs take one after another and in the default pool, the best of interleaved rounds."""
    scenario = system(Work(100, events))
    with ThreadPoolExecutor(1) as alone:
        seconds = [
            (_seconds(scenario, alone), _seconds(scenario, None)) for _ in range(rounds)
        ]
    one_by_one, pooled = zip(*seconds, strict=True)
    return min(one_by_one), min(pooled)


def _seconds(scenario: sim.Scenario, executor: Executor | None) -> float:
    before = time.perf_counter()
    table = sim.sweep(scenario, seeds=range(RUNS), executor=executor, drain=False)
    assert table.error.isna().all()
    return time.perf_counter() - before
