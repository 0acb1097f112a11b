"""What happens while a scenario runs: an outage, or a new version of a function."""

from __future__ import annotations

from sim.scenario.function import Behaviour
from sim.scenario.settings import Settings, described, setting

LAMBDA = "lambda"
"""What an outage is of where Lambda itself is down."""


class Outage(Settings):
    """A window in which Lambda accepts nothing (`of="lambda"`), or a dependency fails or is slow.

    Lambda being unable to accept is not a throttle: a source sees a server error, and does what it
    does then. A dependency is a name in `Behaviour.depends_on`; runs that begin in the window fail,
    or take `slower_by` longer.
    """

    of: str = described('What is down: "lambda", or the name of a dependency.')
    at: float = setting("Outage.at")
    seconds: float = setting("Outage.seconds")
    slower_by: float | None = setting("Outage.slower_by")
    error_share: float = setting("Outage.error_share")


class Deployment(Settings):
    """A new version behind the function's alias, from `at` to `until`, in seconds.

    It has environments of its own. A `weight` below 1 is a weighted alias: each event goes to the
    new version with that probability.
    https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    """

    function: str = described("The function that is deployed.")
    at: float = setting("Deployment.at")
    until: float | None = setting("Deployment.until")
    weight: float = setting("Deployment.weight")
    behaviour: Behaviour | None = described(
        "How the new version behaves; not set: as the old one.", None
    )
