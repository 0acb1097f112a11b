"""The runs of a sweep that wait to be made, shared by the threads of this process."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from time import perf_counter

from sim.experiments.task import Outcome, Task

Numbered = tuple[int, Task]  # a task after its place in the sweep
Made = tuple[int, Outcome]  # what became of it, after the same place


class Backlog:
    """Tasks that wait, outcomes that another thread brings, and how long the rest may take."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.made_here = 0  # runs that this process has made
        self.stopped = threading.Event()  # set when nobody waits for outcomes any more
        self.problem = ""  # why no worker could be started
        self._waiting = deque(enumerate(tasks))
        self._brought: SimpleQueue[Made] = SimpleQueue()
        self._lock = threading.Lock()
        self._began = perf_counter()

    def __len__(self) -> int:
        """How many tasks wait."""
        return len(self._waiting)

    def take(self, most: int) -> list[Numbered]:
        """The next tasks, for whoever is to make them; none if none is left."""
        with self._lock:
            count = min(most, len(self._waiting))
            return [self._waiting.popleft() for _ in range(count)]

    def bring(self, number: int, outcome: Outcome) -> None:
        """Hand in an outcome from another thread."""
        self._brought.put((number, outcome))

    def brought(self) -> list[Made]:
        """What has been handed in since the last time."""
        return [self._brought.get() for _ in range(self._brought.qsize())]

    def next_brought(self, seconds: float) -> list[Made]:
        """What is handed in next, or nothing if that takes longer."""
        try:
            return [self._brought.get(timeout=seconds)]
        except Empty:
            return []

    def elapsed(self) -> float:
        """Seconds since the sweep began."""
        return perf_counter() - self._began

    def seconds_a_run(self) -> float:
        """How long a run takes here, or has taken so far if it is the first."""
        return self.elapsed() / max(1, self.made_here)

    def seconds_left(self) -> float:
        """How long the tasks that wait would take one after another."""
        return len(self) * self.seconds_a_run()
