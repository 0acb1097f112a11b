"""A question before the run: the result stays covered until the guess is locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from sim.markup import escaped, isolated
from sim.scenario.arguments import Number, checked
from sim.scenario.errors import ScenarioError
from sim.show.lesson.answer import UnclearAnswerError, read, shown
from sim.show.lesson.cover import Cover
from sim.show.lesson.failed_cells import watch_cells
from sim.show.lesson.options import Options
from sim.show.lesson.sentence import Sentence
from sim.show.lesson.tried import TRIED, Guess
from sim.show.lesson.typed_guess import TypedGuess
from sim.show.panel.error_line import ErrorLine

CLOSE = 0.05
"""How far a number may be from the result, as a share of what could be guessed, and match it."""


class Prediction:
    """A question with a lock: what `reveal` and `cover` are given is covered until then.

    There is no answer before the learner gives one. `reveal` also compares the guess.
    """

    @checked
    def __init__(
        self,
        question: str,
        options: Sequence[Any] | None = None,
        low: Number = 0,
        high: Number = 40,
    ) -> None:
        self.question = question
        self.options = None if options is None else list(options)
        self.low, self.high = low, high
        self.guess: Any = None
        self.actual: Any = None
        self.state = Guess.OPEN
        self.covers: list[Cover] = []
        self._make_widgets()
        TRIED.guessed(question, self.state)

    def _make_widgets(self) -> None:
        self.control = self._control()
        self.button = widgets.Button(
            description="Lock my guess", button_style="primary", icon="lock"
        )
        self.notice = ErrorLine()
        self.button.on_click(self.notice.guarded(self.lock))
        self.control.on_msg(self._on_key)
        words = f"<b>Predict.</b> {isolated(self.question)}"
        row = widgets.HBox([self.button, self.notice])
        self.box = widgets.VBox([widgets.HTML(words), self.control, row])

    def _control(self) -> Any:
        if self.options is None:
            asked = f"a whole number from {self.low} to {self.high}"
            return TypedGuess(placeholder=asked)
        return Options(self.options)

    def _on_key(self, _control: Any, content: Any, _buffers: Any) -> None:
        """Enter locks the guess, as the button does."""
        if content.get("event") == "submit":
            self.button.click()

    def lock(self, _button: Any = None) -> None:
        """Lock the guess, if there is one, and show all that it covers."""
        if self.state is not Guess.OPEN:
            return
        try:
            self.guess = self._given()
        except UnclearAnswerError as unclear:
            self.notice.value = f'<div role="status">{escaped(unclear)}</div>'
            return
        self.state = Guess.LOCKED
        self._close(f"Your guess: {self.guess}.")

    def show_anyway(self, _button: Any = None) -> None:
        """Show all that is covered, without a guess."""
        if self.state is Guess.OPEN:
            self.state = Guess.SHOWN
            self._close("Shown without a guess.")

    def reveal(self, actual: Any, *contents: Any) -> Cover:
        """Outputs that tell the result `actual`, covered until the guess is locked.

        Then a sentence above them compares the two. A function among them is called then.
        """
        self.actual = actual
        return self._cover(contents, is_result=True)

    def cover(self, *contents: Any) -> Cover:
        """More outputs that would tell the result, covered until the guess is locked."""
        return self._cover(contents, is_result=False)

    def _cover(self, contents: Sequence[Any], is_result: bool) -> Cover:
        made = Cover(contents, self.show_anyway, is_result)
        self.covers.append(made)
        self._uncover()
        return made

    def _given(self) -> Any:
        """The guess as it stands."""
        value = self.control.value
        if self.options is not None:
            if value is None:
                raise UnclearAnswerError("Choose one of the answers first.")
            return value
        asked = f"Write a whole number from {self.low} to {self.high} first."
        try:
            number = read(value, like=0)
        except UnclearAnswerError:
            raise UnclearAnswerError(asked) from None
        if number != int(number) or not self.low <= number <= self.high:
            raise UnclearAnswerError(asked)
        return int(number)

    def _close(self, notice: str) -> None:
        self.control.disabled = True
        self.button.disabled = True
        self.button.description = (
            "Locked" if self.guess is not None else "Shown"
        )
        self.notice.value = f'<div role="status">{escaped(notice)}</div>'
        self._uncover()

    def _uncover(self) -> None:
        """Show what is still covered, once that is allowed."""
        if self.state is not Guess.OPEN:
            covers, self.covers = self.covers, []
            for cover in covers:
                cover.uncover(self.comparison() if cover.is_result else "")
        self._keep()

    def _keep(self) -> None:
        """Let the summing-up know how far this guess has come."""
        state = self.state
        if state is Guess.LOCKED and self.actual is not None:
            state = Guess.MATCHED if self.is_close() else Guess.MISSED
        TRIED.guessed(self.question, state)

    def is_close(self) -> bool:
        """Whether the guess matches the result: an option exactly, a number about."""
        if self.options is not None:
            return bool(self.guess == self.actual)
        margin = max(1, CLOSE * (self.high - self.low))
        return bool(abs(self.guess - self.actual) <= margin)

    def comparison(self) -> Sentence:
        """The result, beside the guess if there is one."""
        if self.actual is None:
            return Sentence("")
        result = shown(self.actual)
        if self.guess is None:
            return Sentence(f"The result: {result}.")
        if self.guess == self.actual:
            return Sentence(f"You guessed {result}, and that is the result.")
        return Sentence(
            f"You guessed {shown(self.guess)}; the result is {result}{self._distance()}."
        )

    def _distance(self) -> str:
        """How far a number was off."""
        if self.options is not None:
            return ""
        if self.is_close():
            return ": close"
        difference = int(self.actual) - self.guess
        word = "more" if difference > 0 else "fewer"
        return f", {abs(difference):,} {word} than you thought"

    def _repr_mimebundle_(self, **_: Any) -> Any:
        bundle = self.box._repr_mimebundle_()
        return {**bundle, "text/plain": f"Predict. {self.question}"}


ASKED: dict[tuple[Any, ...], Prediction] = {}
"""The predictions of this kernel: a cell that runs again shows the one that is there."""


@checked
def predict(
    question: str,
    options: Sequence[Any] | None = None,
    low: Number = 0,
    high: Number = 40,
) -> Prediction:
    """Ask for a prediction: one of `options`, or a whole number from `low` to `high`.

    The same question keeps its guess as long as the kernel lives.
    """
    watch_cells()
    if options is not None and not len(options):
        raise ScenarioError(
            "predict: options is empty, but at least one answer is needed."
        )
    if high < low:
        raise ScenarioError(
            f"predict: high is {high}, but it must be at least low, {low}."
        )
    key = (question, repr(options), low, high)
    if key not in ASKED:
        ASKED[key] = Prediction(question, options, low, high)
    return ASKED[key]
