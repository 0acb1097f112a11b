"""What does not fit together, in the order in which one would look for it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks import (
    calls,
    concurrency,
    destinations,
    entry_limits,
    filters,
    names,
    published_versions,
    queues,
    state_machines,
    streams,
    workload_size,
)
from sim.scenario.system import System


def problems(system: System) -> Iterator[str]:
    """Sentences that say what does not fit together, the first cause first."""
    yield from state_machines.problems(system)
    yield from names.problems(system)
    yield from workload_size.problems(system)
    yield from destinations.problems(system)
    yield from calls.problems(system)
    yield from queues.problems(system)
    yield from streams.problems(system)
    yield from entry_limits.problems(system)
    yield from filters.problems(system)
    yield from published_versions.problems(system)
    yield from concurrency.problems(system)
