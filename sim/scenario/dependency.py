"""A database or service that functions call, with a capacity of its own."""

from __future__ import annotations

from typing import Literal

from sim.scenario.durations import Constant, Duration
from sim.scenario.settings import Named, described, setting


class Dependency(Named):
    """What a handler calls before its own work, once for each event; named in `Behaviour.depends_on`.

    Calls above `maximum_connections` wait for their turn, calls above `requests_per_second` are
    refused at once, and the run of a call that is refused or fails has failed. Where each
    environment keeps a connection of its own, a call that finds none left is refused.
    https://docs.aws.amazon.com/lambda/latest/dg/services-rds.html
    """

    maximum_connections: int | None = setting("Dependency.maximum_connections")
    requests_per_second: float | None = setting("Dependency.requests_per_second")
    connection_held_by: Literal["call", "environment"] = described(
        "Whether a connection is for one call, or an environment keeps its own; then further ones find none.",
        "call",
    )
    latency: Duration = described(
        "How long it works on one call.", default_factory=lambda: Constant(seconds=0)
    )
