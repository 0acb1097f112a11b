"""What a lesson asks of its reader: predict, press, check."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from sim.markup import isolated
from sim.scenario.arguments import Number, Seconds, checked
from sim.scenario.arrivals import Recorded
from sim.scenario.errors import ScenarioError
from sim.show.panel.error_line import ErrorLine

ROWS = """<style>
.lambda-options { height: auto }
.lambda-options label { display: flex; flex-direction: row-reverse; height: auto }
.lambda-options label { justify-content: flex-end }
.lambda-options input { flex: none }
</style>"""
"""ipywidgets puts an option's circle after its text, and loses it where the text is long."""

WIDE = {
    "style": {"description_width": "initial"},
    "layout": {"width": "auto", "max_width": "46em"},
}


class Sentence(str):
    """A string that a cell shows without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Prediction:
    """A question before the run: it keeps the answer, and compares it afterwards."""

    @checked
    def __init__(self, question: str, control: widgets.ValueWidget) -> None:
        self.question = question
        self.control = control
        self.box = widgets.VBox(
            [
                widgets.HTML(f"<b>Predict.</b> {isolated(question)}{ROWS}"),
                control,
            ]
        )

    @property
    def value(self) -> Any:
        """The answer as it stands."""
        return self.control.value

    def compare(self, actual: Any) -> Sentence:
        """The prediction and what the simulation says, in one sentence."""
        if _same(self.value, actual):
            return Sentence(f"It is {actual}; as you predicted.")
        return Sentence(f"It is {actual}; you predicted {self.value}.")

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


@checked
def predict(
    question: str,
    options: Sequence[Any] | None = None,
    low: Number = 0,
    high: Number = 40,
) -> Prediction:
    """Ask for a prediction: one of `options`, or a whole number from `low` to `high`."""
    if options is not None:
        if not len(options):
            raise ScenarioError(
                "predict: options is empty, but at least one answer is needed."
            )
        choice = widgets.RadioButtons(
            options=list(options), layout={"width": "auto"}
        )
        choice.add_class("lambda-options")
        return Prediction(question, choice)
    if high < low:
        raise ScenarioError(
            f"predict: high is {high}, but it must be at least low, {low}."
        )
    middle = (low + high) // 2
    slider = widgets.IntSlider(
        value=middle, min=low, max=high, description="my guess", **WIDE
    )
    return Prediction(question, slider)


@checked
def check(answer: Any, correct: Any, hint: str = "") -> Sentence:
    """Whether an exercise's answer is right; `None` is not answered yet.

    Numbers may be off by 1 %.
    """
    if answer is None:
        return Sentence("Not answered yet.")
    if _same(answer, correct):
        return Sentence("Right.")
    return Sentence(f"Not yet: {answer!r} is not it. {hint}".rstrip())


def _same(answer: Any, correct: Any) -> bool:
    try:
        if _is_number(answer) and _is_number(correct):
            return math.isclose(answer, correct, rel_tol=0.01, abs_tol=1e-9)
        return bool(answer == correct)
    except (TypeError, ValueError, OverflowError):
        return False  # such as a table, which is no one answer


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Presses:
    """A button that records when it is pressed: the learner's own presses are the events."""

    @checked
    def __init__(self, otherwise: Sequence[Seconds]) -> None:
        self.instants: list[float] = []
        self.otherwise = tuple(otherwise)
        self.started = 0.0
        self.button = widgets.Button(
            description="Send an event",
            button_style="primary",
            icon="paper-plane",
        )
        self.again = widgets.Button(description="Start again")
        self.count = widgets.HTML(self._count_text())
        self.error = ErrorLine()
        self.button.on_click(self.error.guarded(self.press))
        self.again.on_click(self.error.guarded(self.forget))
        self.box = widgets.HBox(
            [self.button, self.again, self.count, self.error]
        )

    def press(self, _button: Any = None) -> None:
        """Record one event, now."""
        now = time.monotonic()
        if not self.instants:
            self.started = now
        self.instants.append(round(now - self.started, 3))
        self.count.value = self._count_text()

    def forget(self, _button: Any = None) -> None:
        """Forget all presses."""
        self.instants = []
        self.count.value = self._count_text()

    @property
    def arrivals(self) -> Recorded:
        """The presses as arrivals; before the first press, written-down ones."""
        return Recorded(instants=tuple(self.instants or self.otherwise))

    def _count_text(self) -> str:
        if not self.instants:
            return f"no presses yet: {len(self.otherwise)} written-down ones are used"
        return f"{len(self.instants)} events within {self.instants[-1]:.1f} s"

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()


@checked
def presses(
    otherwise: Sequence[Seconds] = (
        0.0,
        0.3,
        0.5,
        0.7,
        1.4,
        1.5,
        1.6,
        3.0,
        3.1,
        5.0,
    ),
) -> Presses:
    """A button to press; `presses().arrivals` are the presses so far, for `sim.Traffic`."""
    return Presses(otherwise)
