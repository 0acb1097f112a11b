"""A template's text, from a file or as it is, as plain data that knows its lines."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from sim import facts
from sim.encodings import encoding_of
from sim.template.errors import TemplateError
from sim.template.text.builder import DocumentBuilder
from sim.template.text.json_tokens import json_tokens
from sim.template.text.lined import LinedDict
from sim.template.text.other_formats import check_format, check_keys
from sim.template.text.yaml_tokens import yaml_tokens


class Text(NamedTuple):
    """A text, and what it is called in sentences."""

    text: str
    name: str


def load_template(template: str | PathLike[str]) -> LinedDict:
    """Load a template from a file, or from its own text; raises `TemplateError` with one sentence.

    A text of one line without a brace is taken for a path. Nothing in it is executed or fetched.
    """
    return template_in(text_of(template))


def template_in(source: Text) -> LinedDict:
    """The template that a text is; raises `TemplateError` with one sentence."""
    text, name = source
    _check_length(source)
    document = load_text(text)
    if not isinstance(document, LinedDict):
        raise TemplateError(
            [
                f"A template is a mapping with Resources, but this is {_kind_of(document)}."
            ]
        )
    check_keys(name, document)
    return document


def load_text(text: str) -> Any:
    """What a text holds as YAML or JSON; raises `TemplateError` if it is neither."""
    is_json = text.lstrip().startswith("{")
    tokens = json_tokens(text) if is_json else yaml_tokens(text)
    builder = DocumentBuilder()
    document = builder.build(tokens)
    if isinstance(document, LinedDict):
        document.repeated = builder.repeated
    return document


def folder_of(template: str | PathLike[str]) -> Path | None:
    """The folder in which a template lies; None where it is a text."""
    if isinstance(template, str) and _is_text(template):
        return None
    return Path(template).parent


def text_of(template: str | PathLike[str]) -> Text:
    """The text of a file, or the text itself; as much of it as the longest plan may have."""
    if isinstance(template, str) and _is_text(template):
        encoded = template.encode("utf-8", "surrogatepass")
        return _decoded(encoded, "The text")
    path = Path(template)
    shown = str(path)[:200]
    limit = facts.fact("plan.bytes").value
    try:
        with path.open("rb") as file:
            encoded = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TemplateError([f"Cannot read {shown!r}: {reason}."]) from None
    check_format(shown, encoded)
    return _decoded(encoded, shown)


def _is_text(template: str) -> bool:
    return "\n" in template or template.lstrip().startswith("{")


def text_in(file: Path) -> str:
    """The text of a file in UTF-8 or UTF-16; raises `OSError` and `UnicodeDecodeError`."""
    encoded = file.read_bytes()
    return encoded.decode(encoding_of(encoded))


def _decoded(encoded: bytes, name: str) -> Text:
    try:
        return Text(encoded.decode(encoding_of(encoded)), name)
    except UnicodeDecodeError as error:
        raise TemplateError(
            [f"{name} is no UTF-8 text: byte {error.start:,} cannot be read."]
        ) from None


def _check_length(source: Text) -> None:
    limit = facts.fact("template.bytes")
    length = len(source.text)
    if length <= limit.value:
        length = len(source.text.encode())
    if length > limit.value:
        too_long = f"{source.name} is longer than {limit.value:,} bytes"
        raise TemplateError([f"{too_long}, AWS's limit ({limit.source})."])


def _kind_of(document: object) -> str:
    if document is None:
        return "empty"
    if isinstance(document, list):
        return "a list"
    return f"the text {str(document)[:40]!r}"
