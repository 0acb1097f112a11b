"""`Fn::ForEach`, expanded before anything else is read, as AWS::LanguageExtensions does.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sim import facts
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.resolver import (
    EXTENSIONS,
    Refused,
    Resolver,
    transforms,
)
from sim.template.errors import TemplateError, ask_for_parameters
from sim.template.text.lined import LinedDict, LinedList

LOOP = "Fn::ForEach::"
NOT_IN_A_LOGICAL_ID = re.compile("[^A-Za-z0-9]")


class _Loop(NamedTuple):
    """A loop as it was written; its key is cut, for sentences."""

    key: str
    identifier: str
    collection: Any
    body: LinedDict
    line: int


def expand_loops(template: LinedDict, resolver: Resolver) -> LinedDict:
    """The template with what its loops make in their place, if it asks for that.

    Raises `TemplateError` for a loop that cannot be expanded.
    """
    if EXTENSIONS not in transforms(template) or not _has_loops(template):
        return template
    return _Expansion(resolver).mapping(template)


def _has_loops(value: Any) -> bool:
    if isinstance(value, dict):
        is_loop = any(str(key).startswith(LOOP) for key in value)
        return is_loop or any(map(_has_loops, value.values()))
    return isinstance(value, list) and any(map(_has_loops, value))


class _Expansion:
    """Expands loops, and counts what they make: a few lines must not become a million."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.made = 0
        self.limit = facts.fact("template.values").value

    def mapping(self, written: LinedDict) -> LinedDict:
        """The mapping with what its loops make in their place."""
        expanded = LinedDict(written.line)
        for key, item in written.items():
            line = written.line_of(key)
            for name, value, name_line in self._expanded(key, item, line):
                if name in expanded:
                    raise TemplateError(
                        [
                            f"Line {line}: {key[:60]} makes {name[:60]!r}, which is there already."
                        ]
                    )
                expanded.put(name, value, name_line)
        return expanded

    def _expanded(
        self, key: str, item: Any, line: int
    ) -> Iterator[tuple[str, Any, int]]:
        """What stands in the place of a key: keys with their values and lines."""
        if not key.startswith(LOOP):
            yield key, self._value(item), line
            return
        loop = _loop(key[:60], item, line)
        for text in self._items(loop):
            body = self._filled(loop.body, loop.identifier, text)
            if not isinstance(body, LinedDict):
                raise TemplateError([_needs_a_mapping(loop.key, line)])
            for name, value in self.mapping(body).items():
                yield name, value, body.lines.get(name, line)

    def _value(self, value: Any) -> Any:
        if isinstance(value, LinedDict):
            return self.mapping(value)
        if isinstance(value, LinedList):
            expanded = LinedList(value.line)
            expanded.extend(map(self._value, value))
            return expanded
        return value

    def _items(self, loop: _Loop) -> list[str]:
        try:
            items = self.resolver.value(loop.collection)
        except Refused as refused:
            raise TemplateError(
                [f"Line {loop.line}: {loop.key}: {refused}."]
            ) from None
        missing = dict.fromkeys(
            placeholders.parameters_in(items), f"line {loop.line}"
        )
        if missing:
            raise TemplateError([ask_for_parameters(missing)])
        if not isinstance(items, list):
            raise TemplateError(
                [f"Line {loop.line}: the collection of {loop.key} is no list."]
            )
        flat: list[str] = []
        for item in items:
            flat += map(str, item if isinstance(item, list) else [item])
        return flat

    def _filled(self, value: Any, identifier: str, item: str) -> Any:
        """A part of a loop's body with an item in the place of the loop's identifier."""
        self.made += 1
        if self.made > self.limit:
            raise TemplateError(
                [f"The template's loops make more than {self.limit:,} values."]
            )
        if isinstance(value, str):
            letters_and_digits = NOT_IN_A_LOGICAL_ID.sub("", item)
            filled = value.replace(f"${{{identifier}}}", item)
            return filled.replace(f"&{{{identifier}}}", letters_and_digits)
        if isinstance(value, LinedDict):
            return self._filled_mapping(value, identifier, item)
        if isinstance(value, LinedList):
            filled_list = LinedList(value.line)
            filled_list.extend(
                self._filled(part, identifier, item) for part in value
            )
            return filled_list
        return value

    def _filled_mapping(
        self, value: LinedDict, identifier: str, item: str
    ) -> Any:
        if value == {"Ref": identifier}:
            return item
        filled = LinedDict(value.line)
        for key, part in value.items():
            name = self._filled(key, identifier, item)
            filled_part = self._filled(part, identifier, item)
            filled.put(name, filled_part, value.line_of(key))
        if len(filled) > 1:
            return filled
        text = filled.get("Fn::Sub")
        is_plain = isinstance(text, str) and "${" not in text
        return text if is_plain else filled


def _loop(key: str, written: Any, line: int) -> _Loop:
    if isinstance(written, list) and len(written) == 3:
        body = written[2]
        if isinstance(body, LinedDict):
            return _Loop(key, str(written[0]), written[1], body, line)
    raise TemplateError([_needs_a_mapping(key, line)])


def _needs_a_mapping(key: str, line: int) -> str:
    return (
        f"Line {line}: {key} needs an identifier, a collection and a mapping."
    )
