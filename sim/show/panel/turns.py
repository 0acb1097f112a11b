"""Work in steps on a panel's event loop: what is newer takes over between two steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator


class Turns:
    """Work on the event loop that runs when this is made; without one it is done at once.

    `task`: what is under way on the loop, or was last.
    """

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self._loop = _running_loop()

    def call(self, action: Callable[[], None]) -> None:
        """Have something done on the loop; this may be another thread."""
        if self._loop is None or not self._loop.is_running():
            action()
        else:
            self._loop.call_soon_threadsafe(action)

    def begin(self, steps: Iterator[None]) -> None:
        """Do the steps, with turns for others between them, in place of what is under way."""
        if self._loop is None or not self._loop.is_running():
            self.finish(steps)
            return
        self._cancel()
        self.task = self._loop.create_task(_in_turns(steps))

    def finish(self, steps: Iterator[None]) -> None:
        """Do the steps without a pause, in place of what is under way."""
        self._cancel()
        for _ in steps:
            pass

    def _cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()
            self.task = None


async def _in_turns(steps: Iterator[None]) -> None:
    for _ in steps:
        await asyncio.sleep(0)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
