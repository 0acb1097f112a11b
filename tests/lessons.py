"""The lessons as tests read them: their files, their cells, and the names that their cells make."""

import ast
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))


def read(lesson: Path) -> NotebookNode:
    """A lesson as it is kept."""
    return nbformat.read(lesson, as_version=4)


def cells(notebook: NotebookNode, kind: str) -> list[NotebookNode]:
    """The cells of one kind: code or markdown."""
    return [cell for cell in notebook.cells if cell.cell_type == kind]


@cache
def names_of(lesson: str) -> dict[str, object]:
    """The names a lesson's cells make; cells that only show something are left out."""
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(FOLDER)
        for cell in cells(read(FOLDER / lesson), "code"):
            made = [part for part in ast.parse(cell.source).body if isinstance(part, ast.Assign | ast.Import)]
            exec(compile(ast.Module(made, []), lesson, "exec"), names)
    return names
