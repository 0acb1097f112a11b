"""Where runs are made: in this process and, once that pays, in worker processes too.

This process makes the first runs while the workers start, and goes on as one of them. A thread of
it leads: it starts the workers, gives them tasks and brings back outcomes.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import (
    Executor,
    Future,
    ThreadPoolExecutor,
    as_completed,
)

from sim.experiments.sweep_tasks import Numbered, SweepTasks
from sim.experiments.sweep_workers import POLL_SECONDS, SweepWorkers, made_alone
from sim.experiments.task import Outcome, Task, failed
from sim.experiments.worker_pool import WORKERS, idle_seconds, most_workers

START_SECONDS = 2.0
"""The least work that must wait, in seconds of one process, so that starting workers pays."""

MEET_SECONDS = 0.1
"""The same where the workers of an earlier sweep are there."""

LOOK_SECONDS = 0.02  # how often the leader looks whether workers pay
IDLE_SECONDS = 0.1  # for how long it then watches the processors
IDLE_PROCESSORS = 0.5  # how many of them must be idle

ONE_PROCESS = ("emscripten", "wasi")
"""Where Python runs in a browser, without further processes or threads."""

LEADER = ThreadPoolExecutor(1, "sweep")
"""The one thread that leads, sweep after sweep: a pool belongs to the thread that has made it."""


def make(tasks: SweepTasks) -> None:
    """Make all runs; an exception, such as by Ctrl-C, ends those that are under way.

    Where no worker can be started all is made here, and `tasks.problem` says why.
    """
    is_alone = sys.platform in ONE_PROCESS or os.cpu_count() == 1
    leader = None if is_alone else LEADER.submit(_lead, tasks)
    try:
        while not tasks.are_done():
            _make_next(tasks, leader)
            tasks.report()
    finally:
        tasks.stopped.set()


def make_on(executor: Executor, tasks: SweepTasks) -> None:
    """Make all runs on an executor; an exception ends the waiting for those that have begun."""
    numbers = {
        executor.submit(Task.outcome, task): number
        for number, task in tasks.take(tasks.waiting())
    }
    try:
        for future in as_completed(numbers):
            tasks.finish(numbers[future], _received(future))
            tasks.report()
    finally:
        for future in numbers:
            future.cancel()


def _make_next(tasks: SweepTasks, leader: Future[None] | None) -> None:
    """Make a run here, or wait for an outcome if no task is left."""
    for number, task in tasks.take(1):
        tasks.finish(number, task.outcome())
        tasks.made_here += 1
        return
    if leader is not None and leader.done():
        leader.result()  # raises what went wrong in it
    tasks.wait(POLL_SECONDS)


def _lead(tasks: SweepTasks) -> None:
    """Start workers as soon as they pay, give them tasks, and answer for each that they took."""
    while not _workers_pay(tasks):
        if not tasks.waiting() or tasks.stopped.wait(LOOK_SECONDS):
            return
    for number, task in _shared(tasks):
        if not tasks.stopped.is_set():
            tasks.finish(number, made_alone(task, tasks))


def _workers_pay(tasks: SweepTasks) -> bool:
    if WORKERS.are_there():
        return tasks.seconds_left() >= MEET_SECONDS
    return tasks.seconds_left() >= START_SECONDS and _processors_are_idle()


def _processors_are_idle() -> bool:
    """Whether there is room for workers: on busy processors they would only slow us down."""
    before = idle_seconds()
    time.sleep(IDLE_SECONDS)
    return idle_seconds() - before >= IDLE_PROCESSORS * IDLE_SECONDS


def _shared(tasks: SweepTasks) -> list[Numbered]:
    """Let workers make what waits; the tasks that come back are those at work when one died.

    Which of them it died of is not known: the death of one ends them all.
    """
    suspects: list[Numbered] = []
    while not tasks.stopped.is_set():
        workers = _sweep_workers(tasks)
        if workers is None:
            break
        workers.work()
        suspects += workers.suspects
        if workers.broken_by is not None and not workers.has_answered:
            tasks.problem = str(workers.broken_by)
            break
    return suspects


def _sweep_workers(tasks: SweepTasks) -> SweepWorkers | None:
    """As many workers as there are processors and tasks, if any, and if the system lets us."""
    try:
        workers = min(most_workers(), tasks.waiting())
        return SweepWorkers(tasks, workers) if workers else None
    except (ImportError, NotImplementedError, OSError) as error:
        tasks.problem = str(error)
        return None


def _received(future: Future[Outcome]) -> Outcome:
    """What came back; an error here is not the run's own but that of its worker, who died."""
    try:
        return future.result()
    except Exception as error:
        return failed(error)
