"""The catalogue: a kind of trigger, what AWS says of it, and orders that go through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from sim.course.trial_systems import ERRORS, RESERVED, TIMEOUT, WORK, trial
from sim.markup import Html
from sim.scenario import trigger_catalogue
from sim.scenario.arguments import Seed, checked
from sim.scenario.trigger_catalogue import TriggerKind, trigger_kind
from sim.show.lesson.trigger_card import card, sample_events
from sim.show.panel.controls import Control
from sim.show.panel.panel import Panel
from sim.show.panel.settings_text import named
from sim.show.panel.tabs import TABS, Parts, Sight, Tab

CONTROLS = (
    Control(ERRORS),
    Control(f"{WORK}.mean", label="handler works (mean)", low=0.1, high=50),
    Control(TIMEOUT, high=60),
    Control(RESERVED, label="reserved concurrency", high=5),
)

ERROR_RATE = 0.3
"""With which a page opens, so that there is something to see."""


def _sample(sight: Sight) -> Parts:
    return {"html": sample_events(sight.runs, 0)}


class Catalogue(Panel):
    """A panel with every kind of trigger as a preset, by invocation model, and its card below.

    Another kind gets the settings of the one before.
    """

    tabs: Mapping[str, Tab] = MappingProxyType(
        {**TABS, "sample event": Tab("What the handler receives", _sample)}
    )
    preset_label = "trigger"
    keeps_settings = True

    @checked
    def __init__(self, kind: str, seed: Seed) -> None:
        first = trigger_kind(kind)
        self.kinds = {row.service: row for row in _by_model()}
        trials = {
            service: trial(row.kind).with_setting(ERRORS, ERROR_RATE)
            for service, row in self.kinds.items()
        }
        shown = f"preset={named(first.service)}"
        super().__init__(trials, CONTROLS, seed=seed, settings=shown)

    def _group_of(self, preset: str) -> str:
        """A kind's invocation model, and how many kinds have it."""
        model = self.kinds[preset].model
        count = Counter(row.model for row in self.kinds.values())[model]
        return f"{model} ({count})"

    def _below(self, preset: str) -> Html:
        """What AWS says of the kind."""
        return Html(card(self.kinds[preset].kind))


def _by_model() -> list[TriggerKind]:
    """All kinds, by invocation model as they are written down, and by name."""
    kinds = list(trigger_catalogue.catalogue().values())
    models = list(dict.fromkeys(row.model for row in kinds))
    return sorted(kinds, key=lambda row: (models.index(row.model), row.service))


@checked
def catalogue(kind: str = "sns", seed: Seed = 1) -> Catalogue:
    """Every kind of trigger on one page, with twelve orders that go through it.

    Beside them stand what AWS says of the kind, and its sample event. `kind` is shown first. Raises
    `ScenarioError` for an unknown one.
    """
    return Catalogue(kind, seed)
