"""The pictures that a panel offers, by the names on its tabs, and what one may choose in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.phrases import spoken
from sim.results.run import Run
from sim.show.drawing.picture import Picture
from sim.show.drawing.theme import Theme
from sim.show.pictures.captions import Runs, earlier_runs, runs_by_name
from sim.show.pictures.cloudwatch import NO_ALARMS, resource_picture
from sim.show.pictures.cloudwatch_periods import LONG, SHORT
from sim.show.pictures.cloudwatch_resources import Resource, resources
from sim.show.pictures.concurrency import concurrency
from sim.show.pictures.fates import fates
from sim.show.pictures.latency import latency
from sim.show.pictures.timeline import environments, timeline

Choice = dict[str, Any]
"""A name, a label, the options as pairs of value and text, and the value at first."""
AUTOMATIC = ""


def cloudwatch_tab(
    runs: Runs,
    *,
    pinned: Runs | None = None,
    theme: str | Theme = "light",
    resource: str = AUTOMATIC,
    period: str = AUTOMATIC,
) -> Picture:
    """CloudWatch's picture of a resource of any of the runs: values of `cloudwatch_choices`.

    A resource that is not there, as another preset is shown now, is the first one instead.
    """
    by_name = runs_by_name(runs)
    places = _places(by_name)
    first = next(iter(places))
    name, found = places.get(resource, places[first])
    before = dict(zip(by_name, earlier_runs(by_name, pinned), strict=True))
    return resource_picture(
        by_name[name],
        found,
        period or None,
        NO_ALARMS,
        title=None,
        pinned=before[name],
        theme=theme,
    )


def cloudwatch_choices(runs: Runs) -> list[Choice]:
    """What one may choose in CloudWatch's picture: of which resource, and how long a period is."""
    by_name = runs_by_name(runs)
    places = _places(by_name)
    options = [
        [value, found.words if len(by_name) == 1 else f"{found.words}, {name}"]
        for value, (name, found) in places.items()
    ]
    periods = [
        [f"{seconds}s", spoken(seconds)] for seconds in (*sorted(SHORT), *LONG)
    ]
    return [
        {
            "name": "resource",
            "label": "metrics of",
            "options": options,
            "value": options[0][0],
        },
        {
            "name": "period",
            "label": "a point each",
            "options": [[AUTOMATIC, "as fits"], *periods],
            "value": AUTOMATIC,
        },
    ]


def _places(runs: Mapping[str, Run]) -> dict[str, tuple[str, Resource]]:
    """Each run's resources, by a value that a panel's settings can keep."""
    return {
        f"{name}/{found.kind}/{found.name}": (name, found)
        for name, run in runs.items()
        for found in resources(run)
    }


PICTURES: Mapping[str, Callable[..., Picture]] = {
    "timeline": timeline,
    "environments": environments,
    "latency": latency,
    "fates": fates,
    "concurrency": concurrency,
    "CloudWatch": cloudwatch_tab,
}
CHOICES: Mapping[str, Callable[[Runs], list[Choice]]] = {
    "CloudWatch": cloudwatch_choices,
}
