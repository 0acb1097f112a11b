"""Which outages are on at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sim.scenario.changes import Outage
from sim.trace import MICROSECONDS
from sim.workload import draws


class OutageWindow(NamedTuple):
    """One outage, in microseconds: how much longer things take, or (-1) which share of them fails, drawn with `key`."""

    begin: int
    end: int
    delay: int
    share: float
    key: int


class OutageWindows:
    """Some outages, by their beginning; few, so they are looked through one by one."""

    def __init__(self, outages: Iterable[Outage], seed: int) -> None:
        self.windows = sorted(_window(outage, seed) for outage in outages)

    def __bool__(self) -> bool:
        return bool(self.windows)

    def is_on(self, now: int) -> bool:
        """Whether anything is down or slow."""
        return any(window.begin <= now < window.end for window in self.windows)

    def end(self, now: int) -> int:
        """When whatever is down now is over; `now` itself if nothing is."""
        return max(
            (window.end for window in self.windows if window.begin <= now < window.end),
            default=now,
        )

    def delay(self, now: int, identity: int, run: int) -> int:
        """How much longer a call takes that begins now, in microseconds; negative: it fails."""
        delays = [
            w.delay
            for w in self.windows
            if w.begin <= now < w.end and _hits(w, identity, run)
        ]
        return min(delays) if min(delays, default=0) < 0 else sum(delays)


def _window(outage: Outage, seed: int) -> OutageWindow:
    delay = -1 if outage.slower_by is None else round(outage.slower_by * MICROSECONDS)
    begin, end = (
        round(outage.at * MICROSECONDS),
        round((outage.at + outage.seconds) * MICROSECONDS),
    )
    key = draws.key(seed, "outage", outage.of, begin)
    return OutageWindow(begin, end, delay, outage.error_share, key)


def _hits(window: OutageWindow, identity: int, run: int) -> bool:
    """Whether a call is among those of a brown-out; an outage hits every one."""
    return (
        window.share >= 1
        or draws.uniform(draws.mix(window.key + run), identity) < window.share
    )
