"""The playground of a lesson: its notebook's panel, with the stops of `data/playgrounds.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim import facts
from sim.show.panel.form import Form
from sim.show.panel.panel import Panel
from sim.show.panel.readouts import READOUTS
from sim.show.panel.tabs import TABS
from sim.show.site.lesson_panel import lesson_panel, lesson_title
from sim.show.site.playground import (
    Playground,
    State,
    Stops,
    asked_states,
    check_stops,
    page_form,
    state_of,
)

SHOWN = ("race", "ages", "system", "cost", "deploy")
"""The tabs of a page: those that need no drawing in Python. What moves is opened first."""


IN_LAB = (
    "To go on where you are: press “Copy settings” here, and paste the text as the panel's "
    'argument settings="…".'
)


@dataclass(frozen=True)
class Choice:
    """What was chosen for the playground of a lesson: what is said of it, and its stops."""

    says: str
    stops: Stops


@cache
def choices() -> dict[str, Choice]:
    """By lesson: what was chosen, as `data/playgrounds.json` has it."""
    text = (facts.DATA / "playgrounds.json").read_text(encoding="utf-8")
    return {name: Choice(**row) for name, row in json.loads(text).items()}


def lesson_playground(name: str, sample: bool = False) -> Playground:
    """The playground of the notebook of this name; `sample`: with few of its stops.

    Raises `ScenarioError` for stops of what the lesson's panel does not have.
    """
    chosen = choices()[name]
    panel, cell = lesson_panel(name)
    form = panel._answers.form
    check_stops(form, chosen.stops)
    stops = few_stops(form, chosen.stops) if sample else chosen.stops
    message = {**page_form(form, stops), **page_texts(panel)}
    return Playground(
        name=name,
        title=lesson_title(name),
        description=chosen.says,
        form=message,
        first=_first(panel, message),
        states={"": lesson_states(panel, stops)},
        cell=cell,
        in_lab=IN_LAB,
    )


def few_stops(form: Form, stops: Stops) -> Stops:
    """Of each control its first stop, and what the presets have."""
    few = {}
    for path, values in stops.items():
        place = [control.path for control in form.controls].index(path)
        own = [form.own_values(preset)[place] for preset in form.presets]
        few[path] = [
            value
            for number, value in enumerate(values)
            if not number or value in own
        ]
    return few


def _first(panel: Panel, message: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows first: what the lesson's panel shows, in the tab that moves."""
    [preset, *_] = message["presets"]
    return {
        "preset": preset["name"],
        "values": preset["values"],
        "seed": panel._answers.first.seed,
        "tab": SHOWN[0],
        "picks": {},
        "row": panel.chosen,
        "lane": panel.lane,
    }


def lesson_states(panel: Panel, stops: Stops) -> dict[str, list[State]]:
    """By preset: every state that the stops allow, in order."""
    answers = panel._answers
    form = answers.form
    return {
        preset: [
            state_of(asked, form, answers.readouts)
            for asked in asked_states(form, stops, preset, answers.first)
        ]
        for preset in form.presets
    }


def page_texts(panel: Panel) -> dict[str, object]:
    """What a page says of a panel's tabs and readouts."""
    answers = panel._answers
    return {
        "first_seed": answers.first.seed,
        "preset_label": panel.preset_label,
        "tabs": [
            {"name": name, "title": TABS[name].title}
            for name in SHOWN
            if name in answers.tabs
        ],
        **readout_texts(answers.readouts),
    }


def readout_texts(names: Sequence[str]) -> dict[str, object]:
    """What readouts are, and how a page writes and judges the difference of two numbers."""
    return {
        "readouts": {name: READOUTS[name].explanation for name in names},
        "numbers": [
            {
                "name": name,
                "better": READOUTS[name].better,
                "written": READOUTS[name].write.__name__,
                "grows": READOUTS[name].grows_with_events,
            }
            for name in names
        ],
    }
