"""The systems of game days: the reference system, and parts of it, down to one function."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from sim import facts
from sim.course.reference_architecture import reference_system
from sim.scenario.arrivals import Poisson
from sim.scenario.function import Function
from sim.scenario.resources import Queue
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Named
from sim.scenario.traffic import Keys, Traffic
from sim.scenario.triggers import Trigger

Resource = TypeVar("Resource", bound=Named)

FOLDER = facts.DATA / "game_day"
SECONDS = 2400.0
"""How long new orders come in."""
FAILURE_STORE = "publisher-failures"
"""A queue that a stream's mapping may be told to use; the reference system has none."""


@cache
def read(file: str) -> Any:
    """What a JSON file of the game days holds."""
    return json.loads((FOLDER / file).read_text(encoding="utf-8"))


def part(settings: dict[str, Any]) -> Scenario:
    """The functions of the reference system that a row of `systems.json` names, and what they need.

    Traffic goes straight into the first of them. A row without functions is the whole system.
    """
    shop = reference_system(settings["per_second"], SECONDS)
    shop = shop.replace(queues=[*shop.queues, Queue(name=FAILURE_STORE)])
    if "functions" not in settings:
        return shop
    return _of_functions(shop, settings)


def _of_functions(shop: Scenario, settings: dict[str, Any]) -> Scenario:
    functions = [shop.function(name) for name in settings["functions"]]
    names = [function.name for function in functions]
    triggers = [one for one in shop.triggers if one.function in names]
    entries = {trigger.entry for trigger in triggers}
    buses = [bus for bus in shop.event_buses if entries >= set(bus.targets)]
    kept = entries | {bus.name for bus in buses}
    called = {name for one in functions for name in one.behaviour.depends_on}
    stores = _stores(shop, functions, triggers)
    orders = Traffic(
        name="orders",
        into=settings["into"],
        arrivals=Poisson(per_second=settings["per_second"]),
        keys=Keys(count=500, distribution="zipf"),
    )
    return shop.replace(
        functions=[_sending_to(function, kept) for function in functions],
        triggers=triggers,
        queues=_named(shop.queues, entries | stores),
        tables=_named(shop.tables, entries),
        topics=_named(shop.topics, entries),
        event_buses=buses,
        dependencies=_named(shop.dependencies, called),
        traffic=[orders],
    )


def _named(resources: Iterable[Resource], names: set[str]) -> list[Resource]:
    return [one for one in resources if one.name in names]


def _sending_to(function: Function, kept: set[str]) -> Function:
    """The function, which sends nothing to what its system does not have."""
    sends = [output for output in function.behaviour.sends if output.to in kept]
    behaviour = function.behaviour.replace(sends=sends)
    return function.replace(behaviour=behaviour)


def _stores(
    shop: Scenario, functions: Iterable[Function], triggers: Iterable[Trigger]
) -> set[str]:
    """The queues that may keep what these functions and triggers have failed with."""
    stores = {target for one in functions for target in one.targets}
    sources = {trigger.entry for trigger in triggers}
    for queue in shop.queues:
        if queue.name in sources and queue.redrive_policy is not None:
            stores.add(queue.redrive_policy.dead_letter_target_arn)
    if sources & {table.name for table in shop.tables}:
        stores.add(FAILURE_STORE)
    return stores
