"""The catalogue: pick a kind of trigger, see what AWS says of it, and play with it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sim.course.trial_systems import ERRORS, RESERVED, TIMEOUT, WORK
from sim.markup import isolated
from sim.scenario.arguments import Seed, checked
from sim.scenario.trigger_catalogue import trigger_kind
from sim.show.lesson.kind_picks import KindPicks, days_of
from sim.show.lesson.trigger_card import card, sample_events
from sim.show.panel.controls import Control
from sim.show.panel.form import Form
from sim.show.panel.panel import Panel
from sim.show.panel.picks import Picks
from sim.show.panel.tabs import TABS, Parts, Sight, Tab

CONTROLS = (
    Control(ERRORS),
    Control(f"{WORK}.mean", label="handler works (mean)", low=0.1, high=50),
    Control(f"{WORK}.seconds", label="handler works", low=0.1, high=50),
    Control(TIMEOUT, high=60),
    Control(RESERVED, label="reserved concurrency", high=5),
)
STAGE_FIRST = ("ages", "race")


def _cards(sight: Sight) -> Parts:
    cards = {
        name: card(run.scenario.triggers[0].kind)
        for name, run in sight.runs.items()
    }
    html = "".join(
        f"<h4>{isolated(name)}</h4>{one}" for name, one in cards.items()
    )
    return {"html": html}


def _sample(sight: Sight) -> Parts:
    return {"html": sample_events(sight.runs, 0)}


class Catalogue(Panel):
    """A panel that shows any kind of trigger, on a calm day and in four troubles.

    Another kind gets the day and the settings of the one before.
    """

    tabs: Mapping[str, Tab] = MappingProxyType(
        {
            **{name: TABS[name] for name in STAGE_FIRST},
            "card": Tab("What AWS says of this kind of trigger", _cards),
            "sample event": Tab("What the handler receives", _sample),
            **{
                name: tab
                for name, tab in TABS.items()
                if name not in STAGE_FIRST
            },
        }
    )
    preset_label = "day"

    @checked
    def __init__(self, kind: str, seed: Seed) -> None:
        self.first_kind = trigger_kind(kind).kind
        super().__init__(days_of(self.first_kind), CONTROLS, seed=seed)

    def _picks(self, form: Form) -> Picks:
        """Filters, the kind, and the kind beside it."""
        return KindPicks(form, self.first_kind)


@checked
def catalogue(kind: str = "sns", seed: Seed = 1) -> Catalogue:
    """Any kind of trigger, with twelve orders that go through it, alone or beside another kind.

    It is picked by filters: who waits, who tries again, which order is kept, what is paid. Its card
    has what AWS says of it. `kind` is shown first. Raises `ScenarioError` for an unknown one.
    """
    return Catalogue(kind, seed)
