"""A template's text, from a file or as it is, as plain data that knows its lines."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from sim import facts
from sim.template.errors import TemplateError
from sim.template.text.builder import DocumentBuilder
from sim.template.text.json_tokens import json_tokens
from sim.template.text.lined import LinedDict
from sim.template.text.yaml_tokens import yaml_tokens


def load_template(template: str | PathLike[str]) -> LinedDict:
    """Load a template from a file, or from its own text; raises `TemplateError` with one sentence.

    A text of one line without a brace is taken for a path. Nothing in it is executed or fetched.
    """
    document = load_text(_text_of(template))
    if not isinstance(document, LinedDict):
        raise TemplateError(
            [
                f"A template is a mapping with Resources, but this is {_kind_of(document)}."
            ]
        )
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


def _text_of(template: str | PathLike[str]) -> str:
    if isinstance(template, str) and is_text(template):
        encoded = template.encode("utf-8", "surrogatepass")
        return _decoded(encoded, "The text")
    path = Path(template)
    shown = str(path)[:200]
    limit = facts.fact("template.bytes").value
    try:
        with path.open("rb") as file:
            encoded = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TemplateError([f"Cannot read {shown!r}: {reason}."]) from None
    return _decoded(encoded, shown)


def is_text(template: str) -> bool:
    """Whether it is a template's own text, and no path."""
    return "\n" in template or template.lstrip().startswith("{")


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


def _kind_of(document: object) -> str:
    if document is None:
        return "empty"
    if isinstance(document, list):
        return "a list"
    return f"the text {str(document)[:40]!r}"
