"""The elements of the lists in a JSON document, one by one, however long the document is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any, Protocol

LISTS = ("events", "logEvents", "results", "MetricDataResults", "Datapoints")
ARRAYS = re.compile(rf'"(?:{"|".join(LISTS)})"\s*:\s*\[')
"""The lists that AWS's answers have: of logs, of a subscription, of Insights, of metrics."""
NEXT_LIST = re.compile(rf"{ARRAYS.pattern}|\n\[")
"""One of them in the next answer, or a list at the start of a line."""
CHUNK = 2**18
LONGEST = 2**22
"""Characters of one element: that of the largest event, in JSON's escapes."""
KEPT = 2**10
SEPARATORS = re.compile(r"[\s,]*")
DECODER = JSONDecoder()


class Text(Protocol):
    """What can be read piece by piece."""

    def read(self, size: int, /) -> str:
        """So many characters, or what is left."""


def json_elements(
    text: Text, unread: Counter[str]
) -> Iterator[tuple[str, Any]]:
    """Each element, with the text before its list; broken ones are counted and left out."""
    return _Elements(text, unread).read()


class _Elements:
    def __init__(self, text: Text, unread: Counter[str]) -> None:
        self.text = text
        self.unread = unread
        self.ahead = ""
        self.place = 0
        self.before = ""

    def read(self) -> Iterator[tuple[str, Any]]:
        """All elements of all lists."""
        self._more()
        self.ahead = self.ahead.lstrip()
        is_inside = self.ahead.startswith("[")
        self.place = int(is_inside)
        while is_inside or self._enter():
            yield from self._list()
            is_inside = False

    def _more(self) -> bool:
        """Read on, and forget what is behind; False at the end."""
        chunk = self.text.read(CHUNK)
        self.ahead = self.ahead[self.place :] + chunk
        self.place = 0
        return bool(chunk)

    def _enter(self) -> bool:
        """Go into the next list; False if there is none."""
        while True:
            found = NEXT_LIST.search(self.ahead, self.place)
            if found is not None:
                self.before = self.ahead[self.place : found.start()]
                self.place = found.end()
                return True
            self.place = max(self.place, len(self.ahead) - KEPT)
            if not self._more():
                return False

    def _list(self) -> Iterator[tuple[str, Any]]:
        """The elements up to the list's end."""
        while True:
            self.place = SEPARATORS.match(self.ahead, self.place).end()  # type: ignore[union-attr] # matches nothing, too
            if self.place == len(self.ahead):
                if not self._more():
                    self.unread["JSON cut off"] += 1
                    return
            elif self.ahead[self.place] == "]":
                self.place += 1
                return
            else:
                yield from self._element()

    def _element(self) -> Iterator[tuple[str, Any]]:
        try:
            value, self.place = DECODER.raw_decode(self.ahead, self.place)
        except (ValueError, RecursionError) as error:
            is_long = len(self.ahead) - self.place > LONGEST
            if is_long or not self._is_cut(error):
                self._skip(error)
            elif not self._more():
                self.place = len(self.ahead)
            return
        yield self.before, value

    def _is_cut(self, error: Exception) -> bool:
        """Whether an element may only lack its end."""
        if not isinstance(error, JSONDecodeError):
            return False
        at_the_end = error.pos > len(self.ahead) - KEPT
        return at_the_end or error.msg.startswith("Unterminated string")

    def _skip(self, error: Exception) -> None:
        """Go on at the next object after what is broken."""
        self.unread["broken JSON"] += 1
        at = error.pos if isinstance(error, JSONDecodeError) else self.place
        found = self.ahead.find("{", max(at, self.place + 1))
        self.place = len(self.ahead) if found < 0 else found
