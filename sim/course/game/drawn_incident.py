"""Which incident a number stands for: a cause and a system that it fits, and when it begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.course.game.alarms import alarms_of
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
        outages = self.settings.get("outages", [])
        changes = self.settings.get("changes", [])
        troubled = healthy.with_settings(self.settings.get("latent", {}))
        troubled = troubled.replace(
            changes=[Change(at=at, **one) for one in changes],
            outages=[Outage(at=at, **one) for one in outages],
        )
        if "surge" in self.settings:
            troubled = _with_surge(troubled, self.settings["surge"], at)
        until = at + max((one["seconds"] for one in outages), default=0.0)
        sentence = self.settings["sentence"]
        return Incident(self.name, sentence, at, until, troubled, healthy)

    def _without_trouble(self, system: Scenario, at: float) -> Scenario:
        """What both have: settings, another function, orders that it takes, and alarms."""
        healthy = system
        if "neighbour" in self.settings:
            healthy = _with_neighbour(system, self.settings["neighbour"])
        healthy = healthy.with_settings(self.settings.get("always", {}))
        if "campaign" in self.settings:
            healthy = _with_surge(healthy, self.settings["campaign"], at)
        return healthy.replace(alarms=alarms_of(healthy))


@dataclass(frozen=True)
class DrawnIncident:
    """What a number stands for: a cause, the name of a system, and when the trouble begins."""

    number: int
    cause: Cause
    system: str
    incident: Incident


def _with_neighbour(system: Scenario, settings: dict[str, Any]) -> Scenario:
    neighbour = Function(**settings)
    imports = trigger("invoke_event", function=neighbour.name, name="import")
    return system.replace(
        functions=[*system.functions, neighbour],
        triggers=[*system.triggers, imports],
    )


def _with_surge(
    system: Scenario, settings: dict[str, Any], at: float
) -> Scenario:
    arrivals = {
        name: value
        for name, value in settings.items()
        if name not in ("into", "keys")
    }
    surge = Traffic(
        name="surge",
        into=settings["into"],
        arrivals=Burst(at=at, **arrivals),
        keys=Keys(count=settings.get("keys", 500)),
    )
    return system.replace(traffic=[*system.traffic, surge])


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
