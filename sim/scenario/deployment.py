"""A new version of a function that gets all invocations, or some of them, while the scenario runs."""

from __future__ import annotations

from sim.scenario.function import Behaviour
from sim.scenario.settings import Settings, described, setting


class Deployment(Settings):
    """A new version behind the function's alias from `at` to `until`, in seconds, with environments of its own.

    A `weight` below 1 is a weighted alias: each event goes to the new version with that
    probability. https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    """

    function: str = described("The function that is deployed.")
    at: float = setting("Deployment.at")
    until: float | None = setting("Deployment.until")
    weight: float = setting("Deployment.weight")
    behaviour: Behaviour | None = described(
        "How the new version behaves; not set: as the old one.", None
    )
