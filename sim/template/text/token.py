"""The parts of a text, as the readers of YAML and of JSON hand them over."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple


class Token(NamedTuple):
    """One part: `{` or `[` that opens, what closes it, a single value, or an alias of an anchor above.

    `tag` is the key of the function that a YAML tag stands for, such as `Fn::Sub`.
    """

    kind: Literal["open", "close", "value", "alias"]
    value: Any
    line: int
    tag: str | None = None
    anchor: str | None = None
