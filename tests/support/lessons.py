"""The lessons as tests read them: files, cells, sections, and the names that their cells make."""

import ast
import copy
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tests.support.paths import ROOT

FOLDER = ROOT / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))


def read(lesson: Path) -> NotebookNode:
    """A lesson as it is kept; what is done to it changes this copy alone."""
    return copy.deepcopy(kept(lesson))


@cache
def kept(lesson: Path) -> NotebookNode:
    return nbformat.read(lesson, as_version=4)


def cells(notebook: NotebookNode, kind: str) -> list[NotebookNode]:
    """The cells of one kind: code or markdown."""
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def text(notebook: NotebookNode, kind: str) -> str:
    """The source of all cells of one kind."""
    return "\n\n".join(cell.source for cell in cells(notebook, kind))


def sections(notebook: NotebookNode) -> dict[str, str]:
    """What stands under each heading of the second level, prose and code, in order."""
    _, *parts = re.split(
        r"^## (.+)$",
        "\n\n".join(cell.source for cell in notebook.cells),
        flags=re.MULTILINE,
    )
    return dict(zip(parts[::2], parts[1::2], strict=True))


def tagged(notebook: NotebookNode, kind: str) -> dict[str, NotebookNode]:
    """The cells of this kind, by the name of their answer; its other tag."""
    found = [
        cell for cell in notebook.cells if kind in cell.metadata.get("tags", [])
    ]
    names = [
        next(tag for tag in cell.metadata.tags if tag != kind) for cell in found
    ]
    assert len(set(names)) == len(names), f"two {kind} cells of one answer"
    return dict(zip(names, found, strict=True))


@cache
def names_of(lesson: str) -> dict[str, object]:
    """The names a lesson's cells make; cells that only show something are left out."""
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(FOLDER)
        for cell in cells(read(FOLDER / lesson), "code"):
            made = [
                part
                for part in ast.parse(cell.source).body
                if isinstance(part, ast.Assign | ast.Import)
            ]
            exec(compile(ast.Module(made, []), lesson, "exec"), names)
    return names
