"""Sliders for settings: kind, range, unit, help and source come from the setting's own field."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ipywidgets as widgets

from sim.facts import Fact
from sim.phrases import DAY, HOUR, MINUTE, exact
from sim.scenario.arguments import checked_class
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

DESCRIPTION_WIDTH = "12em"
WIDTH = "auto"
NOT_SET = "not set"
SYMBOLS = ("s", "ms", "MB", "KB", "h")
WHOLE_SECONDS = (
    *(0, 1, 2, 5, 10, 15, 30),
    *(
        MINUTE,
        2 * MINUTE,
        3 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
    ),
    *(HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR),
    *(DAY, 4 * DAY, 14 * DAY),
)
OF_EACH_DECADE = (1, 2, 3, 5, 7)
# a whole-number range up to this length gets a slider with every value
EVERY_VALUE = 40

WidgetState = dict[str, Any]


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
    """What a control finds at its path: the setting's fact, and its value."""

    fact: Fact
    value: Any
    may_be_unset: bool


def make_widget(
    control: Control, scenarios: Iterable[Scenario]
) -> widgets.ValueWidget:
    """The widget of a control, showing the setting's value in these scenarios.

    Raises `ScenarioError` if no scenario has such a setting, if it is not a quantity, or if it lies
    out of bounds.
    """
    setting = _find(control, scenarios)
    if setting is None:
        raise ScenarioError(
            f"There is no quantity at {control.path!r} that a control could change."
        )
    kind, state = _kind_and_state(control, setting)
    unit = setting.fact.unit
    # beside the name, where the readout is a bare number
    shown = (
        f" ({unit})" if kind is widgets.IntSlider and unit in SYMBOLS else ""
    )
    return kind(
        **state,
        description=control.description + shown,
        continuous_update=False,
        style={"description_width": DESCRIPTION_WIDTH},
        layout=widgets.Layout(width=WIDTH),
        tooltip=tooltip(setting.fact),
        description_allow_html=False,
    )


def update_widget(
    control: Control, widget: widgets.ValueWidget, scenarios: Iterable[Scenario]
) -> None:
    """Make a control's widget show the value in these scenarios.

    It is disabled if none of them has such a setting.
    """
    setting = _find(control, scenarios, _shows_not_set(widget))
    widget.disabled = setting is None
    if setting is None:
        return
    _, state = _kind_and_state(control, setting)
    for name, value in state.items():
        if getattr(widget, name) != value:
            setattr(widget, name, value)


def check_preset(
    control: Control,
    widget: widgets.ValueWidget,
    preset: str,
    scenarios: Iterable[Scenario],
) -> None:
    """Raise `ScenarioError` if a control's widget could not show a preset's value."""
    setting = _find(control, scenarios, _shows_not_set(widget))
    if setting is None:
        return
    try:
        kind, _ = _kind_and_state(control, setting)
    except ScenarioError as error:
        raise ScenarioError(f"Preset {preset!r}: {error}") from None
    if not isinstance(widget, kind):
        raise ScenarioError(
            f"Preset {preset!r}: the control for {control.path!r} is a {type(widget).__name__} "
            f"in other presets, which cannot show {setting.value!r}."
        )


def value_of(widget: widgets.ValueWidget) -> Any:
    """The setting's value that a widget shows; None for what is not set."""
    return None if widget.value == NOT_SET else widget.value


def _shows_not_set(widget: widgets.ValueWidget) -> bool:
    """Whether a control's widget has a place for what is not set, for some preset needs it."""
    return isinstance(widget, widgets.SelectionSlider) and any(
        value == NOT_SET for _, value in widget.options
    )


def _find(
    control: Control,
    scenarios: Iterable[Scenario],
    may_be_unset: bool = False,
) -> FoundSetting | None:
    """The first setting at the path; it may be unset if it is in any of the scenarios."""
    first: FoundSetting | None = None
    for scenario in scenarios:
        for fact, value in scenario.found(control.path):
            if fact is None:
                continue
            may_be_unset = may_be_unset or value is None
            if first is None:
                accepts_none = fact.value is None and _accepts_none(
                    scenario, control.path
                )
                may_be_unset = may_be_unset or accepts_none
                first = FoundSetting(fact, value, may_be_unset)
    return first and replace(first, may_be_unset=may_be_unset)


