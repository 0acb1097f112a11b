"""A file as text: unpacked, however often it was packed, and no further than a log can unpack."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import Any, TextIO

from sim.encodings import encoding_of

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
MOST_TIMES = 200
"""As much text as packed bytes: logs have some tens, and gzip can have a thousand (a choice)."""
ROOM = 2**26
"""Bytes that even a small file may unpack to (a choice)."""
MOST_LAYERS = 2
"""Firehose packs what subscriptions have packed already."""


class TooMuchError(Exception):
    """A packed file that unpacks to more than any log would."""


@contextmanager
def faults_counted(unread: Counter[str]) -> Iterator[None]:
    """Reading what cannot be unpacked or is no text ends here, and is counted."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        unread["packed file broken off"] += 1
    except TooMuchError:
        unread["packed file that unpacks to too much"] += 1
    except UnicodeError:
        unread["file that is no text"] += 1


def text_of(raw: BufferedReader, size: int, unread: Counter[str]) -> TextIO:
    """A file of so many bytes as text, in which bytes that are no text are replaced."""
    source = _unpacked(raw, MOST_TIMES * size + ROOM)
    head = source.peek(4)[:4]
    if head == ZIP:
        unread["zip archive, to be unpacked first"] += 1
        source = io.BytesIO()
    return io.TextIOWrapper(
        source, encoding_of(head), errors="replace", newline=""
    )


def _unpacked(raw: BufferedReader, most: int) -> Any:
    source: Any = raw
    for _ in range(MOST_LAYERS):
        if source.peek(2)[:2] != GZIP:
            break
        source = BufferedReader(_Bounded(source, most), 2**17)
    return source


class _Bounded(io.RawIOBase):
    """What a packed file unpacks to, up to a bound."""

    def __init__(self, packed: Any, most: int) -> None:
        self._unpacked = gzip.GzipFile(fileobj=packed)
        self._left = most

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; raises `TooMuchError` at the bound."""
        data = self._unpacked.read1(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise TooMuchError
        buffer[: len(data)] = data
        return len(data)
