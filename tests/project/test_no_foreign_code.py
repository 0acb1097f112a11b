"""What a user gives is data: no text becomes code, and nothing is unpickled."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim
from sim.show.site.lesson_playground import lesson_playground
from tests.support.paths import ROOT
from tests.support.rows import holds_for_each

CALLS = ("eval", "exec", "compile", "__import__", "system", "popen")
"""Functions and methods that run a text; `re.compile` is no such."""
MODULES = ("pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve")
MODULES += ("subprocess", "code", "runpy", "ctypes", "pty")
READERS = ("read_pickle", "unsafe_load", "full_load", "query", "allow_pickle")
"""What reads code beside data, or runs a text of data."""

OWN_CODE = "sim/show/site/lesson_panel.py"
"""Runs the course's own notebooks, which are code, and nothing that somebody gives it."""

SOURCES = {
    str(path.relative_to(ROOT)): path
    for path in sorted(Path(sim.__file__).parent.rglob("*.py"))
    if path.relative_to(ROOT) != Path(OWN_CODE)
}


def dangers(tree: ast.AST) -> Iterator[str]:
    """What in a module could run what somebody gives it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield name
            case ast.Call(func=ast.Attribute(value=of, attr=name)):
                is_pattern = isinstance(of, ast.Name) and of.id == "re"
                if name in (*CALLS, *READERS) and not is_pattern:
                    yield f"{ast.unparse(of)}.{name}"
            case ast.keyword(arg=name) if name in READERS:
                yield str(name)
            case ast.Import(names=names):
                yield from (one.name for one in names if one.name in MODULES)
            case ast.ImportFrom(module=name) if name in MODULES:
                yield str(name)


@holds_for_each(SOURCES)
def test_no_module_runs_a_text_or_unpickles(path):
    assert list(dangers(ast.parse(path.read_text("utf-8")))) == []


def test_only_the_courses_own_notebooks_are_run():
    with pytest.raises(KeyError):
        lesson_playground("../tests/strange")


@pytest.mark.parametrize(
    "text",
    [
        "eval(name)",
        "from pickle import loads",
        "import subprocess",
        "pandas.read_pickle(path)",
        "table.query(text)",
        "numpy.load(path, allow_pickle=True)",
        "yaml.unsafe_load(text)",
        "os.system(text)",
    ],
)
def test_the_search_finds_what_runs_a_text(text):
    assert list(dangers(ast.parse(text)))


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.mkdir ['made']",
        "!!python/object/new:os.mkdir ['made']",
        "!!python/name:os.mkdir ''",
    ],
)
def test_a_template_makes_no_object_of_python(tag, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    template = f"Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Metadata: {tag}\n"
    with pytest.raises(sim.ScenarioError):
        sim.read_template(template)
    assert list(tmp_path.iterdir()) == []
