"""The tasks of one sweep: which wait, and what became of the others."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter

from sim.experiments.task import Outcome, Task

Numbered = tuple[int, Task]  # a task after its place in the sweep
# is told how many runs are done, of how many
Progress = Callable[[int, int], object]


class SweepTasks:
    """Tasks, outcomes and time, shared by the threads of this process."""

    def __init__(self, tasks: Sequence[Task], progress: Progress) -> None:
        self.outcomes: dict[int, Outcome] = {}  # by the task's place
        self.made_here = 0  # runs that this process has made
        self.stopped = threading.Event()  # nobody waits for outcomes any more
        self.problem = ""  # why no worker could be started
        self._total = len(tasks)
        self._waiting = deque(enumerate(tasks))
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._progress = progress
        self._reported = 0
        self._began = perf_counter()

    def waiting(self) -> int:
        """How many tasks nobody has taken yet."""
        return len(self._waiting)

    def are_done(self) -> bool:
        """Whether every task has its outcome."""
        return len(self.outcomes) == self._total

    def take(self, most: int) -> list[Numbered]:
        """The next tasks, for whoever is to make them; none if none is left."""
        with self._lock:
            count = min(most, len(self._waiting))
            return [self._waiting.popleft() for _ in range(count)]

    def finish(self, number: int, outcome: Outcome) -> None:
        """Note what became of a task."""
        self.outcomes[number] = outcome
        self._news.set()

    def report(self) -> None:
        """Tell of each outcome that is new; only the caller's own thread may."""
        while self._reported < len(self.outcomes):
            self._reported += 1
            self._progress(self._reported, self._total)

    def wait(self, seconds: float) -> None:
        """Wait until there is an outcome to report, at most so long."""
        self._news.clear()
        if self._reported == len(self.outcomes):
            self._news.wait(seconds)

    def seconds_a_run(self) -> float:
        """How long a run takes here, or has taken so far if it is the first."""
        elapsed = perf_counter() - self._began
        return elapsed / max(1, self.made_here)

    def seconds_left(self) -> float:
        """How long the tasks that wait would take one after another."""
        return self.waiting() * self.seconds_a_run()
