"""`data/coverage.csv`, rule by rule: where it lives and which test holds it, or why it is not modelled."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from tests.mutate import MUTATIONS, ROOT

COLUMNS = ["rule", "source", "status", "lives_in", "test", "reason"]
with (ROOT / "data" / "coverage.csv").open(encoding="utf-8", newline="") as lines:
    HEADER, *ROWS = csv.reader(lines, strict=True)
RULES = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
HELD = [rule for rule in RULES if rule["status"] == "holds"]


@cache
def attributes(file: Path) -> frozenset[str]:
    """What a module defines, as dotted names: functions, classes, their methods and fields, constants."""
    return frozenset(defined(ast.parse(file.read_text(encoding="utf-8"))))


def defined(node: ast.AST, inside: str = "") -> list[str]:
    names = []
    for child in getattr(node, "body", []):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            names.append(inside + child.name)
        if isinstance(child, ast.ClassDef):
            names += defined(child, f"{inside}{child.name}.")
        targets = child.targets if isinstance(child, ast.Assign) else [getattr(child, "target", None)]
        names += [inside + target.id for target in targets if isinstance(target, ast.Name)]
    return names


@cache
def row_names(file: Path) -> frozenset[str]:
    """The first cells of a table's rows."""
    with file.open(encoding="utf-8", newline="") as rows:
        return frozenset(row[0] for row in csv.reader(rows))


def test_every_row_is_complete():
    assert HEADER == COLUMNS
    for rule in RULES:
        assert all(cell == cell.strip() for cell in rule.values()), rule
        assert re.fullmatch(r"https://[^\s;]+\.[^\s;]+", rule["source"]), rule
        assert re.fullmatch(r"\S.{14,}[^.\s]", rule["rule"]), rule


def test_a_rule_holds_somewhere_by_a_test_or_says_why_it_is_not_modelled():
    for rule in RULES:
        given = tuple(bool(rule[column]) for column in ("lives_in", "test", "reason"))
        assert given == {"holds": (True, True, False), "not modelled": (False, False, True)}[rule["status"]], rule


def test_no_rule_stands_twice():
    rules = [rule["rule"].lower() for rule in RULES]
    assert sorted(set(rules)) == sorted(rules)


@pytest.mark.parametrize("place", sorted({rule["lives_in"] for rule in HELD}))
def test_every_place_is_there(place):
    file, _, name = place.partition(":")
    known = row_names if file.endswith(".csv") else attributes
    assert name in known(ROOT / file)


@pytest.mark.parametrize("test", sorted({rule["test"] for rule in HELD}))
def test_every_test_is_there(test):
    file, _, name = test.partition("::")
    assert re.fullmatch(r"tests/test_\w+\.py::test_\w+", test)
    assert name in attributes(ROOT / file)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.rule)
def test_every_rule_that_make_mutate_breaks_still_stands_once(mutation):
    assert (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.old) == 1
    assert mutation.new != mutation.old
    assert (ROOT / mutation.tests).is_file()
