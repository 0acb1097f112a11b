"""What is seen of a panel: its widgets, and where they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from sim.markup import isolated
from sim.results.run import Run
from sim.scenario.arguments import checked
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from sim.show.panel.bills import bills
from sim.show.panel.controls import (
    DESCRIPTION_WIDTH,
    WIDTH,
    Control,
    check_preset,
    make_widget,
)
from sim.show.panel.deploy_tab import DeployTab
from sim.show.panel.page_theme import PageTheme
from sim.show.panel.words import complaint, stories
from sim.show.pictures.pictures import PICTURES

Scenarios = Mapping[str, Scenario]
MOST = 10**6  # of seeds and events

TEXTS: Mapping[str, Callable[[dict[str, Run], int], str]] = {
    "cost": lambda runs, _event: bills(runs, {}),
    "story": stories,
}
"""What a panel shows in words instead of a picture."""

DEPLOY = "deploy"

STYLE = """<style>
.lambda-panel .widget-readout { min-width: 4.5em; overflow: visible }
.lambda-panel .widget-label { white-space: normal; line-height: 14px; height: auto }
.lambda-panel .widget-label { align-self: center }
.lambda-panel :focus-visible { outline: 2px solid var(--jp-brand-color1, #0072b2) }
.lambda-panel :focus-visible { outline-offset: 1px }
</style>"""
"""A readout says its unit, and a label may need two lines: for neither does ipywidgets leave room.

What a key would change has an outline that can be seen.
"""

WIDE = {
    "style": {"description_width": DESCRIPTION_WIDTH},
    "layout": {"width": WIDTH},
}
AS_WIDE_AS_NEEDED = {"button_width": "auto"}
# ipywidgets loses grid_column
HEADING_LAYOUT = {"grid_area": "auto / 1 / auto / -1", "margin": "0"}
# Letters in a smaller picture would be too small: there it is scrolled.
IMAGE_LAYOUT = {"width": "100%", "min_width": "600px", "max_width": "1000px"}
TEXT_LAYOUT = {"max_width": "1000px", "max_height": "600px", "overflow": "auto"}
SETTINGS_COLUMNS = "repeat(auto-fit, minmax(min(100%, 26em), 1fr))"


class PanelWidgets:
    """Controls on the left, one picture on the right.

    Above the picture are readouts, below it an error line and the numbers in words.
    """

    texts = TEXTS

    def __init__(
        self,
        presets: Mapping[str, Scenarios],
        controls: Sequence[Control],
        picture: str,
        seed: int,
        event: int,
    ) -> None:
        self.presets = presets
        self.controls = controls
        _check_number("seed", seed)
        _check_number("event", event)
        self._make_inputs(seed, event)
        self._make_outputs(picture)
        self.box = widgets.HBox(
            [self._settings(), self._result()],
            layout={"flex_flow": "row wrap", "align_items": "flex-start"},
        )
        self.box.add_class("lambda-panel")

    def _make_inputs(self, seed: int, event: int) -> None:
        self.preset = widgets.Dropdown(
            options=list(self.presets), description="preset", **WIDE
        )
        every = [
            scenario
            for scenarios in self.presets.values()
            for scenario in scenarios.values()
        ]
        self.sliders = {
            control: make_widget(control, every) for control in self.controls
        }
        for name, scenarios in self.presets.items():
            for control, slider in self.sliders.items():
                check_preset(control, slider, name, scenarios.values())
        self.seed = widgets.BoundedIntText(
            value=seed, min=0, max=MOST, description="seed", **WIDE
        )
        self.event = widgets.BoundedIntText(
            value=event, min=0, max=MOST, description="story of event", **WIDE
        )
        self.reset = widgets.Button(
            description="Reset", tooltip="Back to the preset"
        )
        self.pin = widgets.ToggleButton(
            description="Pin this run",
            tooltip="Keep it, grey, behind the next one",
        )

    def _make_outputs(self, picture: str) -> None:
        self.readout = widgets.HTML()
        views = [*PICTURES, *self.texts, DEPLOY]
        if picture not in views:
            there = ", ".join(views)
            raise ScenarioError(
                f"There is no picture {picture!r}; these are there: {there}."
            )
        self.view = widgets.ToggleButtons(
            options=views,
            value=picture,
            style=AS_WIDE_AS_NEEDED,
            tooltips=["what to look at"],
        )
        self.image = widgets.Image(format="png", layout=IMAGE_LAYOUT)
        self.text = widgets.HTML(layout=TEXT_LAYOUT)
        self.deploy = DeployTab()
        # one line is kept free, so that a complaint does not move the page
        self.error = widgets.HTML(layout={"min_height": "28px"})
        self.words = widgets.HTML()
        self.page_theme = PageTheme()

    def _settings(self) -> widgets.Widget:
        buttons = widgets.HBox([self.reset, self.pin])
        rows = [self.preset, *self._sliders(), self.seed, self.event, buttons]
        settings = widgets.GridBox(rows)
        settings.layout = widgets.Layout(
            grid_template_columns=SETTINGS_COLUMNS, flex="1 1 26em"
        )
        return settings

    def _sliders(self) -> list[widgets.Widget]:
        """The sliders, with a heading before each group."""
        rows: list[widgets.Widget] = []
        group = ""
        for control, slider in self.sliders.items():
            if control.group and control.group != group:
                heading = f"<b>{isolated(control.group)}</b>"
                rows.append(widgets.HTML(heading, layout=HEADING_LAYOUT))
            group = control.group
            rows.append(slider)
        return rows

    def _result(self) -> widgets.Widget:
        result = widgets.VBox(
            [
                self.readout,
                self.view,
                widgets.Box([self.image], layout={"overflow": "auto"}),
                self.text,
                self.deploy,
                self.error,
                self.words,
                self.page_theme,
                widgets.HTML(STYLE),
            ]
        )
        result.layout = widgets.Layout(flex="3 1 48em", min_width="0")
        return result

    @checked
    def open_view(self, view: str) -> None:
        """Show what belongs to a view, and hide the others."""
        is_open = {
            self.image: view in PICTURES,
            self.text: view in self.texts,
            self.deploy: view == DEPLOY,
        }
        for widget, shown in is_open.items():
            widget.layout.display = "" if shown else "none"

    @checked
    def show_complaint(self, sentence: str) -> None:
        """Say why there is no new picture, and mark the last one as old."""
        self.error.value = complaint(sentence)
        self.image.layout.opacity = "0.35"

    def hide_complaint(self) -> None:
        """The picture is the present one."""
        self.error.value = ""
        self.image.layout.opacity = "1"

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


def _check_number(what: str, number: int) -> None:
    """Refuse what the panel's own field would cut to its largest number."""
    if number > MOST:
        raise ScenarioError(
            f"panel: {what} is {number}, but a panel takes 0 to {MOST}."
        )
