"""What the versions of one function share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from sim.engine.function.concurrency import (
    ConcurrencyPool,
    TokenBucket,
    concurrency_scaling_rate,
)


@dataclass
class FunctionState:
    """Concurrency, scaling rate, numbers of environments, and what idempotent handlers know."""

    pool: ConcurrencyPool
    known_events: dict[int, tuple[int, int]] = field(default_factory=dict)
    scaling_rate: TokenBucket = field(default_factory=concurrency_scaling_rate)
    environment_numbers: Iterator[int] = field(default_factory=lambda: count(1))
