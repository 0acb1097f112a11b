"""Times in which something that functions need is down or slow."""

from __future__ import annotations

from sim.scenario.settings import Settings, described, setting

LAMBDA = "lambda"


class Outage(Settings):
    """A window in which Lambda accepts nothing (`of="lambda"`), or a dependency of functions fails or is slow.

    Lambda being unable to accept is not a throttle: a source sees a server error, and does what it
    does then. A dependency is a name in `Behaviour.depends_on`; runs that begin in the window fail,
    or take `slower_by` longer.
    """

    of: str = described('What is down: "lambda", or the name of a dependency.')
    at: float = setting("Outage.at")
    seconds: float = setting("Outage.seconds")
    slower_by: float | None = setting("Outage.slower_by")
    error_share: float = setting("Outage.error_share")
