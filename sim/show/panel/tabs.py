"""The tabs of a panel: for each, what it shows, and the part of an answer that fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.show.drawing.theme import Theme
from sim.show.panel.bills import bills
from sim.show.panel.deploy_tab import FORMATS, code_sections
from sim.show.panel.form import Form
from sim.show.pictures.pictures import CHOICES, PICTURES
from sim.show.stage.scene import scene
from sim.show.stage.stage import views_of


@dataclass(frozen=True)
class Sight:
    """What a tab is made of: runs, those of a pin beside them, choices by name, and the theme."""

    runs: Mapping[str, Run]
    pinned: Mapping[str, Run]
    choices: Mapping[str, str]
    theme: Theme


Parts = dict[str, Any]
"""Fields of an answer."""


@dataclass(frozen=True)
class Tab:
    """A tab: what it is in a sentence, and what fills it."""

    title: str
    parts: Callable[[Sight], Parts]


EMPTY: Parts = {"scene": b"", "views": [], "svg": "", "html": "", "choices": []}
STAGE = ("ages", "race", "system")


def check_tab(tab: str, tabs: Mapping[str, Tab]) -> None:
    """Raise `ScenarioError` if there is no such tab."""
    if tab not in tabs:
        raise ScenarioError(
            f"There is no tab {tab!r}; these are there: {', '.join(tabs)}."
        )


def choice(
    name: str, label: str, options: Mapping[str, str], chosen: str | None
) -> dict[str, Any]:
    """A list to choose from: its options by value, and the one that is chosen, else the first."""
    return {
        "name": name,
        "label": label,
        "options": [[value, text] for value, text in options.items()],
        "value": chosen if chosen in options else next(iter(options)),
    }


def _stage(sight: Sight, with_map: bool = False) -> Parts:
    return {"scene": scene(sight.runs, None, with_map)}


def _system(sight: Sight) -> Parts:
    return _stage(sight, with_map=True)


def _picture(name: str) -> Callable[[Sight], Parts]:
    def parts(sight: Sight) -> Parts:
        choices = CHOICES[name](sight.runs) if name in CHOICES else []
        for one in choices:
            offered = [value for value, _ in one["options"]]
            wish = sight.choices.get(one["name"])
            one["value"] = wish if wish in offered else one["value"]
        picture = PICTURES[name](
            sight.runs,
            pinned=sight.pinned or None,
            theme=sight.theme,
            **{one["name"]: one["value"] for one in choices},
        )
        return {"svg": picture.svg(), "choices": choices}

    return parts


def _cost(sight: Sight) -> Parts:
    return {"html": bills(sight.runs, sight.pinned)}


def _deploy(sight: Sight) -> Parts:
    code_format = choice("format", "as", FORMATS, sight.choices.get("format"))
    scenarios = {name: run.scenario for name, run in sight.runs.items()}
    html = code_sections(scenarios, code_format["value"])
    return {"html": html, "choices": [code_format]}


TABS: Mapping[str, Tab] = {
    "ages": Tab("Each event by the time since it arrived", _stage),
    "race": Tab("What waits, works and ends as time goes on", _stage),
    "system": Tab("A map of the system, and what flows in it", _system),
    "latency": Tab("How long events take", _picture("latency")),
    "fates": Tab("What becomes of events", _picture("fates")),
    "CloudWatch": Tab("What CloudWatch would show", _picture("CloudWatch")),
    "cost": Tab("What AWS would charge", _cost),
    "deploy": Tab("The code that deploys this system", _deploy),
}
ASKED_FOR: Mapping[str, Tab] = {
    "concurrency": Tab(
        "How many runs there are at once", _picture("concurrency")
    ),
    "timeline": Tab("Each event from left to right", _picture("timeline")),
    "environments": Tab(
        "Each execution environment from left to right",
        _picture("environments"),
    ),
}
"""Tabs of a panel that opens with them."""


def tabs_of(tabs: Mapping[str, Tab], form: Form, first: str) -> dict[str, Tab]:
    """The tabs of a panel: a map of the system only where a preset has one."""
    if first in ASKED_FOR:
        tabs = {first: ASKED_FOR[first], **tabs}
    check_tab(first, tabs)
    has_map = any(
        "system" in views_of(scenarios, first)
        for scenarios in form.presets.values()
    )
    return {
        name: tab for name, tab in tabs.items() if name != "system" or has_map
    }
