"""A game day to play: the console at the right, what you can do at the left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from sim.course.game.game_day import GameDay
from sim.course.game.repairs import Repair
from sim.markup import escaped
from sim.scenario.arguments import Number, checked
from sim.scenario.errors import ScenarioError
from sim.show.lesson.console_page import (
    STYLE,
    alarms_page,
    clock_page,
    log_page,
    queues_page,
)
from sim.show.lesson.debrief_page import debrief_page
from sim.show.lesson.metric_charts import STATISTICS, charts_page
from sim.show.panel.error_line import ErrorLine
from sim.show.panel.own_keys import OwnKeys
from sim.show.stage.stage import Stage

METRICS = "metrics"
LOGS = "logs"
QUEUES = "queues"
SCORE, NIGHTS = "score", "the three nights"
NOT_YET = "choose ..."
FULL = {"width": "auto"}
LEFT = {"flex": "0 1 270px", "min_width": "250px"}
RIGHT = {"flex": "1 1 500px", "min_width": "0"}
PAGE = {"max_height": "660px", "overflow": "auto"}
ALARMS = {"max_height": "190px", "overflow": "auto"}


class GamePanel:
    """The widgets of a game day: `game` is the model that they show and act on."""

    @checked
    def __init__(self, number: Number) -> None:
        self.game = GameDay(number)
        self._make_actions()
        self._make_console()
        self.actions = self._left()
        self.box = widgets.HBox(
            [self.actions, self._right()],
            layout={"flex_flow": "row wrap", "align_items": "flex-start"},
        )
        self.box.add_class("game-day")
        self._listen()
        self._show()

    def _make_actions(self) -> None:
        self.clock = widgets.HTML()
        self.alarms = widgets.HTML(layout=ALARMS)
        self.wait_1 = _button("Wait 1 min", "Let one minute go by")
        self.wait_5 = _button("Wait 5 min", "Let five minutes go by")
        self.cause = _choice("cause", [NOT_YET, *self.game.causes])
        self.name = _button("This is the cause", "You may change your mind")
        resources = list(dict.fromkeys(one.of for one in self.game.repairs))
        self.of = _choice("change", [NOT_YET, *resources])
        self.repair = _choice("by", [NOT_YET])
        self.act = _button("Do it", "The clock goes on while you work")
        self.end = _button("Hand over", "End the shift and see what it was")
        self.again = _button(
            "Play it again", "The same incident from its start"
        )
        self.done = widgets.HTML(layout=ALARMS)
        self.error = ErrorLine()

    def _make_console(self) -> None:
        self.view = widgets.ToggleButtons(
            options=[METRICS, LOGS, QUEUES],
            style={"button_width": "auto"},
            tooltips=["what to look at"],
        )
        self.resource = _choice("of", self._with_metrics())
        self.page = widgets.HTML(layout=PAGE)
        self.stage = widgets.VBox([])

    def _left(self) -> widgets.Widget:
        waits = widgets.HBox([self.wait_1, self.wait_5])
        ends = widgets.HBox([self.end, self.again])
        rows = [
            self.clock, waits, self.alarms,
            widgets.HTML("<h4>What has gone wrong?</h4>"), self.cause, self.name,
            widgets.HTML("<h4>What do you do?</h4>"), self.of, self.repair, self.act,
            self.done, ends, self.error, widgets.HTML(STYLE), OwnKeys(box="game-day"),
        ]  # fmt: skip
        return widgets.VBox(rows, layout=LEFT)

    def _right(self) -> widgets.Widget:
        rows = [self.view, self.resource, self.page, self.stage]
        return widgets.VBox(rows, layout=RIGHT)

    def _listen(self) -> None:
        for button, act in self._acts().items():
            button.on_click(self.error.guarded(self._then_show(act)))
        self.of.observe(self.error.guarded(self._offer_repairs), "value")
        for choice in (self.view, self.resource):
            choice.observe(self.error.guarded(self._show_page), "value")

    def _acts(self) -> dict[widgets.Button, Callable[[], None]]:
        """What each button does to the game."""
        return {
            self.wait_1: lambda: self.game.wait(1),
            self.wait_5: lambda: self.game.wait(5),
            self.name: self._name_cause,
            self.act: self._repair,
            self.end: self._end,
            self.again: self._again,
        }

    def _then_show(self, act: Callable[[], None]) -> Callable[[Any], None]:
        def shown(pressed: Any) -> None:
            act()
            self._show(pressed)

        return shown

    def _hand_on_focus(self, pressed: widgets.Button | None) -> None:
        """A button that nobody can press any more leaves the keyboard to the next one."""
        if pressed is self.again:
            self.wait_1.focus()
        elif pressed is not None and self.game.is_over:
            self.again.focus()

    def _name_cause(self) -> None:
        if self.cause.value == NOT_YET:
            raise ScenarioError("Choose a cause first.")
        self.game.name_cause(self.cause.value)

    def _repair(self) -> None:
        if self.repair.value == NOT_YET:
            raise ScenarioError("Choose what to change, and how, first.")
        self.game.repair(self.of.value, self.repair.value)

    def _end(self) -> None:
        self.game.end()

    def _again(self) -> None:
        self.game = GameDay(self.game.number)
        self.stage.children = ()
        self.view.options = [METRICS, LOGS, QUEUES]
        self.of.value = NOT_YET
        self.cause.value = NOT_YET

    def _offer_repairs(self, _change: Any = None) -> None:
        mine = [one for one in self.game.repairs if one.of == self.of.value]
        self.repair.options = [(NOT_YET, NOT_YET), *map(_option, mine)]

    def _show(self, pressed: widgets.Button | None = None) -> None:
        game = self.game
        self.clock.value = clock_page(
            game.number, game.system, game.clock, game.minutes_left
        )
        self.alarms.value = alarms_page(game.console)
        self.done.value = "<br>".join(map(escaped, game.done))
        for widget in self._only_before_the_end():
            widget.disabled = game.is_over
        self.again.disabled = not game.is_over
        self._hand_on_focus(pressed)
        if game.is_over and SCORE not in self.view.options:
            self.page.value = (
                "<p role='status'>Simulating the other nights.</p>"
            )
            self.view.options = [SCORE, NIGHTS, METRICS, LOGS, QUEUES]
        self._show_page()

    def _only_before_the_end(self) -> list[widgets.Widget]:
        buttons = [self.wait_1, self.wait_5, self.name, self.act, self.end]
        return [*buttons, self.cause, self.of, self.repair]

    def _show_page(self, _change: Any = None) -> None:
        view = self.view.value
        self.resource.layout.display = "" if view in (METRICS, LOGS) else "none"
        self.stage.layout.display = "" if view == NIGHTS else "none"
        self.page.layout.display = "none" if view == NIGHTS else ""
        # the stage needs the width
        self.actions.layout.display = "none" if view == NIGHTS else ""
        if view == NIGHTS:
            self._open_stage()
        else:
            self.page.value = self._page(view)

    def _page(self, view: str) -> str:
        console = self.game.console
        resource = self.resource.value
        if view == SCORE:
            return debrief_page(self.game.debrief)
        if view == QUEUES:
            return queues_page(console)
        if view == METRICS:
            return charts_page(console, resource)
        functions = [one.name for one in self.game.scenario.functions]
        if resource not in functions:
            there = ", ".join(functions)
            return f"<p>Only functions have logs here: {escaped(there)}.</p>"
        return log_page(console, resource)

    def _open_stage(self) -> None:
        """The three nights, with the story of an event that was hit."""
        if not self.stage.children:
            debrief = self.game.debrief
            stage = Stage(debrief.runs, view="race", event=debrief.hit)
            self.stage.children = (stage,)

    def _with_metrics(self) -> list[str]:
        """What has a chart, the resource of the first alarm first."""
        metrics = self.game.console.metrics
        drawn = metrics[metrics.metric.isin(STATISTICS)]
        rung = self.game.console.alarms.resource.tolist()
        return list(dict.fromkeys([*rung, *sorted(set(drawn.resource))]))

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


def _option(repair: Repair) -> tuple[str, str]:
    """A repair in the list of what may be done, with the minutes it takes."""
    return f"{repair.name} ({repair.minutes} min)", repair.name


def _button(words: str, tooltip: str) -> widgets.Button:
    return widgets.Button(
        description=words, tooltip=tooltip, layout={"width": "auto"}
    )


def _choice(words: str, options: list[str]) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=options,
        description=words,
        style={"description_width": "52px"},
        layout=FULL,
    )


@checked
def game_day(number: Number = 1) -> GamePanel:
    """Play a game day: a console up to now, what you can do, and the debrief at its end.

    `number` says which incident; the same number is the same one. The model behind it:
    `sim.course.game_day`. Raises `ScenarioError` for a number that is none.
    """
    return GamePanel(number)
