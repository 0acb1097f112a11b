"""The one piece of work every contender does, and what it must find out about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Work:
    """Poisson requests to one pool of instances; times in seconds.

    A request takes the idle instance that was made last, else a new one. An instance goes `expiry`
    seconds after its last departure. A request that finds `cap` busy instances is rejected. The run
    ends with the last arrival.
    """

    per_second: float
    events: int
    warm: float = 0.2  # mean of the exponential response of a warm request
    cold: float = 0.5  # mean of the exponential response of a cold request, start included
    expiry: float = 600.0
    cap: int = 1000
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What shows that two contenders did the same work; `instances` is a mean over time."""

    requests: int
    cold: int
    rejected: int
    response: float
    instances: float | None = None


@dataclass(frozen=True)
class Contender:
    """`prepare(work)` builds everything and returns the metered call; `read` judges its result."""

    name: str
    prepare: Callable[[Work], Callable[[], Any]]
    read: Callable[[Any], Outcome] = lambda outcome: outcome
