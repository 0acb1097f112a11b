"""Workers that share a sweep's tasks, and what becomes of tasks whose worker dies."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait

from sim.experiments.sweep_tasks import Numbered, SweepTasks
from sim.experiments.task import Outcome, Task, failed
from sim.experiments.worker_pool import WORKERS

SHARE_SECONDS = 0.2  # the work that a worker gets at once, where runs are short
POLL_SECONDS = 0.1  # how often who waits looks whether the sweep is stopped
DIED = "The worker process died in this run, perhaps for want of memory."


class SweepWorkers:
    """Workers at a sweep: until no task waits, one of them dies or the sweep is stopped."""

    def __init__(self, tasks: SweepTasks, workers: int) -> None:
        self.suspects: list[Numbered] = []  # tasks that have not come back
        self.has_answered = False
        self.broken_by: BaseException | None = None  # one dies, all end
        self._tasks = tasks
        self._workers = workers
        self._executor = WORKERS.executor(workers)
        self._at_work: dict[Future[list[Outcome]], list[Numbered]] = {}

    def work(self) -> None:
        """Give tasks to workers, to each whenever it has answered.

        The first message holds no task: the answer says that a worker has started.
        """
        for _ in range(self._workers):
            self._give([])
        while self._at_work:
            done, _ = wait(self._at_work, POLL_SECONDS, FIRST_COMPLETED)
            for future in done:
                self._receive(future)
            if self._tasks.stopped.is_set():
                self._stop()
                return
        WORKERS.rest()

    def _give(self, share: list[Numbered]) -> None:
        tasks = [task for _, task in share]
        try:
            future = self._executor.submit(outcomes, tasks)
        except (BrokenExecutor, OSError) as error:
            self.broken_by = error
            self.suspects += share
        else:
            self._at_work[future] = share

    def _receive(self, future: Future[list[Outcome]]) -> None:
        share = self._at_work.pop(future)
        error = future.exception()
        if error is None:
            self.has_answered = True
            answers = zip(share, future.result(), strict=True)
            for (number, _), outcome in answers:
                self._tasks.finish(number, outcome)
        else:
            self.suspects += share
            if isinstance(error, BrokenExecutor):
                self.broken_by = error
        self._give_next()

    def _give_next(self) -> None:
        if self.broken_by is None and (
            share := self._tasks.take(self._share())
        ):
            self._give(share)

    def _share(self) -> int:
        """As many tasks as are worth a message; fewer towards the end, so that all end together."""
        worth_a_message = int(SHARE_SECONDS / self._tasks.seconds_a_run())
        processes = self._workers + 1  # this one works too
        fair = self._tasks.waiting() // (2 * processes)
        return max(1, min(worth_a_message, fair))

    def _stop(self) -> None:
        """End workers that work in vain; those that only start may wait for the next sweep."""
        if any(self._at_work.values()):
            WORKERS.end(self._executor)
        else:
            wait(self._at_work)
            WORKERS.rest()


def outcomes(tasks: Sequence[Task]) -> list[Outcome]:
    """What becomes of some tasks, one after another."""
    return [task.outcome() for task in tasks]


def made_alone(task: Task, tasks: SweepTasks) -> Outcome:
    """What becomes of a task with a worker of its own; if that dies, the task is to blame."""
    try:
        executor = WORKERS.executor(workers=1)
        future = executor.submit(outcomes, [task])
    except (BrokenExecutor, OSError) as error:
        return failed(error)
    while not wait([future], POLL_SECONDS).done:
        if tasks.stopped.is_set():
            WORKERS.end(executor)
    try:
        return future.result()[0]
    except BrokenExecutor:
        return {"error": DIED}
    except Exception as error:
        return failed(error)
