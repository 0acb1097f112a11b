"""The free playground: any kind of trigger beside others, on a calm day and in four troubles."""

from __future__ import annotations

from typing import Any

from sim.course.trial_systems import ERRORS
from sim.scenario.trigger_catalogue import catalogue
from sim.show.lesson.catalogue import CONTROLS, Catalogue
from sim.show.lesson.kind_picks import ALONE, BESIDE, KIND, days_of
from sim.show.panel.asked import Asked
from sim.show.panel.form import Form
from sim.show.panel.readouts import chosen_readouts
from sim.show.site.lesson_panel import cell_of
from sim.show.site.lesson_playground import SHOWN, readout_texts
from sim.show.site.playground import (
    Lane,
    Playground,
    State,
    Stops,
    asked_states,
    page_form,
    state_of,
)

FIRST = ("sns", "sqs_standard", "invoke")
THIRD = "third"
STOPS: Stops = {ERRORS: [0, 0.5, 1]}
SEED = 16
NOTEBOOK = "10-the-catalogue"
CARDS = ("card", "sample event")
IN_LAB = "There the catalogue has one more kind beside the first, filters, more settings and tabs."


def free_playground(sample: bool = False) -> Playground:
    """The free playground; `sample`: with three kinds of trigger."""
    services = {kind: row.service for kind, row in catalogue().items()}
    if sample:
        services = {kind: services[kind] for kind in FIRST}
    form = Form(days_of(FIRST[0]), CONTROLS)
    message = {**page_form(form, STOPS), **_texts()}
    [preset, *_] = message["presets"]
    first = {
        "preset": preset["name"],
        "values": preset["values"],
        "seed": SEED,
        "tab": SHOWN[0],
        "picks": dict(zip((KIND, BESIDE, THIRD), FIRST, strict=True)),
        "row": -1,
        "lane": 0,
    }
    return Playground(
        name="free",
        title="Any trigger beside any others",
        description=(
            "Twelve orders through any kinds of trigger, on a calm day and in four kinds of "
            "trouble. Who tries again, who is told, and what is kept?"
        ),
        form=message,
        first=first,
        states={kind: kind_states(kind) for kind in services},
        cell=cell_of(NOTEBOOK, "sim.show.catalogue("),
        picks=_lists(services),
        puts_beside=True,
        in_lab=IN_LAB,
    )


def kind_states(kind: str) -> dict[str, list[State]]:
    """By day: the states of one kind of trigger."""
    form = Form(days_of(kind), CONTROLS)
    readouts = chosen_readouts(())
    first = Asked(next(iter(form.presets)), (), SEED, SHOWN[0])
    return {
        day: [
            _as_kind(state_of(asked, form, readouts))
            for asked in asked_states(form, STOPS, day, first)
        ]
        for day in form.presets
    }


def _as_kind(state: State) -> State:
    [lane] = state.lanes
    return State(
        (Lane(lane.name, lane.scenario, lane.seed, lane.readouts, True),)
    )


def _texts() -> dict[str, object]:
    tabs = ("race", "ages", *CARDS, "cost", "deploy")
    return {
        "first_seed": SEED,
        "preset_label": Catalogue.preset_label,
        "tabs": [
            {"name": name, "title": Catalogue.tabs[name].title} for name in tabs
        ],
        **readout_texts(chosen_readouts(())),
    }


def _lists(services: dict[str, str]) -> list[dict[str, Any]]:
    """The three lists of kinds; JupyterLab's own panel knows the first two."""
    kinds = [[kind, service] for kind, service in services.items()]
    others = [[ALONE, "nothing"], *kinds]
    return [
        {"name": KIND, "label": f"trigger ({len(kinds)})", "options": kinds},
        {"name": BESIDE, "label": "beside it", "options": others},
        {
            "name": THIRD,
            "label": "and beside both",
            "options": others,
            "here_alone": True,
        },
    ]
