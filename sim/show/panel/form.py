"""The form of a panel: its presets, controls and tabs, as the page needs them to draw itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.facts import Fact
from sim.phrases import exact
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.show.panel.controls import (
    Control,
    FoundSetting,
    Scenarios,
    find,
    value_in,
)
from sim.show.panel.stops import stops

Presets = Mapping[str, Scenarios | Scenario] | Scenario
"""Scenarios by preset; one scenario alone is shown under its preset's name."""
Values = tuple[Any, ...]
"""A value for each control; None for what is not set, or not there."""

NOT_SET = "not set"
OFF_AT_ZERO = "Function.reserved_concurrent_executions"
"""The fact of the setting whose 0 is no small number: it switches the function off."""
LARGEST_SEED = 10**6


@dataclass(frozen=True)
class Form:
    """What can be chosen on a panel, checked when it is made.

    `settings`: what each control finds. `own_values` and `has`: by preset, the value of each
    control, and whether the preset has such a setting.
    """

    presets: Mapping[str, Scenarios]
    controls: Sequence[Control]

    @cached_property
    def settings(self) -> list[FoundSetting]:
        """What each control finds in the presets; raises `ScenarioError`."""
        return [find(control, self.presets) for control in self.controls]

    @cached_property
    def _found(self) -> dict[str, list[tuple[bool, Any]]]:
        return {
            name: [value_in(one.path, scenarios) for one in self.controls]
            for name, scenarios in self.presets.items()
        }

    def own_values(self, preset: str) -> Values:
        """The values that the controls show in a preset as it is written."""
        return tuple(value for _, value in self._found[preset])

    def has(self, preset: str) -> tuple[bool, ...]:
        """By control: whether the preset has such a setting."""
        return tuple(is_there for is_there, _ in self._found[preset])

    def message(self) -> dict[str, Any]:
        """Presets and controls as the page gets them."""
        return {
            "presets": [
                {
                    "name": name,
                    "values": list(self.own_values(name)),
                    "has": list(self.has(name)),
                }
                for name in self.presets
            ],
            "controls": [
                _control_message(control, setting)
                for control, setting in zip(
                    self.controls, self.settings, strict=True
                )
            ],
            "seed": {"min": 0, "max": LARGEST_SEED},
        }


def form_of(presets: Presets, controls: Sequence[Control | str]) -> Form:
    """The form of a panel.

    Raises `ScenarioError` for a path that leads nowhere, and for a preset's value that a control
    cannot show.
    """
    made = [
        Control(each) if isinstance(each, str) else each for each in controls
    ]
    twice = {one.path for one in made if _count(one.path, made) > 1}
    for path in twice:
        raise ScenarioError(f"Two controls are for {path!r}.")
    return Form(_by_name(presets), made)


def _count(path: str, controls: Sequence[Control]) -> int:
    return sum(one.path == path for one in controls)


def _by_name(presets: Presets) -> dict[str, Scenarios]:
    """Each preset's scenarios by name."""
    if isinstance(presets, Scenario):
        presets = {"as written": presets}
    return {
        name: {name: preset} if isinstance(preset, Scenario) else dict(preset)
        for name, preset in presets.items()
    }


def _control_message(control: Control, setting: FoundSetting) -> dict[str, Any]:
    fact = setting.fact
    has_off = fact.name == OFF_AT_ZERO and setting.low == 0
    reached = [
        [value, text] for value, text in stops(setting) if value or not has_off
    ]
    return {
        "path": control.path,
        "label": control.description,
        "group": control.group,
        "help": help_text(fact),
        "source": fact.source,
        "unit": fact.unit,
        "stops": reached,
        "unset": NOT_SET if setting.may_be_unset else "",
        "off": "off: 0" if has_off else "",
        "low": setting.low,
        "high": setting.high,
        "whole": setting.is_whole,
    }


def help_text(fact: Fact) -> str:
    """What a setting is, its range with the unit, and its evidence."""
    bounds = [
        exact(bound)
        for bound in (fact.minimum, fact.maximum)
        if bound is not None
    ]
    span = f"{' to '.join(bounds)} {fact.unit}"
    return f"{fact.help} {span}. Evidence: {fact.evidence}."
