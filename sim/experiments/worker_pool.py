"""Worker processes that stay from one sweep to the next, because each takes a second to start."""

from __future__ import annotations

import signal
from concurrent.futures import Executor
from time import monotonic

MOST_WORKERS = 60  # the most processes that one can wait for on Windows
STAY_SECONDS = 300.0  # how long a worker without work stays


class WorkerPool:
    """The pool of the thread that asks for it, whose workers wait for the next sweep."""

    def __init__(self) -> None:
        self._rested = -STAY_SECONDS  # when it was last left without work

    def executor(self, workers: int) -> Executor:
        """So many workers: those that are there, as far as they suffice and live.

        https://loky.readthedocs.io/en/stable/API.html#loky.get_reusable_executor
        """
        import loky  # noqa: PLC0415 (a short sweep does without)

        pool: Executor = loky.get_reusable_executor(
            workers, timeout=STAY_SECONDS, initializer=_ignore_interrupts
        )
        _block_interrupts()
        return pool

    def are_there(self) -> bool:
        """Whether workers of an earlier sweep wait for work."""
        return monotonic() - self._rested < STAY_SECONDS - 1

    def rest(self) -> None:
        """Let the workers wait for the next sweep."""
        self._rested = monotonic()

    def end(self, executor: Executor) -> None:
        """End the workers at once, whatever they do."""
        executor.shutdown(kill_workers=True)  # type: ignore[call-arg]
        self._rested = -STAY_SECONDS


def most_workers() -> int:
    """One less than the processors that this process may use, for it works too."""
    import loky  # noqa: PLC0415

    processors: int = loky.cpu_count()
    return min(processors - 1, MOST_WORKERS)


def idle_seconds() -> float:
    """For how long processors have been idle, all of them added up.

    https://psutil.readthedocs.io/en/latest/#psutil.cpu_times
    """
    import psutil  # noqa: PLC0415 (a short sweep does without)

    seconds: float = psutil.cpu_times().idle
    return seconds


def _ignore_interrupts() -> None:
    """Let a worker work on: Ctrl-C in a terminal reaches every process, and one of them decides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _block_interrupts() -> None:
    """The same for workers that still start: they inherit what this thread blocks.

    https://man7.org/linux/man-pages/man7/signal.7.html
    """
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


WORKERS = WorkerPool()
