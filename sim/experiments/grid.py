"""What a sweep varies: the combinations of a grid's values, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from operator import index
from typing import Any

import numpy as np

from sim.scenario.argument_types import shown
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

Grid = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Combination:
    """A scenario with one value for each path of the grid; `columns` names it in the table."""

    columns: Mapping[str, Any]
    scenario: Scenario
    settings: Mapping[str, Any]


def combinations(
    scenarios: Scenario | Mapping[str, Scenario], grid: Grid
) -> list[Combination]:
    """Every scenario with every combination of values, the last path's values changing fastest.

    Raises `ScenarioError` if there is no scenario, no setting at a path or no value for it.
    """
    if isinstance(scenarios, Scenario) and isinstance(grid, Mapping):
        return _of_one({}, scenarios, grid)
    given: Any = scenarios
    if not isinstance(given, Mapping) or not isinstance(grid, Mapping):
        raise ScenarioError(
            "sweep takes a Scenario, or several by name, and a grid of lists of values by path."
        )
    if not scenarios:
        raise ScenarioError(
            "There is no scenario to run: give one, or several by name."
        )
    found: list[Combination] = []
    for name, scenario in scenarios.items():
        if not isinstance(scenario, Scenario):
            raise ScenarioError(
                f"{name!r} is {type(scenario).__name__}, but it must be a Scenario."
            )
        found += _of_one({"scenario": name}, scenario, grid)
    return found


def seed_numbers(seeds: Iterable[int]) -> list[int]:
    """The seeds as whole numbers. Raises `ScenarioError` for others, for none and for one twice."""
    try:
        given = list(seeds)
        numbers = [index(seed) for seed in given]
    except TypeError:
        given, numbers = [True], []
    needed = "whole numbers"
    if any(seed < 0 for seed in given):
        needed = "whole numbers from 0 on"
    if needed != "whole numbers" or any(
        isinstance(seed, bool) for seed in given
    ):
        raise ScenarioError(
            f"seeds is {shown(seeds)}, but it must be {needed}, such as range(5)."
        )
    return _different("seeds", numbers)


def units(scenario: Scenario, paths: Iterable[str]) -> dict[str, str]:
    """The units of what a grid varies, by path, where a path has one unit."""
    found = {}
    for path in paths:
        of_path = {fact.unit for fact, _ in scenario.found(path) if fact}
        if len(of_path) == 1:
            found[path] = of_path.pop()
    return found


def _of_one(
    names: Mapping[str, str], scenario: Scenario, grid: Grid
) -> list[Combination]:
    for path in grid:
        scenario.check_path(path)
    values = [_values(path, listed) for path, listed in grid.items()]
    found = []
    for chosen in product(*values):
        settings = dict(zip(grid, chosen, strict=True))
        found.append(Combination({**names, **settings}, scenario, settings))
    return found


def _values(path: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ScenarioError(
            f"The grid's {path!r} is {values!r}, but it must be a list of values."
        )
    return _different(
        f"the grid's {path!r}", [_python_value(one) for one in values]
    )


def _python_value(value: Any) -> Any:
    """Python's number for numpy's: settings take it, and every machine prints it alike."""
    return value.item() if isinstance(value, np.generic) else value


def _different(what: str, values: list[Any]) -> list[Any]:
    """Values that are all there, once: a run that is counted twice would feign certainty."""
    if not values:
        raise ScenarioError(f"There is nothing to run: {what} has no value.")
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ScenarioError(
                f"{value!r} is there twice in {what}; the same run again tells nothing new."
            )
    return values
