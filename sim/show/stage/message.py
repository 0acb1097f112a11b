"""A scene as one binary message: a small header in JSON, then columns of numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8
"""Every column begins at a multiple of this, so that a page reads it where it is."""
LENGTH = Struct("<I")

Columns = Mapping[str, NDArray[Any]]


def encode(header: Mapping[str, Any], columns: Columns) -> bytes:
    """The length of the header, the header with `columns` added, then the columns.

    The header names each column with its type and count, in order: `["start", "f4", 1200]`.
    Numbers are little-endian on every machine.
    """
    arrays = {name: _little_endian(values) for name, values in columns.items()}
    named = [
        [name, values.dtype.str[1:], values.size]
        for name, values in arrays.items()
    ]
    text = json.dumps(
        {**header, "columns": named},
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    words = text.encode()
    words += b" " * _gap(LENGTH.size + len(words))
    parts = [LENGTH.pack(len(words)), words]
    for values in arrays.values():
        parts += [values.tobytes(), bytes(_gap(values.nbytes))]
    return b"".join(parts)


def decode(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header of a message, and its columns by name."""
    (length,) = LENGTH.unpack_from(message)
    place = LENGTH.size + length
    header = json.loads(message[LENGTH.size : place])
    columns: dict[str, NDArray[Any]] = {}
    for name, kind, count in header["columns"]:
        values = np.frombuffer(message, f"<{kind}", count, place)
        columns[name] = values
        place += values.nbytes + _gap(values.nbytes)
    return header, columns


def _little_endian(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def _gap(size: int) -> int:
    """How many bytes are missing to the next place where a column may begin."""
    return -size % ALIGNMENT
