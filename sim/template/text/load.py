"""A template's text as plain data that knows its lines; whatever the text is, time and memory stay bounded."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from sim import facts
from sim.template.errors import TemplateError
from sim.template.text import json_tokens, yaml_tokens
from sim.template.text.token import Token


class Repeated(NamedTuple):
    """A key that stands twice in one mapping, with both lines: CloudFormation takes the last.

    https://github.com/aws-cloudformation/cfn-language-discussion/issues/96
    """

    key: str
    first: int
    last: int


class Mapping(dict[str, Any]):
    """A mapping of a template, with the line of each of its keys; the whole knows which keys stand twice."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.repeated: list[Repeated] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (
            dict(self),
        )  # whoever copies a template, such as AWS's translator, needs no lines


class Sequence(list[Any]):
    """A list of a template, with its line."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


def load(template: str | PathLike[str]) -> Mapping:
    """Read a template from a file, or from its own text; raises `TemplateError` with one sentence.

    A text of one line without a brace is taken for a path. Nothing in it is executed, included or
    fetched.
    """
    text = _text(template)
    tokens = (
        json_tokens.tokens(text)
        if text.lstrip().startswith("{")
        else yaml_tokens.tokens(text)
    )
    builder = _Builder()
    data = builder.build(tokens)
    if not isinstance(data, Mapping):
        raise TemplateError(
            [f"A template is a mapping with Resources, but this is {_kind(data)}."]
        )
    data.repeated = builder.repeated
    return data


def _text(template: str | PathLike[str]) -> str:
    if isinstance(template, str) and (
        "\n" in template or template.lstrip().startswith("{")
    ):
        encoded = template.encode("utf-8", "surrogatepass")
        return _decoded(encoded, "The text")
    path = Path(template)
    limit = facts.fact("template.bytes").value
    try:
        with path.open("rb") as file:
            return _decoded(file.read(limit + 1), str(path)[:200])
    except (OSError, ValueError) as error:
        if isinstance(error, TemplateError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise TemplateError([f"Cannot read {str(path)[:200]!r}: {reason}."]) from None


def _decoded(encoded: bytes, what: str) -> str:
    limit = facts.fact("template.bytes")
    if len(encoded) > limit.value:
        raise TemplateError(
            [
                f"{what} is longer than {limit.value:,} bytes, AWS's limit ({limit.source})."
            ]
        )
    try:
        return encoded.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(
            [f"{what} is no UTF-8 text: byte {error.start:,} cannot be read."]
        ) from None


def _kind(data: object) -> str:
    if data is None:
        return "empty"
    return "a list" if isinstance(data, list) else f"the text {str(data)[:40]!r}"


class _Open(NamedTuple):
    """A mapping or list that is being filled; `key` waits for its value, `tag` goes around the whole."""

    value: Mapping | Sequence
    tag: str | None
    anchor: str | None


class _Builder:
    """Puts tokens together; counts what aliases stand for, so that a few lines cannot become a million."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.keys: list[Any] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.sizes: list[int] = []
        self.repeated: list[Repeated] = []
        self.depth = facts.fact("template.depth").value
        self.size = facts.fact("template.values").value

    def build(self, tokens: Iterator[Token]) -> Any:
        """The whole document."""
        root: Any = None
        for token in tokens:
            done = self._take(token)
            if done is not None:
                root = done[0]
        return root

    def _take(self, token: Token) -> tuple[Any] | None:
        if token.kind == "open":
            self._push(token)
            return None
        if token.kind == "close":
            value, tag, anchor = self.open.pop()
            self.keys.pop()
            size, line = self.sizes.pop(), value.line
            finished = _merged(value) if isinstance(value, Mapping) else value
            return self._put(_tagged(finished, tag, line), size, line, anchor)
        if token.kind == "alias":
            if token.value not in self.anchors:
                raise TemplateError(
                    [
                        f"Line {token.line}: *{token.value} stands for nothing that ends above it."
                    ]
                )
            value, size = self.anchors[token.value]
            return self._put(value, size, token.line, None)
        return self._put(
            _tagged(token.value, token.tag, token.line), 1, token.line, token.anchor
        )

    def _push(self, token: Token) -> None:
        if len(self.open) >= self.depth:
            raise TemplateError(
                [f"Line {token.line}: nested more than {self.depth} levels deep."]
            )
        self.open.append(
            _Open(
                (Mapping if token.value == "{" else Sequence)(token.line),
                token.tag,
                token.anchor,
            )
        )
        self.keys.append(None)
        self.sizes.append(1)

    def _put(
        self, value: Any, size: int, line: int, anchor: str | None
    ) -> tuple[Any] | None:
        if anchor is not None:
            self.anchors[anchor] = (value, size)
        if not self.open:
            return (value,)
        self.sizes[-1] += size
        if self.sizes[-1] > self.size:
            raise TemplateError(
                [
                    f"Line {line}: more than {self.size:,} values, aliases counted in full."
                ]
            )
        container = self.open[-1].value
        if isinstance(container, Sequence):
            container.append(value)
        elif self.keys[-1] is None:
            key = _key(value, line)
            if key in container and key != "<<":
                self.repeated.append(Repeated(key, container.lines[key], line))
            self.keys[-1] = (key, line)
        else:
            key, at = self.keys[-1]
            container[key], container.lines[key], self.keys[-1] = value, at, None
        return None


def _key(value: Any, line: int) -> str:
    if not isinstance(value, Hashable) or value is None:
        raise TemplateError([f"Line {line}: a key must be a text."])
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tagged(value: Any, tag: str | None, line: int) -> Any:
    if tag is None:
        return value
    wrapped = Mapping(line)
    if tag == "Fn::GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    wrapped[tag] = value
    wrapped.lines[tag] = line
    return wrapped


def _merged(mapping: Mapping) -> Mapping:
    if "<<" not in mapping:
        return mapping
    merged, line = mapping.pop("<<"), mapping.lines.pop("<<")
    for other in _mappings(merged, line):
        for key, value in other.items():
            if key not in mapping:
                mapping[key], mapping.lines[key] = (
                    value,
                    other.lines.get(key, other.line),
                )
    return mapping


def _mappings(merged: Any, line: int) -> Iterable[Mapping]:
    others = merged if isinstance(merged, Sequence) else [merged]
    for other in others:
        if not isinstance(other, Mapping):
            raise TemplateError([f"Line {line}: << needs a mapping."])
        yield other
