"""`data/coverage.csv`: where each rule lives and which test holds it, or why it is left out."""

import ast
import csv
import re
from collections import Counter

from tests.mutate import MUTATIONS, file_of, layouts
from tests.support.paths import ROOT

COLUMNS = ["rule", "source", "status", "lives_in", "test", "reason"]
with (ROOT / "data" / "coverage.csv").open(
    encoding="utf-8", newline=""
) as lines:
    HEADER, *ROWS = csv.reader(lines, strict=True)
RULES = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
HELD = [rule for rule in RULES if rule["status"] == "holds"]


def defined(node: ast.AST, inside: str = "") -> list[str]:
    names = []
    for child in getattr(node, "body", []):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            names.append(inside + child.name)
        if isinstance(child, ast.ClassDef):
            names += defined(child, f"{inside}{child.name}.")
        targets = (
            child.targets
            if isinstance(child, ast.Assign)
            else [getattr(child, "target", None)]
        )
        names += [
            inside + target.id
            for target in targets
            if isinstance(target, ast.Name)
        ]
    return names


def names_in(folder: str) -> Counter[str]:
    """What the modules of a folder define, as `name` and as `module.name`, and how often."""
    found = Counter()
    for file in (ROOT / folder).rglob("*.py"):
        for name in defined(ast.parse(file.read_text(encoding="utf-8"))):
            found[name] += 1
            found[f"{file.stem}.{name}"] += 1
    return found


def rows_of(table: str) -> set[str]:
    """The first cells of a table's rows."""
    with (ROOT / "data" / table).open(encoding="utf-8", newline="") as rows:
        return {row[0] for row in csv.reader(rows)}


def test_every_row_is_complete():
    assert HEADER == COLUMNS
    for rule in RULES:
        assert all(cell == cell.strip() for cell in rule.values()), rule
        assert re.fullmatch(r"https://[^\s;]+\.[^\s;]+", rule["source"]), rule
        assert re.fullmatch(r"\S.{14,}[^.\s]", rule["rule"]), rule


def test_a_rule_holds_somewhere_by_a_test_or_says_why_it_is_not_modelled():
    for rule in RULES:
        given = tuple(
            bool(rule[column]) for column in ("lives_in", "test", "reason")
        )
        assert (
            given
            == {
                "holds": (True, True, False),
                "not modelled": (False, False, True),
            }[rule["status"]]
        ), rule


def test_no_rule_stands_twice():
    rules = [rule["rule"].lower() for rule in RULES]
    assert sorted(set(rules)) == sorted(rules)


def test_every_place_is_called_so_once():
    """A table's row is `table.csv:row`; code has its name, after its module's if two share it."""
    named = names_in("sim")
    places = {rule["lives_in"] for rule in HELD}
    facts = {place for place in places if ".csv:" in place}
    assert [
        place
        for place in facts
        if place.split(":")[1] not in rows_of(place.split(":")[0])
    ] == []
    assert [place for place in places - facts if named[place] != 1] == []


def test_every_test_is_called_so_once():
    named = names_in("tests")
    tests = {rule["test"] for rule in HELD}
    assert [
        test
        for test in tests
        if named[test] != 1 or not test.startswith("test_")
    ] == []


def test_every_rule_that_make_mutate_breaks_still_stands_once():
    texts = [
        file.read_text(encoding="utf-8")
        for file in (ROOT / "sim").rglob("*.py")
    ]
    for mutation in MUTATIONS:
        found = [
            place
            for text in texts
            for place in layouts(mutation.old).findall(text)
        ]
        assert len(found) == 1, f"{mutation.rule}: {found}"
        assert mutation.new != mutation.old
        assert file_of(mutation.tests).is_file()
