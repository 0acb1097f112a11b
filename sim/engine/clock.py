"""SimPy's Environment in whole microseconds, with one way to wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import repeat
from typing import Any

import simpy

# At one instant ends come first, then timers (of environments and deadlines before those of
# deliveries), then arrivals, then whoever waits for all that arrives; within these the smaller
# identity.
END = 1  # after SimPy's own 0, which stops the clock: what happens at that instant comes later
UPKEEP, TIMER = 1 << 48, 2 << 48
ARRIVAL, LAST = 3 << 48, 4 << 48

STEPS_A_LOOK = 10_000  # what is done between two looks at the run as a whole


class Clock(simpy.Environment):
    """SimPy's Environment, called the clock: Lambda's execution environments are another thing."""

    _now: int

    def __init__(self) -> None:
        super().__init__()
        self.look: Callable[[], None] = _see_nothing

    def after(
        self,
        delay: int,
        work: Callable[[Any], object],
        argument: Any = None,
        rank: int = UPKEEP,
    ) -> None:
        """Call `work(argument)` in `delay` microseconds; `rank` orders calls of one instant."""
        # What SimPy's `schedule` does, without its call, and with a pair in place of an event:
        # this is the engine's busiest line.
        entry = (self._now + delay, rank, next(self._eid), (work, argument))
        heappush(self._queue, entry)  # type: ignore[misc]

    def advance(self, until: int) -> None:
        """Do all that comes before `until`; what happens at that very instant comes later.

        `look` is called once in many steps: it may raise what ends the run.
        """
        while self._advance_some(until):
            self.look()
        self._now = until

    def _advance_some(self, until: int) -> bool:
        """Do at most `STEPS_A_LOOK` steps; whether more may come before `until`.

        This is SimPy's `run` with `step` in its loop, for a call of each costs a tenth of the time.
        """
        queue: list[Any] = self._queue
        for _ in repeat(None, STEPS_A_LOOK):
            if not queue or queue[0][0] >= until:
                return False
            if queue[0][3].__class__ is not tuple:
                super().step()
                continue
            entry = heappop(queue)
            self._now = entry[0]
            work, argument = entry[3]
            work(argument)
        return True

    def step(self) -> None:
        """Do what comes next: a call that `after` has noted, or an event of SimPy's own."""
        queue: list[Any] = self._queue
        if not queue or queue[0][3].__class__ is not tuple:
            super().step()
            return
        entry = heappop(queue)
        self._now = entry[0]
        work, argument = entry[3]
        work(argument)


def _see_nothing() -> None:
    """A clock by itself has nobody who looks."""


class Deadlines:
    """Items with the same time to finish: one timer, armed for the oldest that is not over.

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
        self.clock = clock
        self.delay = delay
        self.is_over = is_over
        self.expire = expire
        self.waiting: deque[tuple[int, Any]] = deque()
        self.armed = False

    def watch(self, item: Any) -> None:
        """Begin to watch an item, from now on."""
        self._forget_finished()
        self.waiting.append((self.clock._now + self.delay, item))
        if not self.armed:
            self._arm()

    def watch_all(self, items: list[Any]) -> None:
        """Begin to watch these items, from now on."""
        self._forget_finished()
        due = self.clock._now + self.delay
        self.waiting.extend([(due, item) for item in items])
        if self.waiting and not self.armed:
            self._arm()

    def _expire_due(self, _: None) -> None:
        self.armed = False
        now = self.clock._now
        while self.waiting and self.waiting[0][0] <= now:
            item = self.waiting.popleft()[1]
            if not self.is_over(item):
                self.expire(item)
        self._forget_finished()
        if self.waiting and not self.armed:
            self._arm()

    def _forget_finished(self) -> None:
        while self.waiting and self.is_over(self.waiting[0][1]):
            self.waiting.popleft()

    def _arm(self) -> None:
        self.armed = True
        due = self.waiting[0][0]
        self.clock.after(due - self.clock._now, self._expire_due)
