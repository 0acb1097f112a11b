"""Sliders and menus for settings: kind, range, unit, help and source all come from the setting's own field."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from sim.facts import Fact
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

DESCRIPTION_WIDTH = "12em"
WIDTH = "auto"
NOT_SET = "not set"
SYMBOLS = ("s", "ms", "MB", "KB", "h")
SECONDS = (
    0,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    180,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    21600,
    43200,
    86400,
    345600,
    1209600,
)
STEPS = (1, 2, 3, 5, 7)  # of each decade
FINE = 40  # a whole-number range up to this length becomes a slider with every value


@dataclass(frozen=True)
class Control:
    """A setting that a learner may change: its dotted path, and where wanted a label, narrower bounds or a group."""

    path: str
    label: str = ""
    low: float | None = None
    high: float | None = None
    group: str = ""

    @property
    def description(self) -> str:
        """The words beside the control."""
        return self.label or self.path.rsplit(".", 1)[-1].replace("_", " ")


def widget(control: Control, scenarios: Iterable[Scenario]) -> widgets.ValueWidget:
    """The widget of a control, showing the setting's value in these scenarios.

    Raises `ScenarioError` if no scenario has such a setting, if it is not a quantity, or if it lies
    out of bounds.
    """
    found = _found(control, scenarios)
    if found is None:
        raise ScenarioError(
            f"There is no quantity at {control.path!r} that a control could change."
        )
    kind, state = _slider(control, *found)
    return kind(
        **state,
        description=control.description + _unit(kind, found[0]),
        continuous_update=False,
        style={"description_width": DESCRIPTION_WIDTH},
        layout=widgets.Layout(width=WIDTH),
        tooltip=tooltip(found[0]),
        description_allow_html=False,
    )


def show(
    control: Control, slider: widgets.ValueWidget, scenarios: Iterable[Scenario]
) -> None:
    """Make a control's widget show the value in these scenarios; it is disabled if none has such a setting."""
    found = _found(control, scenarios)
    slider.disabled = found is None
    if found is not None:
        _, state = _slider(control, *found)
        for name, value in state.items():
            if getattr(slider, name) != value:
                setattr(slider, name, value)


def setting(slider: widgets.ValueWidget) -> Any:
    """The setting's value that a widget shows; None for what is not set."""
    return None if slider.value == NOT_SET else slider.value


def _unit(kind: type[widgets.ValueWidget], fact: Fact) -> str:
    """The unit stands beside the name where the readout is a bare number."""
    return (
        f" ({fact.unit})" if kind is widgets.IntSlider and fact.unit in SYMBOLS else ""
    )


def _found(
    control: Control, scenarios: Iterable[Scenario]
) -> tuple[Fact, Any, bool] | None:
    """The setting's fact and value, and whether it may be left unset."""
    for scenario in scenarios:
        for fact, value in scenario.found(control.path):
            if fact is not None:
                return (
                    fact,
                    value,
                    value is None
                    or (fact.value is None and _may_be_unset(scenario, control.path)),
                )
    return None


def _may_be_unset(scenario: Scenario, path: str) -> bool:
    try:
        scenario.with_setting(path, None)
    except ScenarioError:
        return False
    return True


def _slider(
    control: Control, fact: Fact, value: Any, unset: bool
) -> tuple[type[widgets.ValueWidget], dict[str, Any]]:
    """What kind of widget, and its bounds and value; the kind is the same whatever the value."""
    low, high = _bounds(control, fact)
    if value is not None and not low <= value <= high:
        raise ScenarioError(
            f"The control for {control.path!r} goes from {low} to {high}, but its value is {value}."
        )
    if fact.unit == "share":
        return widgets.FloatSlider, {
            "min": low,
            "max": high,
            "step": 0.01,
            "readout_format": ".0%",
            "value": value,
        }
    whole = isinstance(low, int) and (value is None or isinstance(value, int))
    if whole and high - low <= FINE and fact.value is not None:
        return widgets.IntSlider, {"min": low, "max": high, "value": value}
    numbers = _options(fact, low, high, value, whole)
    options = (
        ((NOT_SET, NOT_SET), *numbers) if unset else numbers
    )  # a selection cannot hold None
    return widgets.SelectionSlider, {
        "options": options,
        "value": NOT_SET if value is None else value,
    }


def _bounds(control: Control, fact: Fact) -> tuple[float, float]:
    """The control's own bounds, or else AWS's; 0 and infinity where there are none."""
    low = fact.minimum if control.low is None else control.low
    high = fact.maximum if control.high is None else control.high
    return 0 if low is None else low, math.inf if high is None else high


def tooltip(fact: Fact) -> str:
    """Help, unit, range, evidence and source of a setting in one text."""
    bounds = [
        f"{bound:,}".replace(",", " ")
        for bound in (fact.minimum, fact.maximum)
        if bound is not None
    ]
    return f"{fact.help} {' to '.join(bounds)} {fact.unit}. Evidence: {fact.evidence}, {fact.source}"


def _options(
    fact: Fact, low: float, high: float, value: Any, whole: bool
) -> tuple[tuple[str, Any], ...]:
    candidates = SECONDS if fact.unit == "s" and whole else _decades(whole)
    most = high if math.isfinite(high) else max(1000, 10 * (value or 1))
    numbers = {number for number in candidates if low <= number <= most} | {
        low,
        most,
        value,
    } - {None}
    return tuple((said(number, fact.unit), number) for number in sorted(numbers))


def _decades(whole: bool) -> Sequence[float]:
    decades = range(0 if whole else -2, 7)
    return [
        step * 10**decade if decade >= 0 else step / 10**-decade
        for decade in decades
        for step in STEPS
    ]


def said(value: float, unit: str) -> str:
    """A value as short as a slider's readout wants it: with the symbol of its unit, but without what is counted."""
    if unit == "s" and value >= 60:
        for length, word in ((86400, "d"), (3600, "h"), (60, "min")):
            if value >= length and value % length == 0:
                return f"{value // length:g} {word}"
    _, slash, per = unit.partition(" ")[0].partition("/")
    return f"{value:g} {unit}" if unit in SYMBOLS else f"{value:g}{slash}{per}"
