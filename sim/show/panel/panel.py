"""A panel: move a setting and see what happens to the same events; pin a run and compare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim.results.run import Run
from sim.scenario.arguments import Number, Seed, checked
from sim.scenario.errors import sentence_of
from sim.scenario.scenario import Scenario
from sim.show.panel.controls import Control, update_widget, value_of
from sim.show.panel.panel_widgets import DEPLOY, PanelWidgets, Scenarios
from sim.show.panel.readout_table import table, words_line
from sim.show.panel.simulation_slices import simulate_in_slices
from sim.show.pictures.pictures import PICTURES

Presets = Mapping[str, Scenarios | Scenario] | Scenario
"""Scenarios by preset; one scenario alone is shown under its preset's name."""


class Panel(PanelWidgets):
    """Controls, and a picture that follows them.

    Callbacks only ask for a redraw, which happens on the event loop the panel was made on:
    JupyterLab may call them in a thread of their own. The latest move wins; a run that cannot be
    made leaves the last picture, marked as old.
    """

    @checked
    def __init__(
        self,
        presets: Presets,
        controls: Sequence[Control | str],
        picture: str = "timeline",
        seed: Seed = 1,
        event: Number = 0,
    ) -> None:
        super().__init__(
            _by_name(presets),
            [
                Control(each) if isinstance(each, str) else each
                for each in controls
            ],
            picture,
            seed,
            event,
        )
        self.first_seed = seed
        self.runs: dict[str, Run] = {}
        self.pinned: dict[str, Run] = {}
        self.redraws = 0
        self.task: asyncio.Task[None] | None = None
        self.loop = _running_loop()
        self.silent = False
        self._listen()
        self._apply_preset()
        self.draw()

    # -- what the learner does

    def _listen(self) -> None:
        for widget in (
            *self.sliders.values(),
            self.seed,
            self.event,
            self.view,
        ):
            widget.observe(self._on_move, "value")
        self.deploy.format.observe(self._on_format, "value")
        self.page_theme.observe(self._on_move, "theme")
        self.preset.observe(self._on_preset, "value")
        self.reset.on_click(self._on_preset)
        self.pin.observe(self._on_pin, "value")

    def _on_move(self, _change: Any = None) -> None:
        self._ask(self.restart)

    def _on_preset(self, _change: Any = None) -> None:
        self._ask(self.restore)

    def _on_pin(self, _change: Any = None) -> None:
        self._ask(self.pin_or_unpin)

    def _on_format(self, _change: Any = None) -> None:
        self._ask(self.deploy.show_code)

    def _ask(self, action: Callable[[], None]) -> None:
        """Have something done on the panel's own loop; this may be another thread."""
        if self.silent:
            return
        if self.loop is None or not self.loop.is_running():
            self._carry_out(action)
        else:
            self.loop.call_soon_threadsafe(self._carry_out, action)

    def _carry_out(self, action: Callable[[], None]) -> None:
        """Do what a move asks for; whatever it raises goes to the error line."""
        try:
            action()
        except Exception as error:  # a callback's exception would vanish unseen
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        self.show_complaint(sentence_of(error))

    def restore(self) -> None:
        """Set every control to the preset's value, then draw once."""
        self._apply_preset()
        self.restart()

    def _apply_preset(self) -> None:
        scenarios = self.presets[self.preset.value].values()
        self.silent = True
        try:
            for control, slider in self.sliders.items():
                update_widget(control, slider, scenarios)
            self.seed.value = self.first_seed
        finally:
            self.silent = False

    def pin_or_unpin(self) -> None:
        """Keep the present runs to compare with, or forget them."""
        self.pinned = dict(self.runs) if self.pin.value else {}
        self.pin.description = "Unpin" if self.pin.value else "Pin this run"
        self.restart()

    # -- what follows

    def scenarios(self) -> Scenarios:
        """The preset's scenarios with the controls' present values."""
        preset = self.presets[self.preset.value]
        return {
            name: self._with_settings(scenario)
            for name, scenario in preset.items()
        }

    def _with_settings(self, scenario: Scenario) -> Scenario:
        for control, slider in self.sliders.items():
            if any(True for _ in scenario.found(control.path)):
                scenario = scenario.with_setting(control.path, value_of(slider))
        return scenario

    def restart(self) -> None:
        """Draw with the present settings; a redraw under way gives way.

        Only on the panel's own loop.
        """
        if self.loop is None or not self.loop.is_running():
            self.draw()
            return
        if self.task is not None:
            self.task.cancel()
        self.task = self.loop.create_task(self._draw_in_slices())

    async def _draw_in_slices(self) -> None:
        for _ in self._slices():
            await asyncio.sleep(0)

    def draw(self) -> None:
        """Run and draw at once."""
        for _ in self._slices():
            pass

    def _slices(self) -> Iterator[None]:
        """Simulate in slices, then show everything in one go; a problem goes to the error line."""
        try:
            runs = {}
            seed = self.seed.value
            for name, scenario in self.scenarios().items():
                runs[name] = yield from simulate_in_slices(scenario, seed)
            self._show(runs)
        except Exception as error:  # a callback's exception would vanish unseen
            self._complain(error)

    def _show(self, runs: dict[str, Run]) -> None:
        # read once: a widget may be moved in another thread, which asks for a redraw of its own
        view = self.view.value
        self.runs = runs
        self.readout.value = table(runs, self.pinned)
        if view in self.texts:
            self.text.value = self.texts[view](runs, self.event.value)
        elif view == DEPLOY:
            self.deploy.update(
                {name: run.scenario for name, run in runs.items()}
            )
        else:
            self.image.value = self._draw_picture(view, runs)
        self.open_view(view)
        self.words.value = words_line(runs, self.pinned)
        self.hide_complaint()
        self.redraws += 1

    def _draw_picture(self, view: str, runs: dict[str, Run]) -> bytes:
        theme = self.page_theme.theme
        pinned = self.pinned or None
        return PICTURES[view](runs, pinned=pinned, theme=theme).png()


def _by_name(presets: Presets) -> dict[str, Scenarios]:
    """Each preset's scenarios by name."""
    if isinstance(presets, Scenario):
        presets = {"as written": presets}
    return {
        name: {name: preset} if isinstance(preset, Scenario) else dict(preset)
        for name, preset in presets.items()
    }


@checked
def panel(
    presets: Presets,
    controls: Sequence[Control | str],
    picture: str = "timeline",
    seed: Seed = 1,
    event: Number = 0,
) -> Panel:
    """A panel for a scenario, or for presets by name.

    A preset is a scenario, or several side by side by their own names. `controls` are dotted paths
    of settings, such as "functions.*.timeout", or `Control`s. Raises `ScenarioError` for a path
    that leads nowhere, for a preset's value that a control cannot show, and for an unknown picture.
    """
    return Panel(presets, controls, picture, seed, event)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
