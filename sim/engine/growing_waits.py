"""Waits that grow by a factor from one try to the next."""

from __future__ import annotations

from sim import facts


def grown(first: float, factor: float, times: float) -> float:
    """A wait in seconds that has grown so many times, at most a hundred years."""
    longest = float(facts.fact("bound.seconds").value)
    try:
        return min(longest, float(first * factor**times))
    except OverflowError:
        return longest
