"""What is wrong with a template: one sentence each, with the line where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from typing import Any

from sim.scenario.errors import ScenarioError

MOST_LETTERS = 2000
ENDS = 900


class TemplateError(ScenarioError):
    """A template that cannot be read, or that AWS would refuse.

    `problems` has one sentence for each cause.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(dict.fromkeys(map(_readable, problems)))
        super().__init__("\n".join(self.problems))


class WithoutFunctionsError(TemplateError):
    """A template that is right, but in which no event invokes a function.

    `resources`: the names of what it has.
    """

    def __init__(
        self, problems: Iterable[str], resources: Collection[str] = ()
    ) -> None:
        super().__init__(problems)
        self.resources = frozenset(resources)


def _readable(sentence: str) -> str:
    """A sentence in one line, without the middle of a value that no one would read to its end."""
    if len(sentence) > MOST_LETTERS:
        sentence = f"{sentence[:ENDS]} … {sentence[-ENDS:]}"
    if sentence.isprintable():
        return sentence
    shown = (
        each if each.isprintable() else ascii(each)[1:-1] for each in sentence
    )
    return "".join(shown)


def ask_for_parameters(places: Mapping[str, str]) -> str:
    """The sentence that asks for values of parameters, each with the place that needs it."""
    names = ", ".join(f"{name!r} ({place})" for name, place in places.items())
    return f"The template needs a value for {names}: give parameters={{name: value}}."


def import_optional(module: str, package: str) -> Any:
    """A module that only reading a template needs.

    Raises `TemplateError` that names the package to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise TemplateError(
            [
                f"Reading this template needs {package}: pip install {package} ({error})."
            ]
        ) from None
