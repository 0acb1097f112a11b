"""The game day as a page: ten incidents of the shop, what somebody does about each, and when."""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from typing import Any

from sim import facts
from sim.course.game.repairs import Repair, repairs_of
from sim.course.incident_catalogue import Incident, incident, incidents
from sim.scenario.errors import ScenarioError
from sim.show.panel.readouts import chosen_readouts
from sim.show.panel.tabs import TABS
from sim.show.site.lesson_panel import cell_of
from sim.show.site.lesson_playground import SHOWN, readout_texts
from sim.show.site.playground import Lane, Playground, State

SEED = 1
SECONDS = 1200
PER_SECOND = 0.5
SOURCE = "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_testing_resiliency_game_days_resiliency.html"
NOTHING = "nothing"
REPAIR = "repair"
NOTEBOOK = "09-the-reference-system"
READOUTS = (
    "delivered",
    "told",
    "parked",
    "lost",
    "in flight",
    "p50",
    "p99",
    "worst",
)
IN_LAB = (
    "There the game day is played: a console without a cause, alarms, logs, forty repairs and a "
    "score."
)


def game_day_playground(sample: bool = False) -> Playground:
    """The game day; `sample`: with its first incident."""
    names = list(islice(incidents().name, 1 if sample else None))
    control = _control()
    states: dict[str, dict[str, list[State]]] = {"": {}}
    for name in names:
        trouble = incident(name, _per_second(name), SECONDS)
        untouched = _state(name, trouble, None, 0)
        states[""][name] = [untouched for _ in control["values"]]
        for repair in repairs(trouble):
            states.setdefault(_words(repair), {})[name] = [
                _state(name, trouble, repair, minutes)
                for minutes in control["values"]
            ]
    return Playground(
        name="game-day",
        title="Game day: ten incidents, and what to do about them",
        description=(
            "A shop in trouble. Choose the incident, what is done about it and after how many "
            "minutes, and see what is lost, what is late and who is told."
        ),
        form=_form(names, control),
        first=_first(names, control),
        states=states,
        cell=cell_of(NOTEBOOK, "sim.show.game_day("),
        picks=[_list(names, states)],
        in_lab=IN_LAB,
    )


@cache
def chosen() -> dict[str, Any]:
    """What was chosen for this page: `data/game_day/page.json`."""
    path = facts.DATA / "game_day" / "page.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def repairs(trouble: Incident) -> list[Repair]:
    """The repairs of an incident that this page has."""
    wanted = [tuple(row) for row in chosen()["repairs"][trouble.name]]
    known = {(one.of, one.name): one for one in repairs_of(trouble.healthy)}
    return [known[one] for one in wanted]


def _per_second(name: str) -> float:
    """How many orders come a second; an incident that lasts a day has fewer."""
    rate: float = chosen()["per_second"].get(name, PER_SECOND)
    return rate


def _words(repair: Repair) -> str:
    return f"{repair.of}: {repair.name}"


def _state(
    name: str, trouble: Incident, repair: Repair | None, minutes: float
) -> State:
    """The incident with a repair that somebody begins so many minutes after it."""
    scenario = trouble.scenario
    if repair is not None:
        at = trouble.at + (minutes + repair.minutes) * 60
        try:
            scenario = repair.made(scenario, at)
        except ScenarioError as error:
            return State(
                complaint=f"{_words(repair)}: that is refused. {error}"
            )
    readouts = tuple(chosen_readouts(READOUTS))
    return State((Lane(name, scenario, SEED, readouts),))


def _control() -> dict[str, Any]:
    """The slider for the minutes until somebody begins to repair."""
    minutes = chosen()["minutes"]
    return {
        "path": "minutes",
        "label": "repair begins after",
        "group": "",
        "help": "Minutes from the beginning of the trouble until somebody begins to repair.",
        "source": SOURCE,
        "unit": "min",
        "stops": [[minute, f"{minute} min"] for minute in minutes],
        "values": minutes,
        "unset": "",
        "off": "",
        "low": minutes[0],
        "high": minutes[-1],
        "whole": True,
    }


def _form(names: list[str], control: dict[str, Any]) -> dict[str, Any]:
    values = [control["values"][0]]
    return {
        "presets": [
            {"name": name, "values": values, "has": [True]} for name in names
        ],
        "controls": [control],
        "seed": {"min": 0, "max": 10**6},
        "first_seed": SEED,
        "preset_label": "incident",
        "tabs": [{"name": name, "title": TABS[name].title} for name in SHOWN],
        **readout_texts(chosen_readouts(READOUTS)),
    }


def _first(names: list[str], control: dict[str, Any]) -> dict[str, Any]:
    return {
        "preset": names[0],
        "values": [control["values"][0]],
        "seed": SEED,
        "tab": "system",
        "picks": {REPAIR: ""},
        "row": -1,
        "lane": 0,
    }


def _list(
    names: list[str], states: dict[str, dict[str, list[State]]]
) -> dict[str, Any]:
    """What can be done, by incident."""
    options = {
        name: [["", NOTHING]]
        + [
            [words, words]
            for words in states
            if words and name in states[words]
        ]
        for name in names
    }
    return {"name": REPAIR, "label": "what is done", "options": options}
