"""The pictures that a panel offers, by the names on its buttons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from sim.show.drawing.frame import Picture, png
from sim.show.pictures.captions import Runs, runs_by_name
from sim.show.pictures.cloudwatch import cloudwatch
from sim.show.pictures.fates import fates
from sim.show.pictures.latency import latency
from sim.show.pictures.timeline import Timeline


class KeptPicture(Protocol):
    """A picture that is kept while its data change."""

    def update(self, runs: Runs, pinned: Runs | None = None) -> None:
        """Show other runs, as many as before."""

    def png(self) -> bytes:
        """The picture as PNG."""


class RedrawnPicture:
    """A picture that is drawn anew for other runs, for those that are looked at more rarely."""

    def __init__(
        self, draw: Callable[..., Picture], runs: Runs, theme: str = "light"
    ) -> None:
        self.draw = draw
        self.runs = runs
        self.theme = theme

    def update(self, runs: Runs, pinned: Runs | None = None) -> None:
        """Show other runs; pinned ones are in the readouts only."""
        self.runs = runs

    def png(self) -> bytes:
        """The picture as PNG."""
        return png(self.draw(self.runs, theme=self.theme))


def first_cloudwatch(runs: Runs, theme: str = "light") -> Picture:
    """The CloudWatch picture of the first run and its first function."""
    name, run = next(iter(runs_by_name(runs).items()))
    function = run.scenario.functions[0].name
    title = f"{name}: function {function} in CloudWatch"
    return cloudwatch(run, function, title=title, theme=theme)


PICTURES: dict[str, Callable[..., KeptPicture]] = {
    "timeline": Timeline,
    "environments": partial(Timeline, by="environment"),
    "latency": partial(RedrawnPicture, latency),
    "fates": partial(RedrawnPicture, fates),
    "CloudWatch": partial(RedrawnPicture, first_cloudwatch),
}
