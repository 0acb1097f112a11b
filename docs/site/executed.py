"""Lessons, executed once in the project's kernel, and kept until what they depend on changes."""

from __future__ import annotations

import copy
import hashlib
import os
from functools import cache
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from docs.site.places import ROOT

SECONDS = 600
INPUTS = (
    "sim/**/*.py",
    "data/*.*",
    "data/*/*.csv",
    "data/*/*.json",
    "data/deploy/*/template.yaml",
    "docs/site/kernel.py",
    "docs/site/stories.py",
)
"""What decides a lesson's outputs, beside the lesson itself."""


def executed(lesson: Path, kept: Path) -> NotebookNode:
    """A lesson with its outputs, from the folder `kept` if nothing has changed."""
    path = kept / f"{lesson.stem}-{_digest(lesson)}.ipynb"
    if not path.exists():
        notebook = _run(nbformat.read(lesson, as_version=4), lesson)
        kept.mkdir(parents=True, exist_ok=True)
        for old in kept.glob(f"{lesson.stem}-*.ipynb"):
            old.unlink()
        nbformat.write(notebook, path)
    return nbformat.read(path, as_version=4)


def is_kept(lesson: Path, kept: Path) -> bool:
    """Whether a lesson need not be executed again."""
    return (kept / f"{lesson.stem}-{_digest(lesson)}.ipynb").exists()


def _run(notebook: NotebookNode, lesson: Path) -> NotebookNode:
    notebook = copy.deepcopy(notebook)
    first = f"from docs.site.kernel import start; start({lesson.stem!r})"
    notebook.cells.insert(0, new_code_cell(first))
    os.environ["PYTHONPATH"] = str(ROOT)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(lesson.parent)}},
    )
    client.execute()
    del notebook.cells[0]
    return notebook


def _digest(lesson: Path) -> str:
    text = hashlib.sha256(_of_inputs().encode())
    text.update(lesson.read_bytes())
    return text.hexdigest()[:16]


@cache
def _of_inputs() -> str:
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
