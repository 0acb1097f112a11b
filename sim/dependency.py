"""A database or service that functions call, with a capacity of its own."""

from __future__ import annotations

from sim.distribution import Constant, Duration
from sim.setting import Named, described, setting


class Dependency(Named):
    """What a handler calls before its own work, once for each event; named in `Behaviour.depends_on`.

    Calls above `maximum_connections` wait for their turn, calls above `requests_per_second` are refused at once.
    """

    maximum_connections: int | None = setting("Dependency.maximum_connections")
    requests_per_second: float | None = setting("Dependency.requests_per_second")
    latency: Duration = described("How long it works on one call.", default_factory=lambda: Constant(seconds=0))
