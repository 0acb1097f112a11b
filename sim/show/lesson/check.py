"""Whether an exercise's answer is right, why it is, and what the usual wrong ones mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.arguments import Number, checked
from sim.scenario.errors import ScenarioError, sentence_of
from sim.show.lesson.answer import UnclearAnswerError, is_same, read, shown
from sim.show.lesson.failed_cells import FailedCell, watch_cells
from sim.show.lesson.sentence import Sentence, joined
from sim.show.lesson.tried import TRIED

OPEN = Sentence("Not answered yet.")
Wrong = Mapping[Any, str]
"""What usual wrong answers mean: by the value, or by a function that recognises some."""


@checked
def check(
    answer: Any,
    correct: Any,
    hint: str = "",
    why: str = "",
    wrong: Wrong | None = None,
    exercise: Number = 0,
) -> Sentence:
    """Whether an exercise's answer is right; `None` is not answered yet.

    `correct` may be a function, which is called once there is an answer. A number may be off by
    1 %, and may be a text with a unit ("6 min"), a time, or the only value of a Series. `exercise`
    is the number under which the try is kept.
    """
    watch_cells()
    if answer is None:
        TRIED.ask(exercise)
        return OPEN
    verdict, is_right = _judged(answer, correct, hint, why, wrong or {})
    TRIED.answered(exercise, is_right)
    return verdict


def _judged(
    answer: Any, correct: Any, hint: str, why: str, wrong: Wrong
) -> tuple[Sentence, bool]:
    try:
        right = correct() if callable(correct) else correct
        read(right, like=right)
    except Exception as error:
        return not_checked(error), False
    try:
        return _compared(answer, right, hint, why, wrong)
    except UnclearAnswerError as unclear:
        return joined("Not yet:", str(unclear)), False
    except Exception as error:
        return not_read(answer, error), False


def _compared(
    answer: Any, right: Any, hint: str, why: str, wrong: Wrong
) -> tuple[Sentence, bool]:
    if isinstance(answer, FailedCell):
        return failed(answer), False
    value = read(answer, like=right)
    if is_same(value, right):
        return joined("Right.", why), True
    explained = explanation(value, wrong) or hint
    return joined(f"Not yet: {shown(value)} is not it.", explained), False


def explanation(value: Any, wrong: Wrong) -> str:
    """What a usual wrong answer means; nothing of others."""
    for known, meaning in wrong.items():
        if _is_meant(value, known):
            return meaning
    return ""


def _is_meant(value: Any, known: Any) -> bool:
    try:
        if callable(known):
            return bool(known(value))
        return is_same(read(value, like=known), known)
    except Exception:
        # an explanation that is made for another kind of answer
        return False


def failed(answer: FailedCell) -> Sentence:
    """The sentence on an answer whose cell has ended with an error."""
    return Sentence(
        f"Not yet: the cell of this answer ended with an error ({answer.error}), "
        "so it gives no answer. Mend the cell, and run it again."
    )


def not_checked(error: Exception) -> Sentence:
    """The sentence on a check that cannot run, such as after names of the lesson were changed."""
    return Sentence(
        f"This cannot be checked: {sentence_of(error).rstrip('.')}. "
        "Run the lesson's cells above once more; one of their names may have changed."
    )


def not_read(answer: Any, error: Exception) -> Sentence:
    """The sentence on an answer that breaks when it is looked at."""
    if isinstance(error, ScenarioError):
        return Sentence(f"Not yet: {sentence_of(error)}")
    return Sentence(
        f"Not yet: this answer, of the type {type(answer).__name__}, cannot be read "
        f"({type(error).__name__})."
    )
