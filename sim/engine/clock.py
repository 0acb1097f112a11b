"""SimPy's Environment in whole microseconds, with one way to wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy

# At one instant ends come first, then timers (of environments and deadlines before those of
# deliveries), then
# arrivals, then whoever waits for all that arrives; within these the smaller identity.
END = 1  # after SimPy's own 0, which stops the clock: what happens at that instant comes later
UPKEEP, TIMER, ARRIVAL, LAST = (rank << 48 for rank in range(1, 5))


class Call:
    """What SimPy needs of an event, no more: it calls `work(argument)` when its time has come."""

    __slots__ = ("argument", "callbacks", "work")
    _ok = True

    def __init__(self, work: Callable[[Any], object], argument: Any) -> None:
        self.callbacks = _RING
        self.work = work
        self.argument = argument


def _ring(call: Any) -> None:
    call.work(call.argument)


_RING = (_ring,)


class Clock(simpy.Environment):
    """SimPy's Environment, called the clock: Lambda's execution environments are another thing."""

    _now: int

    def after(
        self,
        delay: int,
        work: Callable[[Any], object],
        argument: Any = None,
        rank: int = UPKEEP,
    ) -> None:
        """Call `work(argument)` in `delay` microseconds; `rank` orders what falls on the same instant."""
        # What SimPy's `schedule` does, without its call: this is the engine's busiest line.
        heappush(
            self._queue,
            (self._now + delay, rank, next(self._eid), Call(work, argument)),
        )  # type: ignore[misc]


class Deadlines:
    """Items that all have the same time to finish: one timer, armed for the oldest that is not over.

    `is_over(item)` tells that an item needs no watching any more; `expire(item)` is called for the
    others in time.
    """

    def __init__(
        self,
        clock: Clock,
        delay: int,
        is_over: Callable[[Any], bool],
        expire: Callable[[Any], object],
    ) -> None:
        self.clock, self.delay, self.is_over, self.expire = (
            clock,
            delay,
            is_over,
            expire,
        )
        self.waiting: deque[tuple[int, Any]] = deque()
        self.armed = False

    def watch(self, item: Any) -> None:
        """Begin to watch an item, from now on."""
        self._forget_finished()
        self.waiting.append((self.clock._now + self.delay, item))
        if not self.armed:
            self._arm()

    def _ring(self, _: None) -> None:
        self.armed = False
        waiting, now = self.waiting, self.clock._now
        while waiting and waiting[0][0] <= now:
            item = waiting.popleft()[1]
            if not self.is_over(item):
                self.expire(item)
        self._forget_finished()
        if waiting and not self.armed:
            self._arm()

    def _forget_finished(self) -> None:
        while self.waiting and self.is_over(self.waiting[0][1]):
            self.waiting.popleft()

    def _arm(self) -> None:
        self.armed = True
        self.clock.after(self.waiting[0][0] - self.clock._now, self._ring)
