"""From what is asked to scenarios, and which control is to blame if they cannot be simulated."""

from __future__ import annotations

from sim.scenario.errors import ScenarioError
from sim.show.panel.asked import NO_CONTROL, SEED, Asked
from sim.show.panel.controls import Scenarios
from sim.show.panel.form import Form, Values


def scenarios_of(asked: Asked, form: Form) -> Scenarios:
    """A preset's scenarios with the values of the controls.

    What a control shows as the preset has it stays as the preset has it. Raises `ScenarioError` for
    what AWS would refuse.
    """
    preset = form.presets[asked.preset]
    own = form.own_values(asked.preset)
    has = form.has(asked.preset)
    moved = {
        control.path: value
        for control, value, before, is_there in zip(
            form.controls, asked.values, own, has, strict=True
        )
        if is_there and value != before
    }
    if not moved:
        return preset
    return {
        name: scenario.with_settings(
            {
                path: value
                for path, value in moved.items()
                if any(True for _ in scenario.found(path))
            }
        )
        for name, scenario in preset.items()
    }


def blamed(asked: Asked, last: Asked | None, form: Form) -> int:
    """The control without whose move the scenarios would be right; -2 for the seed, -1 for none.

    `last`: what was asked for when all was well.
    """
    if last is None or last.preset != asked.preset:
        return NO_CONTROL
    moved = [
        number
        for number, value in enumerate(asked.values)
        if value != last.values[number]
    ]
    for number in moved:
        if _is_right(_without(asked, number, last.values), form):
            return number
    if moved:
        return moved[0]
    return SEED if asked.seed != last.seed else NO_CONTROL


def _without(asked: Asked, number: int, values: Values) -> Asked:
    """The same, with one control back at where it was."""
    changed = list(asked.values)
    changed[number] = values[number]
    return asked.replaced(values=tuple(changed))


def _is_right(asked: Asked, form: Form) -> bool:
    try:
        scenarios_of(asked, form)
    except ScenarioError:
        return False
    return True
