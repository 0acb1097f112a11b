"""Answers of cells that ended with an error: what such a cell left behind is no answer."""

from __future__ import annotations

import ast
import re
from typing import Any

from IPython.core.getipython import get_ipython

ANSWER = re.compile(r"answer_\d+")
ASSIGNED = re.compile(rf"^\s*({ANSWER.pattern})\s*=(?!=)", re.MULTILINE)


class FailedCell:
    """What an answer's name stands for after its cell has ended with an error."""

    def __init__(self, error: str) -> None:
        self.error = error

    def __repr__(self) -> str:
        return f"no answer: the cell ended with {self.error}"


def watch_cells() -> None:
    """From now on in this kernel, take back the answers of cells that end with an error."""
    shell = get_ipython()
    if shell is None:
        return
    callbacks = shell.events.callbacks["post_run_cell"]
    if forget_answers not in callbacks:
        shell.events.register("post_run_cell", forget_answers)


def forget_answers(result: Any) -> None:
    """Put a `FailedCell` in place of each answer that a failed cell was to give."""
    error = result.error_before_exec or result.error_in_exec
    shell = get_ipython()
    if error is None or result.info is None or shell is None:
        return
    for name in answers_in(result.info.raw_cell):
        shell.user_ns[name] = FailedCell(type(error).__name__)


def answers_in(code: str) -> set[str]:
    """The answers to which a cell gives a value."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set(ASSIGNED.findall(code))
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and ANSWER.fullmatch(node.id)
    }
