"""JSON with its lines: Python's parser says whether it is sound, a regular expression where its parts are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sim.template.errors import TemplateError
from sim.template.text.token import Token

PART = re.compile(r'\n|[{}\[\]]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+')


def tokens(text: str) -> Iterator[Token]:
    """The parts of a JSON text; raises `TemplateError` where it is not JSON."""
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise TemplateError(
            [f"Line {error.lineno}: not JSON: {error.msg.lower()}."]
        ) from None
    except (ValueError, RecursionError) as error:
        reason = (
            "nested too deeply" if isinstance(error, RecursionError) else str(error)
        )
        raise TemplateError([f"Not JSON that can be read: {reason}."]) from None
    return _parts(text)


def _parts(text: str) -> Iterator[Token]:
    line = 1
    for match in PART.finditer(text):
        part = match[0]
        if part == "\n":
            line += 1
        elif part in "{[":
            yield Token("open", part, line)
        elif part in "}]":
            yield Token("close", None, line)
        else:
            yield Token("value", json.loads(part), line)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")
