"""Which incident a number stands for: a cause and a system that it fits, and when it begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.course.game.shop_parts import part, read
from sim.course.incident_catalogue import Incident
from sim.scenario.arrivals import Burst
from sim.scenario.changes import Change, Outage
from sim.scenario.function import Function
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Keys, Traffic
from sim.workload import draws

EARLIEST = 300.0
"""The second at which a trouble begins at the earliest; each lets the system run for a while."""
LATER = (0.0, 60.0, 120.0, 180.0, 240.0)


@dataclass(frozen=True)
class Cause:
    """A row of `data/game_day/incidents.json`: what went wrong, and what AWS's rule says."""

    settings: dict[str, Any]

    @property
    def name(self) -> str:
        """The cause in one sentence."""
        return str(self.settings["cause"])

    def fits(self, system: Scenario) -> bool:
        """Whether a system has what goes wrong."""
        return set(self.settings["needs"]) <= set(system.resource_names)

    def incident(self, system: Scenario, at: float) -> Incident:
        """The system with the trouble from second `at` on, and without it, with the same orders."""
        healthy = self._without_trouble(system, at)
        latent = self.settings.get("latent", {})
        changes = self.settings.get("changes", [])
        outages = self.settings.get("outages", [])
        troubled = healthy.with_settings(latent).replace(
            changes=[Change(at=at, **one) for one in changes],
            outages=[Outage(at=at, **one) for one in outages],
        )
        if self._surge_is_the_trouble:
            troubled = self._with_surge(troubled, at)
        until = at + max((one["seconds"] for one in outages), default=0.0)
        sentence = self.settings["sentence"]
        return Incident(self.name, sentence, at, until, troubled, healthy)

    @property
    def _surge_is_the_trouble(self) -> bool:
        surge = self.settings.get("surge")
        return surge is not None and not surge.get("counts")

    def _without_trouble(self, system: Scenario, at: float) -> Scenario:
        healthy = system
        if "neighbour" in self.settings:
            neighbour = Function(**self.settings["neighbour"])
            imports = trigger(
                "invoke_event", function=neighbour.name, name="import"
            )
            healthy = system.replace(
                functions=[*system.functions, neighbour],
                triggers=[*system.triggers, imports],
            )
        healthy = healthy.with_settings(self.settings.get("always", {}))
        if "surge" in self.settings and not self._surge_is_the_trouble:
            healthy = self._with_surge(healthy, at)
        return healthy

    def _with_surge(self, system: Scenario, at: float) -> Scenario:
        surge = dict(self.settings["surge"])
        surge.pop("counts", None)
        into = surge.pop("into")
        keys = surge.pop("keys", 500)
        traffic = Traffic(
            name="surge",
            into=into,
            arrivals=Burst(at=at, **surge),
            keys=Keys(count=keys),
        )
        return system.replace(traffic=[*system.traffic, traffic])


@dataclass(frozen=True)
class DrawnIncident:
    """What a number stands for: a cause, the name of a system, and when the trouble begins."""

    number: int
    cause: Cause
    system: str
    incident: Incident


@cache
def causes() -> tuple[Cause, ...]:
    """All causes, as `data/game_day/incidents.json` has them."""
    return tuple(Cause(row) for row in read("incidents.json"))


@cache
def pairs() -> tuple[tuple[int, int], ...]:
    """The numbers of each cause and of each system that it fits, in an order that tells nothing."""
    systems = [part(row) for row in read("systems.json")]
    fitting = [
        (number, place)
        for number, cause in enumerate(causes())
        for place, system in enumerate(systems)
        if cause.fits(system)
    ]
    return tuple(sorted(fitting, key=lambda pair: draws.key("game day", *pair)))


def draw(number: int) -> DrawnIncident:
    """The incident of this number: the same one whoever asks."""
    which, place = pairs()[number % len(pairs())]
    settings = read("systems.json")[place]
    at = EARLIEST + LATER[number % len(LATER)]
    cause = causes()[which]
    incident = cause.incident(part(settings), at)
    return DrawnIncident(number, cause, settings["name"], incident)
