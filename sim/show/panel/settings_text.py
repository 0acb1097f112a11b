"""The state of a panel as a short text, which a call takes back.

`preset=outage; functions.worker.timeout=30; seed=4`: the preset, what differs from it, the seed,
and the tab unless it is the first one. Where there is something to pick, that too: `kind=sns`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sim.scenario.errors import ScenarioError
from sim.show.panel.asked import Asked, check
from sim.show.panel.form import NOT_SET, Form

EXAMPLE = "preset=outage; functions.worker.timeout=30; seed=4"
PLAIN = re.compile(r"[^\s;=\"]([^;=\"]*[^\s;=\"])?")
"""A name that needs no quotation marks."""
PART = re.compile(r'\s*([^=;"]+?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;"]*?)\s*(?:;|$)')


def named(name: str) -> str:
    """A name in a text, in quotation marks where it could be taken for more than one."""
    return name if PLAIN.fullmatch(name) else json.dumps(name)


def written(asked: Asked, first: Asked, form: Form) -> str:
    """The text of a state; `first` is the one that the panel opened with."""
    parts = [f"preset={named(asked.preset)}"]
    own = form.own_values(asked.preset)
    for control, value, before in zip(
        form.controls, asked.values, own, strict=True
    ):
        if value != before:
            parts.append(f"{control.path}={_value(value)}")
    parts += [
        f"{name}={named(picked)}"
        for name, picked in asked.picks.items()
        if picked
    ]
    parts.append(f"seed={asked.seed}")
    if asked.tab != first.tab:
        parts.append(f"tab={named(asked.tab)}")
    return "; ".join(parts)


def read(text: str, first: Asked, form: Form, tabs: list[str]) -> Asked:
    """The state of a text; what it does not name is as the panel opened, in the text's preset.

    Raises `ScenarioError` for a text that is none, or that names what the panel does not have.
    """
    given = _parts(text)
    preset = given.pop("preset", first.preset)
    if preset not in form.presets:
        there = ", ".join(map(repr, form.presets))
        raise ScenarioError(
            f"settings: there is no preset {preset!r}; these are there: {there}."
        )
    tab = given.pop("tab", first.tab)
    if tab not in tabs:
        raise ScenarioError(
            f"settings: there is no tab {tab!r}; these are there: {', '.join(tabs)}."
        )
    picks = {
        name: given.pop(name, picked) for name, picked in first.picks.items()
    }
    seed = _number("seed", given.pop("seed", str(first.seed)))
    values = list(form.own_values(preset))
    paths = [control.path for control in form.controls]
    for path, value in given.items():
        if path not in paths:
            raise ScenarioError(
                f"settings: there is no control {path!r}; these are there: {', '.join(paths)}."
            )
        values[paths.index(path)] = _number(path, value)
    asked = first.replaced(
        preset=preset, values=tuple(values), seed=seed, tab=tab, picks=picks
    )
    check(asked, form)
    return asked


def _value(value: Any) -> str:
    return NOT_SET if value is None else f"{value!r}"


def _parts(text: str) -> dict[str, str]:
    """The values of a text by their names, without quotation marks."""
    parts: dict[str, str] = {}
    place = 0
    while text[place:].strip():
        found = PART.match(text, place)
        if found is None or found[1] in parts:
            rest = text[place:].strip()
            raise ScenarioError(
                f"settings: {rest!r} cannot be read; write them like {EXAMPLE!r}."
            )
        value = found[2]
        parts[found[1]] = json.loads(value) if value[:1] == '"' else value
        place = found.end()
    return parts


def _number(name: str, text: str) -> Any:
    """A number as it is written in a text; None for what is not set."""
    if text == NOT_SET:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    raise ScenarioError(
        f"settings: {name} is {text!r}, but it must be a number."
    )
