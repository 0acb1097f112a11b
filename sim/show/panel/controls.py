"""What a learner may change: a setting by its dotted path, and what a scenario has there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from sim.facts import Fact
from sim.scenario.arguments import checked_class
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.setting_help import fact_of
from sim.scenario.settings import Settings

Scenarios = Mapping[str, Scenario]
Bounds = tuple[float, float]

USUAL_HIGH = 1000
"""The end of a control for a setting without an upper bound."""


@checked_class
@dataclass(frozen=True)
class Control:
    """A setting that a learner may change: its dotted path.

    Where wanted also a label, narrower bounds, or the heading of a group of controls.
    """

    path: str
    label: str = ""
    low: float | None = None
    high: float | None = None
    group: str = ""

    def __post_init__(self) -> None:
        low, high = self.low, self.high
        if low is not None and high is not None and high < low:
            raise ScenarioError(
                f"Control: high is {high}, but it must be at least low, {low}."
            )

    @property
    def description(self) -> str:
        """The words beside the control."""
        name = self.path.split(".")[-1]
        return self.label or name.replace("_", " ")


@dataclass(frozen=True)
class FoundSetting:
    """What a control finds in the presets of a panel: the setting's fact, and what it may be.

    `own`: the presets' own values, in order, each once. `low` and `high`: the control's own bounds,
    or else AWS's; where there are none, 0 and ten times the largest value of a preset.
    """

    fact: Fact
    own: tuple[Any, ...]
    low: float
    high: float
    may_be_unset: bool

    @property
    def is_whole(self) -> bool:
        """Whether the setting takes whole numbers alone."""
        return self.fact.name in whole_numbers()


def find(control: Control, presets: Mapping[str, Scenarios]) -> FoundSetting:
    """What a control finds in these presets.

    Raises `ScenarioError` if no scenario has such a setting, if it is not a quantity, or if a
    preset's value lies out of bounds.
    """
    facts = []
    own = []
    for name, scenarios in presets.items():
        for fact, value in _in_all(control.path, scenarios.values()):
            _check_bounds(
                control, fact, value, name if len(presets) > 1 else ""
            )
            facts.append(fact)
            own.append(value)
    if not facts:
        raise ScenarioError(
            f"There is no quantity at {control.path!r} that a control could change."
        )
    fact = facts[0]
    low, high = _bounds(control, fact)
    values = tuple(dict.fromkeys(own))
    if math.isinf(high):
        numbers = [value for value in values if value is not None]
        high = max(USUAL_HIGH, low, *(10 * number for number in numbers))
    may_be_unset = None in values or (
        fact.value is None and _accepts_none(control.path, presets)
    )
    return FoundSetting(fact, values, low, high, may_be_unset)


def value_in(path: str, scenarios: Scenarios) -> tuple[bool, Any]:
    """Whether these scenarios have such a setting, and the first one's value."""
    for _, value in _in_all(path, scenarios.values()):
        return True, value
    return False, None


def _in_all(
    path: str, scenarios: Iterable[Scenario]
) -> Iterator[tuple[Fact, Any]]:
    for scenario in scenarios:
        for fact, value in scenario.found(path):
            if fact is not None:
                yield fact, value


def _bounds(control: Control, fact: Fact) -> Bounds:
    low = _first_given(control.low, fact.minimum, 0)
    high = _first_given(control.high, fact.maximum, math.inf)
    return low, high


def _first_given(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _check_bounds(
    control: Control, fact: Fact, value: Any, preset: str
) -> None:
    low, high = _bounds(control, fact)
    if value is None or low <= value <= high:
        return
    where = f"Preset {preset!r}: The" if preset else "The"
    raise ScenarioError(
        f"{where} control for {control.path!r} goes from {low} to {high}, "
        f"but its value is {value}."
    )


def _accepts_none(path: str, presets: Mapping[str, Scenarios]) -> bool:
    """Whether AWS lets such a setting be unset, in the first scenario that has it."""
    scenario = next(
        scenario
        for scenarios in presets.values()
        for scenario in scenarios.values()
        if any(True for _ in _in_all(path, [scenario]))
    )
    try:
        scenario.with_setting(path, None)
    except ScenarioError:
        return False
    return True


@cache
def whole_numbers() -> frozenset[str]:
    """The facts of those settings that take whole numbers alone."""
    found = set()
    for model in _below(Settings):
        for name, field in model.model_fields.items():
            fact = fact_of(model, name)
            kinds = (field.annotation, *get_args(field.annotation))
            if fact is not None and int in kinds and float not in kinds:
                found.add(fact.name)
    return frozenset(found)


def _below(model: type[Settings]) -> Iterator[type[Settings]]:
    for kind in model.__subclasses__():
        yield kind
        yield from _below(kind)
