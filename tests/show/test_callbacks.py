"""What a widget's callback raises is told beside the widget: nobody sees a callback's exception."""

import ast
import html
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import sim
from sim.show.lesson import (
    cover,
    game_day,
    overview,
    prediction,
    presses,
)
from sim.show.panel import panel_answers
from sim.show.stage import chosen_event
from tests.support.rows import holds_for_each

SYSTEM = sim.Scenario(
    functions=[sim.Function("worker")],
    triggers=[sim.trigger("sns", "worker")],
    traffic=[sim.Traffic(into="sns", arrivals=sim.Burst(3))],
    seconds=60,
)
TIMEOUT = "functions.worker.timeout"


def small_panel():
    return sim.show.panel({"a": SYSTEM, "b": SYSTEM}, [TIMEOUT])


def latency_panel():
    return sim.show.panel(SYSTEM, [TIMEOUT], picture="latency")


def complaint(shown):
    return html.escape(shown.answer["complaint"])


def empty_overview():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(overview, "trials", lambda *_: pd.DataFrame())
        patched.setattr(overview, "overview_table", lambda *_: "")
        return sim.show.overview()


class Callback(NamedTuple):
    """What is shown, how it is used, what then breaks, and where the reader is told."""

    make: Callable[[], Any]
    use: Callable[[Any], object]
    module: Any
    breaks: str
    told: Callable[[Any], str] = lambda shown: shown.error.value


def other_seed(shown):
    shown.asked = {**shown.asked, "seed": 2}


def other_theme(shown):
    shown.theme = "dark"


def choose_event(shown):
    shown.chosen = 1


CALLBACKS = {
    "panel: _on_asked": Callback(
        small_panel, other_seed, panel_answers, "scenarios_of", complaint
    ),
    "panel: _on_page": Callback(
        latency_panel, other_theme, panel_answers, "words", complaint
    ),
    "panel: _on_choice": Callback(
        small_panel,
        choose_event,
        chosen_event,
        "lines_of",
        lambda shown: shown.story[0]["heading"],
    ),
    "overview: _fill": Callback(
        empty_overview,
        lambda shown: shown.sort.set_trait("value", "always fails"),
        overview,
        "overview_table",
    ),
    "presses: press": Callback(
        sim.show.presses, lambda shown: shown.button.click(), presses, "round"
    ),
    "presses: forget": Callback(
        sim.show.presses, lambda shown: shown.again.click(), presses, "len"
    ),
    "prediction: lock": Callback(
        lambda: prediction.Prediction("How many?"),
        lambda shown: shown.button.click(),
        prediction,
        "read",
        lambda shown: shown.notice.value,
    ),
    "cover: show_anyway": Callback(
        lambda: prediction.Prediction("How many?").cover("a picture"),
        lambda shown: shown.button.click(),
        cover,
        "output_of",
    ),
    "game_day: _then_show(act": Callback(
        lambda: sim.show.game_day(0),
        lambda shown: shown.wait_1.click(),
        game_day,
        "clock_page",
    ),
    "game_day: _offer_repairs": Callback(
        lambda: sim.show.game_day(0),
        lambda shown: shown.of.set_trait("value", shown.of.options[1]),
        game_day,
        "_option",
    ),
    "game_day: _show_page": Callback(
        lambda: sim.show.game_day(0),
        lambda shown: shown.view.set_trait("value", "queues"),
        game_day,
        "queues_page",
    ),
    "stage: _tell": Callback(
        lambda: sim.show.ages(sim.simulate(SYSTEM)),
        choose_event,
        chosen_event,
        "lines_of",
        lambda shown: shown.story[0]["heading"],
    ),
}


def callbacks_in(path: Path) -> Iterator[str]:
    """The names of what a module has called when a widget is used."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="observe" | "on_click"),
                args=[ast.Call() | ast.Attribute() as callback, *_],
            ):
                yield ast.unparse(callback).rstrip(")").rpartition(".")[2]
            case ast.FunctionDef(decorator_list=[ast.Call(func=of), *_]):
                if ast.unparse(of) == "traitlets.observe":
                    yield node.name


def test_every_callback_is_tried_here():
    found = {
        f"{path.stem}: {name}"
        for path in Path(sim.show.__file__).parent.rglob("*.py")
        for name in callbacks_in(path)
    }
    assert found == set(CALLBACKS)


@holds_for_each(CALLBACKS)
def test_what_a_callback_raises_stands_beside_the_widget(callback):
    shown = callback.make()

    def broken(*_, **__):
        raise KeyError("<b>planted")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(callback.module, callback.breaks, broken, raising=False)
        callback.use(shown)
    assert html.escape("KeyError: '<b>planted'") in callback.told(shown)
