"""One line that says how far long work has come: by itself in notebooks, nothing in scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Any, ClassVar, TypeVar

Step = TypeVar("Step")

QUIET_SECONDS = 2.0  # work that is over by then shows nothing
BETWEEN_SECONDS = 0.5  # from one update of the line to the next


class ProgressLine:
    """A line below a notebook's cell that is written over, and taken away at the end.

    Work inside other work has no line of its own: the outermost counts for it.
    """

    outermost: ClassVar[ProgressLine | None] = None

    def __init__(self) -> None:
        if ProgressLine.outermost is None:
            ProgressLine.outermost = self
        self._next = perf_counter() + QUIET_SECONDS
        self._handle: Any = None

    def is_due(self) -> bool:
        """Whether the line is to be written now: asking costs nothing, making the text may."""
        now = perf_counter()
        if now < self._next:
            return False
        self._next = now + BETWEEN_SECONDS
        return ProgressLine.outermost is self and is_in_notebook()

    def show(self, text: str) -> None:
        """Write the line anew."""
        display = sys.modules["IPython.display"].display  # a kernel has it
        data = {"text/plain": text}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)

    def end(self) -> None:
        """Take the line away."""
        if ProgressLine.outermost is self:
            ProgressLine.outermost = None
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)
            self._handle = None


def followed(
    steps: Iterable[Step], said: Callable[[Step], str]
) -> Iterator[Step]:
    """The steps of long work one by one; the line says what the latest one is."""
    line = ProgressLine()
    try:
        for step in steps:
            if line.is_due():
                line.show(said(step))
            yield step
    finally:
        line.end()


def is_in_notebook() -> bool:
    """Whether this is a cell of a notebook, which can show a line: no script, terminal or test."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None
