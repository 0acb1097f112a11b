"""Which outages are on at an instant."""

from __future__ import annotations

from collections.abc import Iterable

from sim.draws import MICROSECONDS
from sim.outage import Outage


class Windows:
    """Some outages, by their beginning; few, so they are looked through one by one."""

    def __init__(self, outages: Iterable[Outage]) -> None:
        self.windows = sorted(
            (round(o.at * MICROSECONDS), round((o.at + o.seconds) * MICROSECONDS), _delay(o)) for o in outages
        )

    def __bool__(self) -> bool:
        return bool(self.windows)

    def is_on(self, now: int) -> bool:
        """Whether anything is down or slow."""
        return any(begin <= now < end for begin, end, _ in self.windows)

    def end(self, now: int) -> int:
        """When whatever is down now is over; `now` itself if nothing is."""
        return max((end for begin, end, _ in self.windows if begin <= now < end), default=now)

    def delay(self, now: int) -> int:
        """How much longer a run takes that begins now, in microseconds; negative: it fails."""
        delays = [delay for begin, end, delay in self.windows if begin <= now < end]
        return min(delays) if min(delays, default=0) < 0 else sum(delays)


def _delay(outage: Outage) -> int:
    return -1 if outage.slower_by is None else round(outage.slower_by * MICROSECONDS)
