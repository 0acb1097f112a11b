"""What is wrong with a template: one sentence each, with the line where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from sim.scenario.errors import ScenarioError


class TemplateError(ScenarioError):
    """A template that cannot be read, or that AWS would refuse; `problems` has one sentence for each cause."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


def needs(places: Mapping[str, str]) -> str:
    """The sentence that asks for parameters, each with the place that needs it."""
    needed = ", ".join(f"{name!r} ({place})" for name, place in places.items())
    return f"The template needs a value for {needed}: give parameters={{name: value}}."


def needed(module: str, package: str) -> Any:
    """A module that only reading a template needs; raises `TemplateError` that names the package to install."""
    try:
        return import_module(module)
    except ImportError as error:
        raise TemplateError(
            [f"Reading this template needs {package}: pip install {package} ({error})."]
        ) from None