def _accepts_none(scenario: Scenario, path: str) -> bool:
    try:
        scenario.with_setting(path, None)
    except ScenarioError:
        return False
    return True


def _kind_and_state(
    control: Control, setting: FoundSetting
) -> tuple[type[widgets.ValueWidget], WidgetState]:
    """What kind of widget, and its bounds and value; the kind is the same whatever the value."""
    low, high = _bounds(control, setting.fact)
    value = setting.value
    if value is not None and not low <= value <= high:
        raise ScenarioError(
            f"The control for {control.path!r} goes from {low} to {high}, but its value is {value}."
        )
    if setting.fact.unit == "share" and not setting.may_be_unset:
        return widgets.FloatSlider, {
            "min": low,
            "max": high,
            "step": 0.01,
            "readout_format": ".0%",
            "value": value,
        }
    whole = isinstance(low, int) and isinstance(value, int | None)
    has_few_values = whole and high - low <= EVERY_VALUE
    is_always_set = setting.fact.value is not None and not setting.may_be_unset
    if has_few_values and is_always_set:
        return widgets.IntSlider, {"min": low, "max": high, "value": value}
    options = _options(setting, low, high, whole)
    chosen = NOT_SET if value is None else value  # a selection cannot hold None
    return widgets.SelectionSlider, {"options": options, "value": chosen}


def _bounds(control: Control, fact: Fact) -> tuple[float, float]:
    """The control's own bounds, or else AWS's; 0 and infinity where there are none."""
    low = _first_given(control.low, fact.minimum, 0)
    high = _first_given(control.high, fact.maximum, math.inf)
    return low, high


def _first_given(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def tooltip(fact: Fact) -> str:
    """Help, unit, range, evidence and source of a setting in one text."""
    bounds = [
        exact(bound)
        for bound in (fact.minimum, fact.maximum)
        if bound is not None
    ]
    span = f"{' to '.join(bounds)} {fact.unit}"
    return f"{fact.help} {span}. Evidence: {fact.evidence}, {fact.source}"


def _options(
    setting: FoundSetting, low: float, high: float, whole: bool
) -> tuple[tuple[str, Any], ...]:
    """The stops of a slider, with their texts."""
    unit, value = setting.fact.unit, setting.value
    stops = WHOLE_SECONDS if unit == "s" and whole else _decades(whole)
    most = high if math.isfinite(high) else max(1000, 10 * (value or 1))
    numbers = {number for number in stops if low <= number <= most}
    numbers |= {low, most}
    if value is not None:
        numbers.add(value)
    options = [
        (
            f"{number:.0%}" if unit == "share" else readout_text(number, unit),
            number,
        )
        for number in sorted(numbers)
    ]
    if setting.may_be_unset:
        return (NOT_SET, NOT_SET), *options
    return tuple(options)


def _decades(whole: bool) -> Sequence[float]:
    """Round numbers up to millions, evenly apart in factors."""
    numbers: list[float] = [
        step * 10**decade for decade in range(7) for step in OF_EACH_DECADE
    ]
    if not whole:
        numbers += [step / 10 for step in OF_EACH_DECADE]
        numbers += [step / 100 for step in OF_EACH_DECADE]
    return numbers


def readout_text(value: float, unit: str) -> str:
    """A value as short as a slider's readout wants it: 2 min, 512 MB, 3/s.

    It has the symbol of its unit, but does not say what is counted.
    """
    if unit == "s" and value >= MINUTE:
        for length, word in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
            if value >= length and value % length == 0:
                return f"{value // length:g} {word}"
    if unit in SYMBOLS:
        return f"{value:g} {unit}"
    rate = unit.split(" ", maxsplit=1)[0].split("/")[1:]
    return "/".join([f"{value:g}", *rate])
