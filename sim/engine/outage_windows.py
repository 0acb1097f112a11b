"""Which outages are on at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from sim.scenario.changes import Outage
from sim.trace import MICROSECONDS
from sim.workload import draws

FAILS = -1  # in place of a delay


class OutageWindow(NamedTuple):
    """One outage, in microseconds: `delay` is how much longer things take, or FAILS.

    In a brown-out it hits only a share of the calls, drawn with `key`.
    """

    begin: int
    end: float
    delay: int
    share: float
    key: int

    def is_on(self, now: int) -> bool:
        """Whether it has begun and is not over."""
        return self.begin <= now < self.end

    def hits(self, identity: int, run: int) -> bool:
        """Whether this run of an event is among the calls that are hit."""
        if self.share >= 1:
            return True
        return draws.nth_uniform(self.key, run, identity) < self.share


class OutageWindows:
    """Some outages, by their beginning; few, so they are looked through one by one."""

    def __init__(
        self,
        outages: Iterable[Outage],
        seed: int,
        switched_off: Iterable[tuple[int, float]] = (),
    ) -> None:
        windows = [_window(outage, seed) for outage in outages]
        windows += [
            OutageWindow(begin, end, FAILS, 1.0, 0)
            for begin, end in switched_off
        ]
        self.windows = sorted(windows)

    def __bool__(self) -> bool:
        return bool(self.windows)

    def instants(self) -> list[int]:
        """When something begins or ends."""
        begins = {window.begin for window in self.windows}
        ends = {int(one.end) for one in self.windows if one.end < inf}
        return sorted(begins | ends)

    def is_on(self, now: int) -> bool:
        """Whether anything is down or slow."""
        return any(window.is_on(now) for window in self.windows)

    def end(self, now: int) -> float:
        """When whatever is down now is over: `now` if nothing is, infinite if it stays down."""
        ends = [window.end for window in self.windows if window.is_on(now)]
        return max(ends, default=now)

    def delay(self, now: int, identity: int, run: int) -> int:
        """How much longer a call takes that begins now, in microseconds; or FAILS."""
        delays = [
            window.delay
            for window in self.windows
            if window.is_on(now) and window.hits(identity, run)
        ]
        return FAILS if FAILS in delays else sum(delays)


def _window(outage: Outage, seed: int) -> OutageWindow:
    begin = round(outage.at * MICROSECONDS)
    end = round((outage.at + outage.seconds) * MICROSECONDS)
    slower_by = outage.slower_by
    delay = FAILS if slower_by is None else round(slower_by * MICROSECONDS)
    key = draws.key(seed, "outage", outage.of, begin)
    return OutageWindow(begin, end, delay, outage.error_share, key)
