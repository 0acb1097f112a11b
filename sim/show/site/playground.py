"""A playground: a panel with few stops, and every state that it can be in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.show.panel.asked import Asked
from sim.show.panel.form import NOT_SET, Form
from sim.show.panel.moves import scenarios_of
from sim.show.panel.stops import stop_text

Stops = Mapping[str, Sequence[Any]]
"""By a control's path: the values that it can have on a page; None is "not set"."""


@dataclass(frozen=True)
class Lane:
    """One scenario that is shown under a name; its run depends on nothing else.

    `is_kind`: it is a kind of trigger, one lane beside others, with a card and a sample event.
    """

    name: str
    scenario: Scenario
    seed: int
    readouts: tuple[str, ...]
    is_kind: bool = False


@dataclass(frozen=True)
class State:
    """What is shown for one choice of preset and values: lanes, or why there are none."""

    lanes: tuple[Lane, ...] = ()
    complaint: str = ""


@dataclass(frozen=True)
class Cell:
    """Where a playground's panel stands in the course: a notebook, and its cell from 1 on."""

    notebook: str
    number: int


@dataclass(frozen=True)
class Playground:
    """A page's panel: its form and first state as the page gets them, and all its states.

    `states`: by what is picked ("" without lists) and by preset, in the order of `product` of the
    controls' stops. `picks`: the lists, as an answer offers them; their options may be by preset.
    `puts_beside`: each thing that is picked is a lane beside the others, else they are of one run.
    `in_lab`: what to do in JupyterLab, beyond opening the cell.
    """

    name: str
    title: str
    description: str
    form: Mapping[str, Any]
    first: Mapping[str, Any]
    states: Mapping[str, Mapping[str, Sequence[State]]]
    cell: Cell
    picks: Sequence[Mapping[str, Any]] = ()
    puts_beside: bool = False
    in_lab: str = ""


def page_form(form: Form, stops: Stops) -> dict[str, Any]:
    """The message of a form, with those controls alone that have stops, and these stops."""
    places = [
        place
        for place, control in enumerate(form.controls)
        if control.path in stops
    ]
    message = form.message()
    controls = [message["controls"][place] for place in places]
    return {
        **message,
        "presets": [
            {
                **preset,
                "values": [preset["values"][place] for place in places],
                "has": [preset["has"][place] for place in places],
            }
            for preset in message["presets"]
        ],
        "controls": [
            _with_stops(control, stops[control["path"]]) for control in controls
        ],
    }


def _with_stops(
    control: Mapping[str, Any], values: Sequence[Any]
) -> dict[str, Any]:
    numbers = [value for value in values if value is not None]
    unit = control["unit"]
    return {
        **control,
        "stops": [[value, stop_text(value, unit)] for value in numbers],
        "unset": NOT_SET if None in values else "",
        "off": control["off"] if 0 in numbers else "",
        "values": list(values),
        "low": min(numbers),
        "high": max(numbers),
    }


def place_of(form: Mapping[str, Any], values: Sequence[Any]) -> int:
    """The place of the state with these values among those of its preset; `form`: as a page's."""
    place = 0
    for control, value in zip(form["controls"], values, strict=True):
        offered = control["values"]
        found = offered.index(value) if value in offered else 0
        place = place * len(offered) + found
    return place


def check_stops(form: Form, stops: Stops) -> None:
    """Raise `ScenarioError` for a stop of no control, and for a preset's value that is no stop."""
    paths = [control.path for control in form.controls]
    for path in stops:
        if path not in paths:
            raise ScenarioError(f"There is no control {path!r} for its stops.")
    for preset in form.presets:
        own = form.own_values(preset)
        for path, value, has in zip(paths, own, form.has(preset), strict=True):
            if has and path in stops and value not in stops[path]:
                raise ScenarioError(
                    f"Preset {preset!r} has {path} = {value}, which is no stop of {stops[path]}."
                )


def asked_states(
    form: Form, stops: Stops, preset: str, first: Asked
) -> Iterator[Asked]:
    """Every state of a preset: the product of the stops, the last control's changing first."""
    own = form.own_values(preset)
    choices = [
        stops.get(control.path, [value])
        for control, value in zip(form.controls, own, strict=True)
    ]
    for values in product(*choices):
        yield first.replaced(preset=preset, values=values)


def state_of(asked: Asked, form: Form, readouts: Sequence[str]) -> State:
    """The lanes of a state, or what AWS would say of its settings."""
    try:
        scenarios = scenarios_of(asked, form)
    except ScenarioError as error:
        return State(complaint=str(error))
    return State(
        tuple(
            Lane(name, scenario, asked.seed, tuple(readouts))
            for name, scenario in scenarios.items()
        )
    )
