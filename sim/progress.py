"""One line that says how far long work has come: in notebooks and commands, not in scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Any, ClassVar, TextIO, TypeVar

Step = TypeVar("Step")

QUIET_SECONDS = 2.0  # work that is over by then shows nothing
BETWEEN_SECONDS = 0.5  # from one update of the line to the next
TERMINAL_COLUMNS = 79  # so that the line is written over in one row


class ProgressLine:
    """A line below a notebook's cell that is written over, and taken away at the end.

    The command line has it written on its `terminal`.
    Work inside other work has no line of its own: the outermost counts for it.
    """

    outermost: ClassVar[ProgressLine | None] = None
    terminal: ClassVar[TextIO | None] = None

    def __init__(self) -> None:
        if ProgressLine.outermost is None:
            ProgressLine.outermost = self
        self._next = perf_counter() + QUIET_SECONDS
        self._handle: Any = None
        self._is_written = False

    def is_due(self) -> bool:
        """Whether the line is to be written now: asking costs nothing, making the text may."""
        now = perf_counter()
        if now < self._next:
            return False
        self._next = now + BETWEEN_SECONDS
        is_seen = self.terminal is not None or is_in_notebook()
        return ProgressLine.outermost is self and is_seen

    def show(self, text: str) -> None:
        """Write the line anew."""
        if self.terminal is not None:
            self._write(text)
            return
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
        if self._is_written:
            self._write("")
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)
            self._handle = None

    def _write(self, text: str) -> None:
        """Write over the terminal's last line, as long as it is, and no further."""
        if self.terminal is not None:
            self.terminal.write(f"\r\x1b[K{text[:TERMINAL_COLUMNS]}")
            self.terminal.flush()
        self._is_written = bool(text)


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
