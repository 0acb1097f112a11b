"""A text whose beginning has been looked at."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TextIO

PEEKED = 2**16
"""Characters."""


class PeekedText:
    """A text, of which `head` is the beginning."""

    def __init__(self, text: TextIO) -> None:
        self.head = text.read(PEEKED)
        self._left = io.StringIO(self.head, newline="")
        self._text = text

    def read(self, size: int) -> str:
        """So many characters, or what is left."""
        return self._left.read(size) or self._text.read(size)

    def lines(self, longest: int) -> Iterator[str]:
        """The lines with their ends; one that is longer comes in parts."""
        while line := self._left.readline():
            if not line.endswith("\n"):
                line += self._text.readline(longest)
            yield line
        while line := self._text.readline(longest):
            yield line
