"""The catalogue: choose a kind of trigger, read what AWS says of it, and see the same orders go through it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import ipywidgets as widgets

from sim.course.trial_systems import ERRORS, RESERVED, TIMEOUT, WORK, trial
from sim.results.run import Run
from sim.scenario.trigger_catalogue import catalogue as every_kind
from sim.scenario.trigger_catalogue import trigger_kind
from sim.show.lesson.trigger_card import card, samples
from sim.show.panel.controls import Control
from sim.show.panel.panel import TEXTS, Panel

CONTROLS = (
    Control(ERRORS),
    Control(f"{WORK}.mean", label="handler works (mean)", low=0.1, high=50),
    Control(TIMEOUT, high=60),
    Control(RESERVED, label="reserved concurrency", high=5),
)

ERROR_RATE = 0.3
"""With which a page opens, so that there is something to see."""


class Catalogue(Panel):
    """A panel with every kind of trigger, by invocation model; another kind gets the settings of the one before."""

    texts = MappingProxyType({**TEXTS, "sample event": samples})

    def __init__(self, kind: str, seed: int) -> None:
        self.first = trigger_kind(kind)
        self.kinds = list(every_kind().values())
        systems = {
            row.kind: {row.service: trial(row.kind).with_setting(ERRORS, ERROR_RATE)}
            for row in self.kinds
        }
        super().__init__(systems, CONTROLS, seed=seed)

    def _build(self, picture: str, event: int) -> None:
        models = {
            f"{model} ({len(self._of(model))})": model
            for model in dict.fromkeys(row.model for row in self.kinds)
        }
        self.model = widgets.ToggleButtons(
            options=models, value=self.first.model, style={"button_width": "auto"}
        )
        self.card = widgets.HTML()
        super()._build(picture, event)
        self.preset.description = "trigger"
        self.preset.options, self.preset.value = (
            self._of(self.first.model),
            self.first.kind,
        )
        self.box = widgets.VBox([self.model, self.box, self.card])

    def _listen(self) -> None:
        super()._listen()
        self.preset.unobserve(self._on_preset, "value")
        self.preset.observe(self.moved, "value")
        self.model.observe(self._offer, "value")

    def _of(self, model: str) -> list[tuple[str, str]]:
        return sorted(
            (row.service, row.kind) for row in self.kinds if row.model == model
        )

    def _offer(self, change: Any) -> None:
        self.preset.options = self._of(change.new)

    def _show(self, runs: Mapping[str, Run]) -> None:
        super()._show(dict(runs))
        self.card.value = card(self.preset.value)


def catalogue(kind: str = "sns", seed: int = 1) -> Catalogue:
    """Every kind of trigger on one page: what AWS says of it, its sample event, and twelve orders that go through it.

    `kind` is shown first. Raises `ScenarioError` for an unknown one.
    """
    return Catalogue(kind, seed)
