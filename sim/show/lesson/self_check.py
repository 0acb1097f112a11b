"""The first cell of every lesson: is everything here that the lesson needs?"""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from sim.show.lesson.failed_cells import watch_cells
from sim.show.lesson.sentence import Sentence
from sim.show.lesson.table import show_tables_in_words

PROJECT = "lambda-invocation-models"
SHOWN = ("jupyterlab", "ipywidgets", "simpy", "pandas", "matplotlib")


def ready() -> Sentence:
    """Say in one line that this kernel has what the course needs, or what to do if it has not.

    From then on the notebook shows tables as `sim.show.table` does.
    """
    watch_cells()
    show_tables_in_words()
    problems = [problem for needed in _needed() for problem in _problem(needed)]
    if problems:
        install = f"{sys.executable} -m pip install -r requirements.lock"
        return Sentence(
            f"Not ready: {'; '.join(problems)}. In the project's folder run `make lab`, "
            f"or `{install}`. Then restart the kernel."
        )
    versions = ", ".join(f"{name} {version(name)}" for name in SHOWN)
    return Sentence(
        f"Ready: Python {platform.python_version()}, {versions}. "
        "No sliders below? Then reload the page."
    )


def _needed() -> list[Requirement]:
    """What the project requires here."""
    try:
        texts = requires(PROJECT) or []
    except PackageNotFoundError:
        # the folder is on the path, but nobody has installed the project
        return [Requirement(name) for name in SHOWN]
    every = [Requirement(text) for text in texts]
    return [
        needed
        for needed in every
        if needed.marker is None or needed.marker.evaluate({"extra": ""})
    ]


def _problem(needed: Requirement) -> list[str]:
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return [f"{needed.name} is missing"]
    if found in needed.specifier:
        return []
    return [f"{needed.name} is {found}, but must be {needed.specifier}"]
