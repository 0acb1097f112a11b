"""What a panel answers: runs of what is asked for, and what its tab shows of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sim.phrases import plural, spoken
from sim.results.run import Run
from sim.scenario.errors import sentence_of
from sim.show.drawing.theme import Theme
from sim.show.panel.asked import NO_CONTROL, Asked, ControlError, check
from sim.show.panel.moves import blamed, scenarios_of
from sim.show.panel.picks import Picks
from sim.show.panel.pins import Pin
from sim.show.panel.readouts import rows
from sim.show.panel.settings_text import written
from sim.show.panel.simulation_slices import SlicedRuns
from sim.show.panel.tabs import EMPTY, STAGE, Sight, Tab, check_tab
from sim.show.panel.words import words
from sim.show.stage.settings_caption import settings_caption

Answer = dict[str, Any]
NOTHING: Answer = {
    **EMPTY,
    "readouts": {"names": [], "rows": []},
    "caption": "",
    "words": "",
    "pin": {"text": "", "compares": False},
    "settings": "",
    "stopped": "",
    "picks": [],
}
"""What an answer holds before anything could be simulated."""


class PanelAnswers:
    """Runs and the pin of a panel, and the answers that are made of them.

    `good`: what was asked for when all was well; `runs` are of it.
    """

    def __init__(
        self,
        picks: Picks,
        tabs: Mapping[str, Tab],
        readouts: Sequence[str],
        first: Asked,
    ) -> None:
        self.picks = picks
        self.form = picks.form
        self.simulated = picks.form
        self.tabs = tabs
        self.readouts = readouts
        self.first = first
        self.good: Asked | None = None
        self.runs: dict[str, Run] = {}
        self.stopped = ""
        self.pin: Pin | None = None
        self.last = {**NOTHING, "tab": first.tab}
        self.pinned_scene = b""

    def slices(self, asked: Asked, theme: Theme) -> Iterator[Answer | None]:
        """Simulate what is asked for and answer; between two slices this gives None.

        What cannot be simulated or shown is a sentence beside the last answer.
        """
        try:
            asked = asked.replaced(picks=self.picks.complete(asked.picks))
            check(asked, self.form)
            check_tab(asked.tab, self.tabs)
            if self.good is None or asked.simulated != self.good.simulated:
                yield from self._simulate(asked)
                self.good = asked
            self._keep_or_drop(asked)
            self.last = self._answer(asked, theme)
            answer = self.last
        except Exception as error:  # a callback's exception would vanish unseen
            answer = self._complaint(asked, theme, error)
        yield answer

    def _simulate(self, asked: Asked) -> Generator[None, None, None]:
        self.simulated = self.picks.form_of(asked.picks)
        scenarios = scenarios_of(asked, self.simulated)
        sliced = SlicedRuns(scenarios, asked.seed)
        self.runs = yield from sliced.slices()
        self.stopped = ""
        if sliced.stopped is not None:
            self.stopped = _stopped(sliced.stopped, self.runs)

    def _keep_or_drop(self, asked: Asked) -> None:
        if asked.pin == "keep":
            what = asked.replaced(tab=self.first.tab)  # no tab is pinned
            self.pin = Pin(self.runs, written(what, self.first, self.form))
        elif asked.pin == "drop":
            self.pin = None

    @property
    def beside(self) -> dict[str, Run]:
        """The pinned runs that compare, by the names of those that they stand beside."""
        return {} if self.pin is None else self.pin.beside(self.runs)

    def _answer(self, asked: Asked, theme: Theme) -> Answer:
        beside = self.beside
        sight = Sight(self.runs, beside, asked.choices, theme)
        views = self._views()
        tab = asked.tab
        if tab in STAGE:
            tab = tab if tab in views else views[0]
            self.pinned_scene = self.pin.scene(self.runs) if self.pin else b""
        return {
            **NOTHING,
            **self.tabs[tab].parts(sight),
            **self._state(asked),
            "complaint": "",
            "control": NO_CONTROL,
            "stopped": self.stopped,
            "readouts": rows(self.runs, beside, self.readouts),
            "caption": settings_caption(self.runs),
            "words": words(self.runs, beside),
            "pin": self._pin_message(),
            "settings": written(asked, self.first, self.form),
            "tab": tab,
            "views": views,
            "picks": self.picks.offered(asked.picks),
        }

    def _views(self) -> list[str]:
        """The tabs that a stage draws; several runs have no map."""
        has_map = len(self.runs) == 1
        return [
            name
            for name in STAGE
            if name in self.tabs and (has_map or name != "system")
        ]

    def _state(self, asked: Asked) -> Answer:
        return {
            "move": asked.move,
            "preset": asked.preset,
            "values": list(asked.values),
            "seed": asked.seed,
        }

    def _pin_message(self) -> dict[str, Any]:
        if self.pin is None:
            return {"text": "", "compares": False}
        return {
            "text": self.pin.sentence(self.runs),
            "compares": not self.pin.problem(self.runs),
        }

    def refused(self, error: Exception) -> Answer:
        """The last answer, beside a sentence on what was asked for and cannot be read."""
        return {
            **self.last,
            "complaint": sentence_of(error),
            "control": NO_CONTROL,
        }

    def _complaint(
        self, asked: Asked, theme: Theme, error: Exception
    ) -> Answer:
        """What was shown last, with a sentence on why there is nothing new."""
        if self.good is not None and asked.tab in self.tabs:
            shown = self.good.replaced(tab=asked.tab, choices=asked.choices)
            with suppress(Exception):  # the first sentence is enough
                self.last = self._answer(shown, theme)
        if isinstance(error, ControlError):
            control = error.control
        else:
            control = blamed(asked, self.good, self.simulated)
        return {
            **self.last,
            **self._state(asked),
            "complaint": sentence_of(error),
            "control": control,
        }


def _stopped(second: int, runs: Mapping[str, Run]) -> str:
    """That runs were stopped, and how many of their events had not come by then."""
    missing = sum(
        int((run.workload.time > run.trace.ended).sum())
        for run in runs.values()
    )
    sentence = (
        f"Stopped at {spoken(second)}, for these settings take long to simulate"
    )
    if not missing:
        return f"{sentence}."
    return f"{sentence}; {plural(missing, 'event')} had not come by then, and count as in flight."
