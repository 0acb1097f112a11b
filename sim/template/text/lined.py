"""Mappings and lists that know the lines of a template's text in which they stand."""

from __future__ import annotations

from typing import Any, NamedTuple


class RepeatedKey(NamedTuple):
    """A key that stands twice in one mapping, with both lines: CloudFormation takes the last.

    https://github.com/aws-cloudformation/cfn-language-discussion/issues/96
    """

    key: str
    first: int
    last: int


class LinedDict(dict[str, Any]):
    """A mapping of a template, with its line, and the line of each of its keys.

    `repeated` is filled for a whole template only: the keys that stand twice anywhere in it.
    """

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.repeated: list[RepeatedKey] = []

    def put(self, key: str, value: Any, line: int) -> None:
        """Set a key, and its line."""
        self[key] = value
        self.lines[key] = line

    def line_of(self, key: str) -> int:
        """The line of a key; of one that was not written, the line of the mapping."""
        return self.lines.get(key, self.line)

    def __reduce__(self) -> tuple[Any, ...]:
        # Whoever copies a template, such as AWS's translator, needs no lines.
        return dict, (dict(self),)


class LinedList(list[Any]):
    """A list of a template, with its line."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)
