"""Puts the tokens of a text together to mappings and lists; time and memory stay bounded."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim import facts
from sim.template.errors import TemplateError
from sim.template.text.lined import LinedDict, LinedList, RepeatedKey
from sim.template.text.token import Token

MERGE_KEY = "<<"
"""The key of YAML under which other mappings are put into this one: https://yaml.org/type/merge.html"""


@dataclass
class _Container:
    """A mapping or list that is being filled.

    `key` waits for its value; `size` counts the values in it and `characters` those of its texts,
    both with what aliases stand for.
    """

    value: LinedDict | LinedList
    opened_by: Token
    size: int = 1
    characters: int = 0
    key: tuple[str, int] | None = None


class _Anchored(NamedTuple):
    """What an alias stands for, and how many values and characters that is."""

    value: Any
    size: int
    characters: int


class DocumentBuilder:
    """Builds one document.

    It counts what aliases stand for, so that a few lines cannot become a million values.
    """

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[_Container] = []
        self.anchored: dict[str, _Anchored] = {}
        self.repeated: list[RepeatedKey] = []
        self.maximum_depth = facts.fact("template.depth").value
        self.maximum_size = facts.fact("template.values").value
        self.maximum_characters = facts.fact("template.characters").value

    def build(self, tokens: Iterator[Token]) -> Any:
        """The whole document; None for an empty one."""
        for token in tokens:
            if token.kind == "open":
                self._open(token)
            elif token.kind == "close":
                self._close()
            elif token.kind == "alias":
                self._add_alias(token)
            else:
                value = _tagged(token.value, token)
                characters = len(str(token.value))
                self._add(_Anchored(value, 1, characters), token)
        return self.root

    def _open(self, token: Token) -> None:
        if len(self.open) >= self.maximum_depth:
            raise TemplateError(
                [
                    f"Line {token.line}: nested more than {self.maximum_depth} levels deep."
                ]
            )
        container = LinedDict if token.value == "{" else LinedList
        self.open.append(_Container(container(token.line), token))

    def _close(self) -> None:
        container = self.open.pop()
        if isinstance(container.value, LinedDict):
            _merge_others(container.value)
        token = container.opened_by
        value = _tagged(container.value, token)
        whole = _Anchored(value, container.size, container.characters)
        self._add(whole, token)

    def _add_alias(self, token: Token) -> None:
        if token.value not in self.anchored:
            raise TemplateError(
                [
                    f"Line {token.line}: *{token.value} stands for nothing that ends above it."
                ]
            )
        self._add(self.anchored[token.value], token)

    def _add(self, added: _Anchored, token: Token) -> None:
        """Put a value where it belongs: into what is open, or alone as the whole document."""
        if token.anchor is not None:
            self.anchored[token.anchor] = added
        if not self.open:
            self.root = added.value
            return
        container = self.open[-1]
        container.size += added.size
        container.characters += added.characters
        self._check_limits(container, token.line)
        mapping = container.value
        if isinstance(mapping, LinedList):
            mapping.append(added.value)
        else:
            self._add_to_mapping(container, mapping, added.value, token.line)

    def _check_limits(self, container: _Container, line: int) -> None:
        """Refuse what aliases make too large."""
        limit = ""
        if container.size > self.maximum_size:
            limit = f"{self.maximum_size:,} values"
        elif container.characters > self.maximum_characters:
            limit = f"{self.maximum_characters:,} characters"
        if limit:
            raise TemplateError(
                [f"Line {line}: more than {limit}, aliases counted in full."]
            )

    def _add_to_mapping(
        self, container: _Container, mapping: LinedDict, value: Any, line: int
    ) -> None:
        if container.key is not None:
            key, key_line = container.key
            mapping.put(key, value, key_line)
            container.key = None
            return
        key = _key(value, line)
        if key in mapping and key != MERGE_KEY:
            self.repeated.append(RepeatedKey(key, mapping.lines[key], line))
        container.key = (key, line)


def _key(value: Any, line: int) -> str:
    if not isinstance(value, Hashable) or value is None:
        raise TemplateError([f"Line {line}: a key must be a text."])
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tagged(value: Any, token: Token) -> Any:
    """A value below the function that its tag stands for: `!Ref A` is `{"Ref": "A"}`."""
    if token.tag is None:
        return value
    if token.tag == "Fn::GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    function = LinedDict(token.line)
    function.put(token.tag, value, token.line)
    return function


def _merge_others(mapping: LinedDict) -> None:
    """Put into a mapping what stands under `<<`; its own keys win."""
    if MERGE_KEY not in mapping:
        return
    merged = mapping.pop(MERGE_KEY)
    line = mapping.lines.pop(MERGE_KEY)
    for other in _merged_mappings(merged, line):
        for key, value in other.items():
            if key not in mapping:
                mapping.put(key, value, other.line_of(key))


def _merged_mappings(merged: Any, line: int) -> Iterable[LinedDict]:
    others = merged if isinstance(merged, LinedList) else [merged]
    for other in others:
        if not isinstance(other, LinedDict):
            raise TemplateError([f"Line {line}: << needs a mapping."])
        yield other
