"""In a lesson's kernel: what a page without Python shows in place of widgets.

`start` is called by the first cell that `docs.site.executed` puts before a lesson's own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from IPython.core.getipython import get_ipython

from docs.site.stories import stories_of
from sim.markup import Html, escaped
from sim.show.lesson.catalogue import Catalogue
from sim.show.lesson.cover import Cover
from sim.show.lesson.game_day import GamePanel
from sim.show.lesson.overview import Overview
from sim.show.lesson.prediction import Prediction
from sim.show.lesson.presses import Presses
from sim.show.panel.panel import Panel
from sim.show.stage.stage import Stage

NEEDS_PYTHON = '<p class="needs-python">{} <a href="../start.html">Open it in JupyterLab.</a></p>'
PLAYGROUND = (
    '<iframe class="playground" data-playground="{name}" title="{title}" loading="lazy" '
    'src="../play/{name}.html?embed"></iframe>'
)


class StaticOutputs:
    """The outputs of one lesson, as HTML; only its first panel has a playground."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self.panels = 0

    def stage(self, stage: Stage) -> Html:
        """A stage with its scene and stories, which `lesson.js` opens once it is seen."""
        data = {
            "scene": _packed(stage.scene),
            "pinned": _packed(stage.pinned),
            "views": stage.views,
            "view": stage.view,
            "caption": stage.caption,
            "instant": stage.instant,
            "stories": stories_of(stage),
        }
        return Html(
            f'<div class="live-stage">{_data(data)}'
            '<p class="needs-script">A moving picture: it needs JavaScript.</p></div>'
        )

    def prediction(self, prediction: Prediction) -> Html:
        """The question and its lock."""
        name = _name(prediction)
        return Html(
            f'<form class="prediction" data-prediction="{name}" '
            f'data-low="{prediction.low}" data-high="{prediction.high}">'
            f"<p><b>Predict.</b> {escaped(prediction.question)}</p>"
            f"{_control(prediction)}"
            '<p><button type="submit">Lock my guess</button> '
            '<span role="status"></span></p></form>'
        )

    def cover(self, cover: Cover) -> Html:
        """What is covered until the guess is locked, and what is said of each guess."""
        prediction: Prediction = cover.show_anyway.__self__  # type: ignore[attr-defined]
        sentences = _sentences(prediction) if cover.is_result else {}
        contents = "".join(shown(content) for content in cover.contents)
        return Html(
            f'<div class="covered" data-prediction="{_name(prediction)}">{_data(sentences)}'
            '<p class="cover">Covered until you lock your guess. '
            '<button type="button">Show me anyway</button></p>'
            '<p class="comparison" role="status" hidden></p>'
            f'<div class="covered-outputs" hidden>{contents}</div></div>'
        )

    def panel(self, _panel: Panel) -> Html:
        """The lesson's first panel is its playground."""
        self.panels += 1
        if self.panels == 1:
            return self._playground(self.lesson, "The panel of this lesson")
        return Html(NEEDS_PYTHON.format("This panel needs Python."))

    def game(self, _game: GamePanel) -> Html:
        """The game day has a playground of its own."""
        return self._playground("game-day", "The game day")

    def overview(self, overview: Overview) -> Html:
        """The whole table, as it is before somebody filters it."""
        return Html(overview.table.value)

    def presses(self, _presses: Presses) -> Html:
        """A button whose presses Python would have to know."""
        return Html(
            NEEDS_PYTHON.format(
                "In JupyterLab a button stands here, whose presses are the events; below, "
                "written-down ones are used."
            )
        )

    def other(self, _widget: Any) -> Html:
        """Any other widget."""
        return Html(NEEDS_PYTHON.format("This needs Python."))

    def _playground(self, name: str, title: str) -> Html:
        return Html(PLAYGROUND.format(name=name, title=title))


def start(lesson: str) -> None:
    """Have this kernel show widgets as a page without Python can."""
    static = StaticOutputs(lesson)
    formatter = _shell().display_formatter.mimebundle_formatter
    forms: dict[type, Callable[[Any], Html]] = {
        widgets.Widget: static.other,
        Stage: static.stage,
        Prediction: static.prediction,
        Cover: static.cover,
        Panel: static.panel,
        Catalogue: static.panel,
        GamePanel: static.game,
        Overview: static.overview,
        Presses: static.presses,
    }
    for kind, form in forms.items():
        formatter.for_type(kind, _bundle(form))


def shown(content: Any) -> Html:
    """A covered output as HTML; of a function, what it returns."""
    if callable(content) and not isinstance(content, widgets.Widget):
        content = content()
    data, _ = _shell().display_formatter.format(content)
    return html_of(data)


def html_of(data: dict[str, Any]) -> Html:
    """The best of an output's forms for a page."""
    if "text/html" in data:
        return Html(f'<div class="table-place">{data["text/html"]}</div>')
    if "image/png" in data:
        image = str(data["image/png"]).strip()
        return Html(f'<img alt="" src="data:image/png;base64,{image}">')
    return Html(f"<pre>{escaped(data.get('text/plain', ''))}</pre>")


def _bundle(form: Callable[[Any], Html]) -> Callable[..., dict[str, str]]:
    def bundle(thing: Any, **_: Any) -> dict[str, str]:
        return {"text/html": str(form(thing))}

    return bundle


def _shell() -> Any:
    return get_ipython()


def _packed(scene: bytes) -> str:
    return base64.b64encode(scene).decode()


def _data(data: Any) -> str:
    """Data for a page's script, in which nothing ends the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    inside = text.replace("</", "<\\/")
    return f'<script type="application/json">{inside}</script>'


def _name(prediction: Prediction) -> str:
    return escaped(prediction.question)


def _control(prediction: Prediction) -> str:
    if prediction.options is None:
        asked = f"a whole number from {prediction.low} to {prediction.high}"
        return (
            '<p><label>my guess <input name="guess" inputmode="numeric" autocomplete="off" '
            f'placeholder="{asked}"></label></p>'
        )
    choices = "".join(
        f'<label><input type="radio" name="guess" value="{escaped(option)}"> '
        f"{escaped(option)}</label>"
        for option in prediction.options
    )
    return f"<fieldset><legend>my guess</legend>{choices}</fieldset>"


def _sentences(prediction: Prediction) -> dict[str, str]:
    """What Python says of each guess that can be locked, and of none at all."""
    low, high = int(prediction.low), int(prediction.high)
    numbers = range(low, high + 1)
    guesses = prediction.options or numbers
    sentences = {}
    for guess in (None, *guesses):
        prediction.guess = guess
        key = "" if guess is None else str(guess)
        sentences[key] = str(prediction.comparison())
    prediction.guess = None
    return sentences
