"""The parts of a text, as they are found in YAML and in JSON."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple


class Token(NamedTuple):
    """One part of a text.

    It is a `{` or `[` that opens, what closes it, a single value, or an alias of an anchor above.
    `tag` is the key of the function that a YAML tag stands for, such as `Fn::Sub`.
    """

    kind: Literal["open", "close", "value", "alias"]
    value: Any
    line: int
    tag: str | None = None
    anchor: str | None = None
