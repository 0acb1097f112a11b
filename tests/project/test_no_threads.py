"""Nothing that a lesson does needs a thread or a process: it could run where there are none."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from tests.support.lessons import LESSONS, cells, read
from tests.support.paths import ROOT
from tests.support.rows import holds_for_each

MODULES = ("threading", "_thread", "multiprocessing", "subprocess", "loky")
MODULES += ("concurrent", "psutil", "joblib", "dask", "distributed")
"""What starts threads and processes, or asks about them."""
ELSEWHERE = ("experiments",)
"""The one room that may: sweeps with much to do."""
PACKAGE = Path(sim.__file__).parent
SOURCES = {
    path.relative_to(ROOT).as_posix(): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] not in ELSEWHERE
}
# As in a browser: no thread starts, no process starts, and what would ask for them is not there.
WITHOUT = """
import os, subprocess, sys, threading
import sim

def refuse(*_, **__):
    raise RuntimeError("a thread or a process was started")

os.cpu_count = lambda: 1
threading.Thread.start = subprocess.Popen.__init__ = os.fork = refuse
for missing in ("loky", "psutil"):
    sys.modules[missing] = None
names = {"display": print}
for cell in sys.stdin.read().split("\\0"):
    exec(compile(cell, "cell", "exec"), names)
"""


def imported(tree: ast.AST) -> set[str]:
    """The first part of each module that a module imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


@holds_for_each(SOURCES)
def test_no_module_but_those_of_sweeps_imports_threads_or_processes(path):
    """https://pyodide.org/en/stable/usage/wasm-constraints.html"""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert imported(tree).isdisjoint(MODULES)


@pytest.mark.parametrize(
    "text", ["import threading", "from concurrent.futures import Future"]
)
def test_the_search_finds_what_starts_them(text):
    assert not imported(ast.parse(text)).isdisjoint(MODULES)


@pytest.mark.slow  # each lesson is run
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_where_neither_can_start(lesson):
    """https://pyodide.org/en/stable/usage/wasm-constraints.html"""
    sources = [cell.source for cell in cells(read(lesson), "code")]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        input="\0".join(sources),
        cwd=lesson.parent,
        env={"PYTHONPATH": str(ROOT), "HOME": str(lesson.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
