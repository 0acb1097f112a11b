"""Which kind of trigger a catalogue shows, and beside which other one."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.course.trial_systems import TROUBLES, trial
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.trigger_catalogue import catalogue, trigger_kind
from sim.show.lesson.trigger_filters import (
    FILTERS,
    check_filters,
    filter_options,
    kinds_that_fit,
)
from sim.show.panel.controls import Scenarios
from sim.show.panel.form import Form
from sim.show.panel.picks import Picked, Picks
from sim.show.panel.tabs import choice

CALM = "a calm day"
KIND = "kind"
BESIDE = "beside"
ALONE = ""
LISTS = (*FILTERS, KIND, BESIDE)


class KindPicks(Picks):
    """Filters, a kind that they let through, and any other kind beside it.

    Where the filters do not let the picked kind through, the first one that they do is shown.
    """

    def __init__(self, form: Form, first: str) -> None:
        super().__init__(form)
        self.first = first

    def complete(self, picked: Picked) -> dict[str, str]:
        """What is picked in every list; raises `ScenarioError` for what is not offered."""
        picked = {name: str(value) for name, value in picked.items()}
        for name in picked:
            if name not in LISTS:
                raise ScenarioError(
                    f"There is no list {name!r}; these are there: {', '.join(LISTS)}."
                )
        check_filters(picked)
        kind = trigger_kind(picked.get(KIND) or self.first).kind
        beside = picked.get(BESIDE, ALONE)
        if beside != ALONE:
            beside = trigger_kind(beside).kind
        fitting = [row.kind for row in kinds_that_fit(picked)]
        kind = kind if kind in fitting else fitting[0]
        filters = {name: picked.get(name, "") for name in FILTERS}
        return {
            **filters,
            KIND: kind,
            BESIDE: beside if beside != kind else ALONE,
        }

    def offered(self, picked: Picked) -> list[dict[str, Any]]:
        """The lists, each with its options, as a page gets them."""
        filters = [
            choice(
                name, one.label, filter_options(name, picked), picked.get(name)
            )
            for name, one in FILTERS.items()
        ]
        kinds = {row.kind: row.service for row in kinds_that_fit(picked)}
        others = {ALONE: "nothing"} | {
            row.kind: row.service
            for row in kinds_that_fit({})
            if row.kind != picked[KIND]
        }
        return [
            *filters,
            choice(KIND, f"trigger ({len(kinds)})", kinds, picked[KIND]),
            choice(BESIDE, "beside it", others, picked[BESIDE]),
        ]

    def form_of(self, picked: Picked) -> Form:
        """The form whose presets are the days of the picked kinds."""
        kinds = [picked[KIND], picked[BESIDE]]
        days = days_of(*(kind for kind in kinds if kind != ALONE))
        return Form(days, self.form.controls)


@cache
def days_of(*kinds: str) -> dict[str, Scenarios]:
    """A calm day and the four troubles: for each, the kinds side by side, by their service."""
    return {
        day: {catalogue()[kind].service: _on(day, kind) for kind in kinds}
        for day in (CALM, *TROUBLES)
    }


def _on(day: str, kind: str) -> Scenario:
    return trial(kind).with_settings(TROUBLES.get(day, {}))
