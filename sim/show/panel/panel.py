"""A panel: move a setting and see what happens to the same events; pin a run and compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sim.results.run import Run
from sim.scenario.arguments import Number, Seed, checked
from sim.scenario.errors import ScenarioError
from sim.show.drawing.picture import DPI
from sim.show.drawing.theme import Theme, theme_named
from sim.show.panel.asked import Asked, Pin, read_asked
from sim.show.panel.controls import Control
from sim.show.panel.form import Form, Presets, form_of
from sim.show.panel.panel_answers import Answer, PanelAnswers
from sim.show.panel.picks import Picks
from sim.show.panel.readouts import READOUTS, chosen_readouts
from sim.show.panel.settings_text import read, written
from sim.show.panel.tabs import TABS, Tab, check_tab, tabs_of
from sim.show.panel.turns import Turns
from sim.show.stage.chosen_event import NOBODY, lines_or_error, row_and_lane
from sim.show.stage.lanes import lanes_of

HERE = Path(__file__).parent
STYLES = (HERE.parent / "stage/stage.css", HERE / "panel.css")
NO_MOVE = -1
USUAL_WIDTH = 900  # pixels of a picture, until the page tells
LEAST_WIDTH = 420


class Panel(anywidget.AnyWidget):
    """Controls, and a picture that follows them.

    The page sends what it asks for, and draws what it is answered; both are in `sim/show/panel`.
    What it asks for is done on the event loop the panel was made on: JupyterLab may send it in a
    thread of its own. The latest move wins.
    """

    _esm = HERE / "panel.js"
    _css = "".join(path.read_text(encoding="utf-8") for path in STYLES)
    form: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    answer: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    pinned = traitlets.Bytes().tag(sync=True)
    story: traitlets.List[Any] = traitlets.List().tag(sync=True)
    asked: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Int(NOBODY).tag(sync=True)
    lane = traitlets.Int(0).tag(sync=True)
    theme = traitlets.Unicode("light").tag(sync=True)
    width = traitlets.Int(USUAL_WIDTH).tag(sync=True)

    tabs: Mapping[str, Tab] = TABS
    preset_label = "preset"

    @checked
    def __init__(
        self,
        presets: Presets,
        controls: Sequence[Control | str],
        picture: str = "ages",
        seed: Seed = 1,
        event: Number | None = None,
        readouts: Sequence[str] = (),
        settings: str = "",
    ) -> None:
        form = form_of(presets, controls)
        tabs = tabs_of(self.tabs, form, picture)
        names = chosen_readouts(readouts)
        preset, *_ = form.presets
        picks = self._picks(form)
        first = Asked(preset, form.own_values(preset), seed, picture)
        first = first.replaced(picks=picks.complete({}))
        asked = read(settings, first, form, list(tabs))
        self._answers = PanelAnswers(picks, tabs, names, first)
        self._turns = Turns()
        self._own: dict[str, Any] = {}
        self.redraws = 0
        super().__init__(form=self._form_message(form, tabs, names))
        self.observe(self._on_asked, "asked")
        self.observe(self._on_page, ["theme", "width"])
        self.observe(self._on_choice, ["chosen", "lane"])
        self._ask_for(asked.replaced(move=NO_MOVE))
        if event is not None:
            self.choose(event)

    def _form_message(
        self, form: Form, tabs: Mapping[str, Tab], readouts: Sequence[str]
    ) -> dict[str, Any]:
        return {
            **form.message(),
            "preset_label": self.preset_label,
            "first_seed": self._answers.first.seed,
            "tabs": [
                {"name": name, "title": tab.title} for name, tab in tabs.items()
            ],
            "readouts": {name: READOUTS[name].explanation for name in readouts},
        }

    def _picks(self, form: Form) -> Picks:
        """What can be picked beside the settings."""
        return Picks(form)

    # -- what a learner does in Python; the page asks for the same

    @property
    def runs(self) -> dict[str, Run]:
        """The runs that are shown, by name."""
        return self._answers.runs

    @property
    def settings(self) -> str:
        """The state of the panel as a short text; it can be set, too."""
        answers = self._answers
        return written(self._asked_now(), answers.first, answers.form)

    @settings.setter
    def settings(self, text: str) -> None:
        answers = self._answers
        tabs = list(answers.tabs)
        asked = read(text, answers.first, answers.form, tabs)
        self._ask_for(asked.replaced(move=self._asked_now().move))

    @checked
    def set(self, path: str, value: Any) -> None:
        """Move the control of a setting, and draw; None for what is not set.

        Raises `ScenarioError` if there is no such control.
        """
        paths = [control.path for control in self._answers.form.controls]
        if path not in paths:
            raise ScenarioError(
                f"There is no control {path!r}; these are there: {', '.join(paths)}."
            )
        asked = self._asked_now()
        values = list(asked.values)
        values[paths.index(path)] = value
        self._ask_for(asked.replaced(values=tuple(values)))

    @checked
    def choose_preset(self, name: str) -> None:
        """Show a preset as it is written; raises `ScenarioError` if there is no such preset."""
        form = self._answers.form
        if name not in form.presets:
            there = ", ".join(map(repr, form.presets))
            raise ScenarioError(
                f"There is no preset {name!r}; these are there: {there}."
            )
        values = form.own_values(name)
        seed = self._answers.first.seed
        asked = self._asked_now()
        self._ask_for(asked.replaced(preset=name, values=values, seed=seed))

    @checked
    def pick(self, name: str, value: str) -> None:
        """Pick what is simulated, from the list of that name; "" takes no special one.

        Raises `ScenarioError` if there is no such list, or if the list does not have the value.
        """
        asked = self._asked_now()
        picks = self._answers.picks.complete({**asked.picks, name: value})
        self._ask_for(asked.replaced(picks=picks))

    @checked
    def open_tab(self, tab: str) -> None:
        """Show another tab; raises `ScenarioError` if there is no such tab."""
        check_tab(tab, self._answers.tabs)
        self._ask_for(self._asked_now().replaced(tab=tab))

    @checked
    def choose_option(self, name: str, value: str) -> None:
        """Choose in the open tab: what a bill is for, the format of code, a graph's resource."""
        asked = self._asked_now()
        choices = {**asked.choices, name: value}
        self._ask_for(asked.replaced(choices=choices))

    def pin(self) -> None:
        """Keep the present runs to compare the next ones with."""
        self._pin("keep")

    def unpin(self) -> None:
        """Forget the pinned runs."""
        self._pin("drop")

    def _pin(self, pin: Pin) -> None:
        self._ask_for(self._asked_now().replaced(pin=pin))

    @checked
    def choose(self, event: Number) -> None:
        """Tell the story of an event, or of the one from outside that caused it.

        Raises `ScenarioError` if there is no such event.
        """
        self.chosen, self.lane = row_and_lane(lanes_of(self.runs), event)

    def _asked_now(self) -> Asked:
        return read_asked(self.asked).replaced(pin="")

    def _ask_for(self, asked: Asked) -> None:
        """Do at once what is asked for, as if the page had asked."""
        asked = asked.replaced(move=asked.move + 1)
        self._own = asked.replaced(pin="").message()
        self.asked = self._own
        self._turns.finish(self._steps(asked))

    # -- what the page asks for

    def _on_asked(self, change: Any) -> None:
        if change.new != self._own:
            self._turns.call(partial(self._follow, change.new))

    def _on_page(self, _change: Any = None) -> None:
        self._turns.call(self._redraw)

    def _on_choice(self, _change: Any = None) -> None:
        self._turns.call(self._tell)

    @property
    def _look(self) -> Theme:
        """The page's theme, and how wide a picture is there."""
        width = max(self.width, LEAST_WIDTH) / DPI
        return replace(theme_named(self.theme), width=width)

    def _follow(self, message: Mapping[str, Any]) -> None:
        """Begin with what a page asks for."""
        try:
            self._begin(read_asked(message))
        except Exception as error:  # a callback's exception would vanish unseen
            self._show(self._answers.refused(error))

    def _begin(self, asked: Asked) -> None:
        """Begin with what is asked for; a pin waits for nobody, as it is of this very move."""
        steps = self._steps(asked)
        if asked.pin:
            self._turns.finish(steps)
        else:
            self._turns.begin(steps)

    def _redraw(self) -> None:
        """Answer again what is asked for, where a picture has the page's colours in it."""
        if self.answer["svg"]:
            self._begin(self._asked_now())

    def _steps(self, asked: Asked) -> Iterator[None]:
        """Simulate, answer and show; between two steps something newer may take over."""
        for answer in self._answers.slices(asked, self._look):
            if answer is None:
                yield
            else:
                self._show(answer)

    def _show(self, answer: Answer) -> None:
        with self.hold_sync():
            self.pinned = self._answers.pinned_scene
            self.answer = answer
            self._tell()
        if not answer["complaint"]:
            self.redraws += 1

    def _tell(self) -> None:
        is_told = self.chosen != NOBODY and self.runs
        lanes = lanes_of(self.runs) if is_told else []
        self.story = lines_or_error(lanes, self.lane, self.chosen)


@checked
def panel(
    presets: Presets,
    controls: Sequence[Control | str],
    picture: str = "ages",
    seed: Seed = 1,
    event: Number | None = None,
    readouts: Sequence[str] = (),
    settings: str = "",
) -> Panel:
    """A panel for a scenario, or for presets by name.

    A preset is a scenario, or several side by side by their own names. `controls` are dotted paths
    of settings, such as "functions.*.timeout", or `Control`s. `picture` is the tab that is opened
    first, `event` the one whose story is told, `readouts` the numbers above the picture, `settings`
    the text of another panel's state. Raises `ScenarioError` for a path that leads nowhere, for a
    preset's value that a control cannot show, and for a tab, a readout or a text that is none.
    """
    return Panel(presets, controls, picture, seed, event, readouts, settings)
