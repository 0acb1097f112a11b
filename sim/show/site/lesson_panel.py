"""The panel of a lesson, as its notebook makes it.

This runs the course's own notebooks, and no other text.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from sim import facts
from sim.scenario.errors import ScenarioError
from sim.show.panel.panel import Panel
from sim.show.site.playground import Cell

CALL = "sim.show.panel("
NOTEBOOKS = facts.DATA.parent / "notebooks"


def lesson_panel(name: str) -> tuple[Panel, Cell]:
    """The last panel of the notebook of this name, and its cell; what follows it is not run.

    Raises `ScenarioError` for a notebook without a panel.
    """
    cells = _cells(name)
    cell = cell_of(name, CALL)
    last = cell.number - 1
    names: dict[str, Any] = {"display": lambda *_: None}
    with _in_folder(NOTEBOOKS):
        for one in cells[:last]:
            if one["cell_type"] == "code":
                exec(compile(_source(one), name, "exec"), names)
        panel = _panel_of(_source(cells[last]), names)
    return panel, cell


def cell_of(name: str, call: str) -> Cell:
    """The last cell of a notebook that has this call; raises `ScenarioError` if none has."""
    found = [
        number
        for number, cell in enumerate(_cells(name), start=1)
        if cell["cell_type"] == "code" and call in _source(cell)
    ]
    if not found:
        raise ScenarioError(f"There is no {call!r} in the notebook {name!r}.")
    return Cell(f"notebooks/{name}.ipynb", found[-1])


def _panel_of(source: str, names: dict[str, Any]) -> Panel:
    """Run a cell up to the call that makes its panel."""
    for statement in ast.parse(source).body:
        calls = [
            node
            for node in ast.walk(statement)
            if isinstance(node, ast.Call)
            and f"{ast.unparse(node.func)}(" == CALL
        ]
        if calls:
            panel: Panel = eval(_compiled(ast.Expression(calls[0])), names)
            return panel
        exec(_compiled(ast.Module([statement], [])), names)
    raise ScenarioError("There is no panel in this cell.")


def _compiled(tree: ast.Expression | ast.Module) -> CodeType:
    kind = "eval" if isinstance(tree, ast.Expression) else "exec"
    return compile(tree, "notebook", kind)


def lesson_title(name: str) -> str:
    """The heading of a lesson's notebook, without marks of Markdown."""
    heading, *_ = _source(_cells(name)[0]).split("\n\n")
    return re.sub(r"[*`]", "", heading.removeprefix("# "))


def _cells(name: str) -> list[dict[str, Any]]:
    text = (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
    cells: list[dict[str, Any]] = json.loads(text)["cells"]
    return cells


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """A notebook's paths begin at its folder; what it prints is of no interest here."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        os.chdir(before)
