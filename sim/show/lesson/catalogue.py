"""The catalogue: a kind of trigger, what AWS says of it, and orders that go through it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import ipywidgets as widgets

from sim.course.trial_systems import ERRORS, RESERVED, TIMEOUT, WORK, trial
from sim.results.run import Run
from sim.scenario import trigger_catalogue
from sim.scenario.arguments import Seed, checked
from sim.scenario.trigger_catalogue import trigger_kind
from sim.show.lesson.trigger_card import card, sample_events
from sim.show.panel.controls import Control
from sim.show.panel.panel import Panel
from sim.show.panel.panel_widgets import TEXTS

CONTROLS = (
    Control(ERRORS),
    Control(f"{WORK}.mean", label="handler works (mean)", low=0.1, high=50),
    Control(TIMEOUT, high=60),
    Control(RESERVED, label="reserved concurrency", high=5),
)

ERROR_RATE = 0.3
"""With which a page opens, so that there is something to see."""


class Catalogue(Panel):
    """A panel with every kind of trigger, by invocation model.

    Another kind gets the settings of the one before.
    """

    texts = MappingProxyType({**TEXTS, "sample event": sample_events})

    @checked
    def __init__(self, kind: str, seed: Seed) -> None:
        self.first = trigger_kind(kind)
        self.kinds = list(trigger_catalogue.catalogue().values())
        models = dict.fromkeys(row.model for row in self.kinds)
        self.model = widgets.ToggleButtons(
            options={
                f"{model} ({len(self._of(model))})": model for model in models
            },
            value=self.first.model,
            style={"button_width": "auto"},
        )
        self.card = widgets.HTML()
        trials = {
            row.kind: {
                row.service: trial(row.kind).with_setting(ERRORS, ERROR_RATE)
            }
            for row in self.kinds
        }
        super().__init__(trials, CONTROLS, seed=seed)
        self.box = widgets.VBox([self.model, self.box, self.card])

    def _make_inputs(self, seed: int, event: int) -> None:
        super()._make_inputs(seed, event)
        self.preset.description = "trigger"
        self.preset.options = self._of(self.first.model)
        self.preset.value = self.first.kind

    def _listen(self) -> None:
        super()._listen()
        self.preset.unobserve(self._on_preset, "value")
        self.preset.observe(self._on_move, "value")
        self.model.observe(self._on_model, "value")

    def _of(self, model: str) -> list[tuple[str, str]]:
        """The kinds of an invocation model: service and kind."""
        return sorted(
            (row.service, row.kind) for row in self.kinds if row.model == model
        )

    def _on_model(self, _change: Any = None) -> None:
        self._ask(self.offer_kinds)

    def offer_kinds(self) -> None:
        """Let the learner choose from the kinds of the model."""
        self.preset.options = self._of(self.model.value)

    def _show(self, runs: dict[str, Run]) -> None:
        super()._show(runs)
        self.card.value = card(self.preset.value)


@checked
def catalogue(kind: str = "sns", seed: Seed = 1) -> Catalogue:
    """Every kind of trigger on one page, with twelve orders that go through it.

    Beside them stand what AWS says of the kind, and its sample event. `kind` is shown first. Raises
    `ScenarioError` for an unknown one.
    """
    return Catalogue(kind, seed)
