"""What happens while a scenario runs: an outage, a new version of a function, a changed setting."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from sim.scenario import runtimes
from sim.scenario.behaviour import Behaviour
from sim.scenario.settings import Settings, described, setting
from sim.scenario.users_line import warn

LAMBDA = "lambda"
"""What an outage is of where Lambda itself is down."""


class Outage(Settings):
    """A window in which Lambda accepts nothing (`of="lambda"`), or a dependency fails or is slow.

    Lambda being unable to accept is not a throttle: a source sees a server error, and does what it
    does then. A dependency is a name in `Behaviour.depends_on`, with or without limits of its own
    in `dependencies`: a run that calls it in the window does all its work and then fails, or it
    takes `slower_by` longer.
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


class Change(Settings):
    """Settings of a resource that change at one instant: `Change(of="q", at=600, batch_size=1)`.

    `of` is a function, a queue, a stream, an event source mapping or a subscriber, by name. What
    follows are the new values, by the names that they have there; one that lies deeper and is the
    only one of its name needs no path (`max_receive_count` of a queue). What runs already is not
    touched: a function's new code, timeout, memory or runtime are for new environments, a queue's
    visibility timeout is for messages that are received from now on. Raises `ScenarioError`, in the
    scenario, for what AWS refuses there or never changes.
    https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
    """

    model_config = ConfigDict(extra="allow")

    of: str = described("The resource that is changed, by name.")
    at: float = setting("Change.at", default=...)

    def model_post_init(self, context: Any) -> None:
        """Warn of a function's new runtime, here and not in each system that is made of it."""
        for sentence in runtimes.retirement(str(self.settings.get("runtime"))):
            warn(f"Change of {self.of!r}: {sentence}")

    @property
    def settings(self) -> dict[str, Any]:
        """The new values, by their names or dotted paths."""
        return dict(self.model_extra or {})
