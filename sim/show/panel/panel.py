"""A panel: move a setting and see what happens to the same events; pin a run and compare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from sim.engine.simulate import Simulation
from sim.facts import fact
from sim.results.run import Run
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.show.panel import controls, readouts
from sim.show.panel.controls import Control
from sim.show.panel.deploy_tab import Deploy
from sim.show.panel.page_theme import Paper
from sim.show.pictures.pictures import PICTURES, Kept
from sim.trace import MICROSECONDS

System = Mapping[str, Scenario]
SLICES = 8
"""Into how many parts a simulation is cut, so that a newer move can take over between two of them.
"""
DRAINED_AT_ONCE = 600 * MICROSECONDS
"""How much time after the last arrival is simulated in one slice."""

TEXTS: Mapping[str, Callable[[dict[str, Run], int], str]] = {
    "cost": readouts.bills,
    "story": readouts.stories,
}
"""What a panel shows in words instead of a picture."""


ROOM = """<style>
.lambda-panel .widget-readout { min-width: 4.5em; overflow: visible }
.lambda-panel .widget-label { white-space: normal; line-height: 14px; height: auto; align-self: center }
.lambda-panel :focus-visible { outline: 2px solid var(--jp-brand-color1, #0072b2); outline-offset: 1px }
</style>"""
"""A readout says its unit, and a label may need two lines: for neither does ipywidgets leave room.

What a key would change has an outline that can be seen.
"""


class Panel:
    """Controls on the left, one picture on the right, readouts above, an error line and the numbers in words below.

    Callbacks only ask for a redraw, which happens on the event loop the panel was made on:
    JupyterLab may call them in a thread of their own. The latest move wins; a run that cannot be
    made leaves the last picture, marked as old.
    """

    texts = TEXTS

    def __init__(
        self,
        presets: Mapping[str, System],
        controls_: Sequence[Control | str],
        picture: str = "timeline",
        seed: int = 1,
        event: int = 0,
    ) -> None:
        self.presets = {name: dict(system) for name, system in presets.items()}
        self.controls = [Control(c) if isinstance(c, str) else c for c in controls_]
        self.first_seed = seed
        self.runs: dict[str, Run] = {}
        self.pinned: dict[str, Run] = {}
        self.redraws = 0
        self.pictures: dict[tuple[str, int, str], Kept] = {}
        self.task: asyncio.Task[None] | None = None
        self.loop = _running_loop()
        self.silent = True
        self._build(picture, event)
        self._apply_preset()
        self.silent = False
        self.draw()

    # -- what is seen
    # ----------------------------------------------------------------------------------------------

    def _build(self, picture: str, event: int) -> None:
        wide = {
            "style": {"description_width": controls.DESCRIPTION_WIDTH},
            "layout": {"width": controls.WIDTH},
        }
        self.preset = widgets.Dropdown(
            options=list(self.presets), description="preset", **wide
        )
        every = [
            scenario for system in self.presets.values() for scenario in system.values()
        ]
        self.sliders = {
            control: controls.widget(control, every) for control in self.controls
        }
        self.seed = widgets.BoundedIntText(
            value=self.first_seed, min=0, max=10**6, description="seed", **wide
        )
        self.event = widgets.BoundedIntText(
            value=event, min=0, max=10**6, description="story of event", **wide
        )
        self.view = widgets.ToggleButtons(
            options=[*PICTURES, *self.texts, "deploy"],
            value=picture,
            style={"button_width": "auto"},
            tooltips=["what to look at"],
        )
        self.reset = widgets.Button(description="Reset", tooltip="Back to the preset")
        self.pin = widgets.ToggleButton(
            description="Pin this run", tooltip="Keep it, grey, behind the next one"
        )
        self.image = widgets.Image(
            format="png",
            layout={"width": "100%", "min_width": "600px", "max_width": "1000px"},
        )
        self.text = widgets.HTML(
            layout={"max_width": "1000px", "max_height": "600px", "overflow": "auto"}
        )
        self.readout, self.words, self.paper, self.deploy = (
            widgets.HTML(),
            widgets.HTML(),
            Paper(),
            Deploy(),
        )
        self.error = widgets.HTML(
            layout={"min_height": "28px"}
        )  # one line is kept free, so that the page stays
        self._listen()
        buttons = widgets.HBox([self.reset, self.pin])
        settings = widgets.GridBox(
            [self.preset, *self._groups(), self.seed, self.event, buttons]
        )
        columns = "repeat(auto-fit, minmax(min(100%, 26em), 1fr))"
        settings.layout = widgets.Layout(grid_template_columns=columns, flex="1 1 26em")
        scrolled = widgets.Box(
            [self.image], layout={"overflow": "auto"}
        )  # letters in a smaller picture are too small
        shown = (scrolled, self.text, self.deploy)
        seen = widgets.VBox(
            [
                self.readout,
                self.view,
                *shown,
                self.error,
                self.words,
                self.paper,
                widgets.HTML(ROOM),
            ]
        )
        seen.layout = widgets.Layout(flex="3 1 48em", min_width="0")
        self.box = widgets.HBox(
            [settings, seen],
            layout={"flex_flow": "row wrap", "align_items": "flex-start"},
        )
        self.box.add_class("lambda-panel")

    def _groups(self) -> list[widgets.Widget]:
        rows: list[widgets.Widget] = []
        for before, control in zip([None, *self.controls], self.controls, strict=False):
            if control.group and (before is None or before.group != control.group):
                across = {
                    "grid_area": "auto / 1 / auto / -1",
                    "margin": "0",
                }  # ipywidgets loses grid_column
                rows.append(widgets.HTML(f"<b>{control.group}</b>", layout=across))
            rows.append(self.sliders[control])
        return rows

    def _listen(self) -> None:
        for control in (*self.sliders.values(), self.seed, self.event, self.view):
            control.observe(self.moved, "value")
        self.preset.observe(self._on_preset, "value")
        self.paper.observe(self.moved, "theme")
        self.reset.on_click(self._on_preset)
        self.pin.observe(self._on_pin, "value")

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()

    # -- what the learner does
    # ---------------------------------------------------------------------------------------

    def moved(self, _change: Any = None) -> None:
        """A control has moved, on any thread: ask for a redraw."""
        self._ask(self.restart)

    def _on_preset(self, _change: Any = None) -> None:
        self._ask(self.restore)

    def _on_pin(self, _change: Any = None) -> None:
        self._ask(self.pin_or_unpin)

    def _ask(self, what: Callable[[], None]) -> None:
        if self.silent:
            return
        if self.loop is None or not self.loop.is_running():
            what()
        else:
            self.loop.call_soon_threadsafe(what)

    def restore(self) -> None:
        """Set every control to the preset's value, then draw once."""
        self.silent = True
        self._apply_preset()
        self.silent = False
        self.restart()

    def _apply_preset(self) -> None:
        for control, slider in self.sliders.items():
            controls.show(control, slider, self.presets[self.preset.value].values())
        self.seed.value = self.first_seed

    def pin_or_unpin(self) -> None:
        """Keep the present runs to compare with, or forget them."""
        self.pinned = dict(self.runs) if self.pin.value else {}
        self.pin.description = "Unpin" if self.pin.value else "Pin this run"
        self.restart()

    # -- what follows
    # --------------------------------------------------------------------------------------------------

    def scenarios(self) -> System:
        """The preset's scenarios with the controls' present values."""
        return {
            name: self._set(scenario)
            for name, scenario in self.presets[self.preset.value].items()
        }

    def _set(self, scenario: Scenario) -> Scenario:
        for control, slider in self.sliders.items():
            if any(True for _ in scenario.found(control.path)):
                scenario = scenario.with_setting(control.path, controls.setting(slider))
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
        for _ in self._steps():
            await asyncio.sleep(0)

    def draw(self) -> None:
        """Run and draw at once."""
        for _ in self._steps():
            pass

    def _steps(self) -> Iterator[None]:
        """Simulate in slices, then show everything in one go; a problem goes to the error line."""
        try:
            runs = {}
            for name, scenario in self.scenarios().items():
                runs[name] = yield from self._slices(
                    Simulation(scenario, self.seed.value)
                )
            self._show(runs)
        except Exception as error:  # a callback's exception would vanish unseen
            expected = isinstance(error, ScenarioError)
            self._complain(
                str(error) if expected else f"{type(error).__name__}: {error}"
            )

    def _slices(self, simulation: Simulation) -> Generator[None, None, Run]:
        """A whole run, as `simulate(..., drain=True)` makes it, in slices."""
        end = round(simulation.scenario.seconds * MICROSECONDS)
        for part in range(1, SLICES + 1):
            simulation.advance(end * part // SLICES)
            yield
        last = end + fact("Scenario.drain_seconds").value * MICROSECONDS
        while simulation.router.unsettled and end < last:
            end = min(end + DRAINED_AT_ONCE, last)
            simulation.drain(end)
            yield
        return simulation.finish()

    def _show(self, runs: dict[str, Run]) -> None:
        self.runs = runs
        self.readout.value = readouts.table(runs, self.pinned)
        view = self.view.value
        if view in self.texts:
            self.text.value = self.texts[view](runs, self.event.value)
        elif view == "deploy":
            self.deploy.update({name: run.scenario for name, run in runs.items()})
        else:
            self.image.value = self._drawn(runs)
        for widget, is_open in (
            (self.image, view in PICTURES),
            (self.text, view in self.texts),
            (self.deploy, view == "deploy"),
        ):
            widget.layout.display = "" if is_open else "none"
        self.words.value = readouts.words(runs, self.pinned)
        self.error.value = ""
        self.image.layout.opacity = "1"
        self.redraws += 1

    def _drawn(self, runs: dict[str, Run]) -> bytes:
        key = (self.view.value, len(runs), self.paper.theme)
        if key not in self.pictures:
            self.pictures[key] = PICTURES[self.view.value](runs, theme=self.paper.theme)
        self.pictures[key].update(runs, self.pinned or None)
        return self.pictures[key].png()

    def _complain(self, sentence: str) -> None:
        self.error.value = readouts.complaint(sentence)
        self.image.layout.opacity = "0.35"


def panel(
    presets: Mapping[str, System | Scenario] | Scenario,
    controls: Sequence[Control | str],
    picture: str = "timeline",
    seed: int = 1,
    event: int = 0,
) -> Panel:
    """A panel for a scenario, or for presets: by name a scenario, or several side by side by their own names.

    `controls` are dotted paths of settings, such as "functions.*.timeout", or `Control`s. Raises
    `ScenarioError` for a path that leads nowhere.
    """
    if isinstance(presets, Scenario):
        presets = {"as written": presets}
    systems = {
        name: {name: s} if isinstance(s, Scenario) else s for name, s in presets.items()
    }
    return Panel(systems, controls, picture, seed, event)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
