"""What CDK statements, written as Python, read and assign."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

ASSIGNMENT = re.compile(r"^([a-z_][a-z_0-9]*) = ")


def names_read(statements: Iterable[str]) -> set[str]:
    """The names that some expression reads."""
    names = set()
    for statement in statements:
        if statement.startswith("#"):
            continue
        for node in ast.walk(ast.parse(statement)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                names.add(node.id)
    return names


def without_unused_variables(statements: list[str]) -> list[str]:
    """The statements without variables that nothing reads: a construct needs none."""
    read = names_read(statements)
    plain = []
    for statement in statements:
        assignment = ASSIGNMENT.match(statement)
        is_unused = assignment is not None and assignment[1] not in read
        plain.append(ASSIGNMENT.sub("", statement) if is_unused else statement)
    return plain
