"""What a run is charged for: a quantity of something that has a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

HOUR = 3600  # seconds


@dataclass(frozen=True)
class Charge:
    """So much of something that has a price.

    `price` and `free_tier` are names in `data/prices.csv`, the latter empty if there is none.
    `grows_with` says whether there is more of it with more events, or with more time even where no
    event comes.
    """

    item: str
    price: str
    quantity: float
    free_tier: str = ""
    grows_with: Literal["events", "time"] = "events"


def count_hours(changes: Sequence[tuple[float, int]], ended: float) -> float:
    """Hours times how many there are, from changes `(second, number from then on)`."""
    steps = [*changes, (ended, 0)]
    seconds = 0.0
    for (start, count), (end, _) in pairwise(steps):
        seconds += (end - start) * count
    return seconds / HOUR
