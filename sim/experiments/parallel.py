"""Where runs are made: in this process and, once that pays, in worker processes too.

This process makes the first runs while the workers start, and goes on as one of them. A thread of
it leads: it starts the workers, gives them tasks and brings back outcomes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed

from sim.experiments.backlog import Backlog, Made, Numbered
from sim.experiments.crew import POLL_SECONDS, Crew, made_alone
from sim.experiments.task import Outcome, Task, failed
from sim.experiments.worker_pool import WORKERS, most_workers

START_SECONDS = 2.0  # the least work that must wait, so that starting workers pays
MEET_SECONDS = 0.1  # the same where workers are there
LOOK_SECONDS = 0.02  # how often the leader looks whether workers pay
ONE_PROCESS = ("emscripten", "wasi")  # a browser's Python has no processes or threads
LEADER = ThreadPoolExecutor(
    1, "sweep"
)  # one for all sweeps: a pool belongs to a thread


def made(backlog: Backlog) -> Generator[Made]:
    """The outcomes as they come; whoever stops listening stops the runs.

    Where no worker can be started all is made here, and `backlog.problem` says why.
    """
    left = len(backlog)
    is_alone = sys.platform in ONE_PROCESS or os.cpu_count() == 1
    leader = None if is_alone else LEADER.submit(_lead, backlog)
    try:
        while left:
            for number, outcome in _next_made(backlog, leader):
                yield number, outcome
                left -= 1
    finally:
        backlog.stopped.set()


def _next_made(backlog: Backlog, leader: Future[None] | None) -> list[Made]:
    """A run made here and what was brought meanwhile; if no task waits, what is brought next."""
    for number, task in backlog.take(1):
        outcome = task.outcome()
        backlog.made_here += 1
        return [(number, outcome), *backlog.brought()]
    if leader is not None and leader.done():
        leader.result()  # raises what went wrong in it
    return backlog.next_brought(POLL_SECONDS)


def _lead(backlog: Backlog) -> None:
    """Start workers as soon as they pay, give them tasks, and answer for each that they took."""
    while not _workers_pay(backlog):
        if not len(backlog) or backlog.stopped.wait(LOOK_SECONDS):
            return
    for number, task in _shared(backlog):
        if not backlog.stopped.is_set():
            backlog.bring(number, made_alone(task, backlog))


def _workers_pay(backlog: Backlog) -> bool:
    enough = MEET_SECONDS if WORKERS.is_there() else START_SECONDS
    return backlog.seconds_left() >= enough


def _shared(backlog: Backlog) -> list[Numbered]:
    """Let workers make what waits; the tasks that come back are those at work when one died.

    Which of them it died of is not known: the death of one ends them all.
    """
    suspects: list[Numbered] = []
    while not backlog.stopped.is_set():
        crew = _crew(backlog)
        if crew is None:
            break
        crew.work()
        suspects += crew.suspects
        if crew.broken_by is not None and not crew.has_answered:
            backlog.problem = str(crew.broken_by)
            break
    return suspects


def _crew(backlog: Backlog) -> Crew | None:
    """As many workers as there are processors and tasks, if any, and if the system lets us."""
    try:
        workers = min(most_workers(), len(backlog))
        return Crew(backlog, workers) if workers else None
    except (ImportError, NotImplementedError, OSError) as error:
        backlog.problem = str(error)
        return None


def made_on(executor: Executor, tasks: Sequence[Task]) -> Generator[Made]:
    """The outcomes as an executor brings them; whoever stops listening stops what has not begun."""
    numbers = {
        executor.submit(Task.outcome, task): number for number, task in enumerate(tasks)
    }
    try:
        for future in as_completed(numbers):
            yield numbers[future], _received(future)
    finally:
        for future in numbers:
            future.cancel()


def _received(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # the run's own are in its outcome: its worker died
        return failed(error)
