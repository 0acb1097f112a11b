"""What the learner has tried in this kernel, and the line that sums it up; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import ipywidgets as widgets

from sim.markup import escaped
from sim.show.lesson.sentence import Sentence


class Guess(Enum):
    """How far a prediction has come."""

    OPEN = "open"
    LOCKED = "locked"
    MATCHED = "matched"
    MISSED = "missed"
    SHOWN = "shown without a guess"


@dataclass
class Exercise:
    """How often an exercise was tried, and whether the last try was right."""

    tries: int = 0
    is_right: bool = False


@dataclass
class Tried:
    """All that was tried, by the exercise's number and by the question."""

    exercises: dict[int, Exercise] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    line: widgets.HTML = field(default_factory=widgets.HTML)

    def ask(self, exercise: int) -> None:
        """An exercise is there, if nobody has tried it yet."""
        if exercise:
            self.exercises.setdefault(exercise, Exercise())
        self.show()

    def answered(self, exercise: int, is_right: bool) -> None:
        """Somebody has tried an exercise."""
        if exercise:
            kept = self.exercises.setdefault(exercise, Exercise())
            kept.tries += 1
            kept.is_right = is_right
        self.show()

    def guessed(self, question: str, guess: Guess) -> None:
        """A prediction has come so far."""
        self.guesses[question] = guess
        self.show()

    def show(self) -> None:
        """Write the line anew, wherever it stands."""
        self.line.value = f'<div role="status">{escaped(self.sentence())}</div>'

    def sentence(self) -> Sentence:
        """All of it in one line."""
        still_open = self._open()
        is_untouched = not any(one.tries for one in self.exercises.values())
        if is_untouched and set(self.guesses.values()) <= {Guess.OPEN}:
            return Sentence(
                f"Nothing is tried yet. Open: {still_open or 'nothing'}."
            )
        end = f"Still open: {still_open}." if still_open else "Nothing is open."
        done = ", ".join(filter(None, [self._answers(), self._guesses()]))
        return Sentence(f"{done}. {end}")

    def _answers(self) -> str:
        if not self.exercises:
            return ""
        right = sum(one.is_right for one in self.exercises.values())
        tries = sum(one.tries for one in self.exercises.values())
        return (
            f"{right} of {counted(len(self.exercises), 'exercise')} right"
            f" ({counted(tries, 'try', 'tries')})"
        )

    def _guesses(self) -> str:
        values = list(self.guesses.values())
        if set(values) <= {Guess.OPEN}:
            return ""
        matched = values.count(Guess.MATCHED)
        shown = values.count(Guess.SHOWN)
        aside = f" ({shown} shown without a guess)" if shown else ""
        return f"{matched} of {counted(len(values), 'guess', 'guesses')} matched{aside}"

    def _open(self) -> str:
        numbers = sorted(
            n for n, one in self.exercises.items() if not one.is_right
        )
        guesses = list(self.guesses.values()).count(Guess.OPEN)
        parts = [f"exercise {number}" for number in numbers]
        if guesses:
            parts.append(counted(guesses, "guess", "guesses"))
        return ", ".join(parts)


TRIED = Tried()
"""What was tried since the kernel started."""


class Progress:
    """The line that sums up what was tried; it follows each lock and each check."""

    def _repr_mimebundle_(self, **_: Any) -> Any:
        TRIED.show()
        bundle = TRIED.line._repr_mimebundle_()
        return {**bundle, "text/plain": str(TRIED.sentence())}


def progress() -> Progress:
    """One line on what was tried since the kernel started: exercises, guesses, and what is open."""
    return Progress()


def counted(number: int, one: str, several: str = "") -> str:
    """A number and its noun: "1 guess", "2 guesses"."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"
