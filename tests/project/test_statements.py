"""One step a line: what the syntax trees of `sim/` and of what the tests share may hold."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.rows import holds_for_each

MOST_TARGETS = 2
MOST_LINES = 40
IMPORTS = (ast.Import, ast.ImportFrom)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DATA = (
    ast.Call,
    ast.Constant,
    ast.Dict,
    ast.JoinedStr,
    ast.List,
    ast.Set,
    ast.Tuple,
)


def modules_of(*folders: str) -> dict[str, Path]:
    files = [
        path for folder in folders for path in (ROOT / folder).rglob("*.py")
    ]
    return {path.relative_to(ROOT).as_posix(): path for path in sorted(files)}


every_module = holds_for_each(modules_of("sim", "tests/support"))
every_module_of_sim = holds_for_each(modules_of("sim"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def names_in(target: ast.expr) -> int:
    """How many values a target takes: two of `a, b`, three of `a, (b, c)`."""
    if isinstance(target, ast.Tuple | ast.List):
        return sum(map(names_in, target.elts))
    return 1


def assigned(node: ast.Assign) -> int:
    """How many targets an assignment has: three of `a, b, c = ...` and of `a = b = c = ...`."""
    return sum(map(names_in, node.targets))


def steps(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """A function's statements, without its docstring."""
    return function.body[1:] if ast.get_docstring(function) else function.body


def is_table(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is one literal or one call, however long: a table of data."""
    first, *others = steps(function)
    return not others and isinstance(getattr(first, "value", None), DATA)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function from `def` to its end, without its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if not ast.get_docstring(function):
        return lines
    docstring = function.body[0]
    return lines - (docstring.end_lineno - docstring.lineno + 1)


def unseen_imports(path: Path) -> Iterator[int]:
    """The lines of each import under `if TYPE_CHECKING`."""
    for node in nodes(path):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(
            node.test
        ):
            parts = ast.walk(node)
            yield from (
                each.lineno for each in parts if isinstance(each, IMPORTS)
            )


@every_module
def test_no_assignment_has_three_targets(path):
    assignments = [node for node in nodes(path) if isinstance(node, ast.Assign)]
    packed = [
        node.lineno for node in assignments if assigned(node) > MOST_TARGETS
    ]
    assert not packed, f"lines {sorted(packed)}"


@every_module_of_sim
def test_no_function_is_longer_than_40_lines_but_tables_of_data(path):
    functions = [node for node in nodes(path) if isinstance(node, FUNCTIONS)]
    long = [node for node in functions if length(node) > MOST_LINES]
    told = [
        f"{node.name}: {length(node)} lines"
        for node in long
        if not is_table(node)
    ]
    assert not told, ", ".join(told)


@every_module_of_sim
def test_no_import_is_for_type_checkers_alone(path):
    lines = list(unseen_imports(path))
    assert not lines, f"lines {lines}"


def test_targets_and_tables_are_told_apart():
    """That the tests above can fail."""
    code = "a, b, c = d\na = b = c = d\na, (b, c) = d\na, b = d\na = b = d\na.x, *b = d"
    assert [assigned(node) for node in ast.parse(code).body] == [
        3,
        3,
        3,
        2,
        2,
        2,
    ]
    table = ast.parse(
        "def rows():\n    'All of them.'\n    return [1, 2]"
    ).body[0]
    sentence = ast.parse("def rows():\n    a = 1\n    return [a, 2]").body[0]
    assert [is_table(table), is_table(sentence)] == [True, False]
