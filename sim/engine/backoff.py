"""Waits that double up to a longest one, as long as they fit into a window of time."""

from __future__ import annotations

from collections.abc import Iterator


def doubling(start: float, cap: float, window: float) -> Iterator[float]:
    """`start`, twice that, ..., at most `cap`, while the sum stays within `window`; all in seconds."""
    elapsed, wait = 0.0, min(start, cap)
    while elapsed + wait <= window:
        yield wait
        elapsed, wait = elapsed + wait, min(cap, 2 * wait)
