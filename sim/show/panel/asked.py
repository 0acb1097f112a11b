"""What a page asks for: a preset, values, a seed and a tab; and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from sim.phrases import plural
from sim.scenario.argument_types import shown
from sim.scenario.errors import ScenarioError
from sim.show.panel.controls import Control, FoundSetting
from sim.show.panel.form import LARGEST_SEED, Form, Values

Pin = Literal["", "keep", "drop"]
SEED = -2
NO_CONTROL = -1


class ControlError(ScenarioError):
    """A sentence on what cannot be simulated, and the number of the control it belongs to.

    -1 where it belongs to none, -2 for the seed.
    """

    def __init__(self, sentence: str, control: int = NO_CONTROL) -> None:
        super().__init__(sentence)
        self.control = control


@dataclass(frozen=True)
class Asked:
    """One state of a panel, as its page asks for it; `move` counts them."""

    preset: str
    values: Values
    seed: int
    tab: str
    move: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    picks: Mapping[str, str] = field(default_factory=dict)
    pin: Pin = ""

    @property
    def simulated(self) -> tuple[str, Values, int, Mapping[str, str]]:
        """What decides on the runs; all else is how they are shown."""
        return self.preset, self.values, self.seed, self.picks

    def replaced(self, **changes: Any) -> Asked:
        """The same with other fields."""
        return replace(self, **changes)

    def message(self) -> dict[str, Any]:
        """As the page sends it."""
        return {**asdict(self), "values": list(self.values)}


def read_asked(message: Mapping[str, Any]) -> Asked:
    """What a page asks for; its values are checked by `check`."""
    known = {field.name for field in fields(Asked)}
    given = {name: message[name] for name in known & message.keys()}
    return Asked(**{**given, "values": tuple(message["values"])})


def check(asked: Asked, form: Form) -> None:
    """Raise `ControlError` for what the form does not offer; the tab is not looked at."""
    expected = len(form.controls)
    if len(asked.values) != expected:
        raise ControlError(
            f"{plural(expected, 'value')} are expected, and there are {len(asked.values)}."
        )
    if asked.preset not in form.presets:
        there = ", ".join(map(repr, form.presets))
        raise ControlError(
            f"There is no preset {asked.preset!r}; these are there: {there}."
        )
    for number, value in enumerate(asked.values):
        if form.has(asked.preset)[number]:
            control, setting = form.controls[number], form.settings[number]
            problem = _problem(control, setting, value)
            if problem:
                raise ControlError(problem, number)
    seed = asked.seed
    if type(seed) is not int or not 0 <= seed <= LARGEST_SEED:
        raise ControlError(
            f"The seed is {shown(seed)}, but it must be a whole number from 0 to {LARGEST_SEED:,}.",
            SEED,
        )


def _problem(control: Control, setting: FoundSetting, value: Any) -> str:
    """Why a value is none of a control's; "" for one that is."""
    if value is None:
        return (
            ""
            if setting.may_be_unset
            else f"{control.description} must be set."
        )
    kind = "a whole number" if setting.is_whole else "a number"
    low, high = setting.low, setting.high
    number = int if setting.is_whole else int | float
    is_number = isinstance(value, number) and not isinstance(value, bool)
    if is_number and low <= value <= high:
        return ""
    return (
        f"{control.description} is {shown(value)}, but this control takes {kind} "
        f"from {low:,} to {high:,}. {setting.fact.source}"
    )
