"""JSON with its lines: Python's parser checks it, a regular expression finds its parts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sim.template.errors import TemplateError
from sim.template.text.token import Token

PART = re.compile(r'\n|[{}\[\]]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+')


def json_tokens(text: str) -> Iterator[Token]:
    """The parts of a JSON text; raises `TemplateError` where it is not JSON."""
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise TemplateError(
            [f"Line {error.lineno}: not JSON: {error.msg.lower()}."]
        ) from None
    except RecursionError:
        raise TemplateError(
            ["Not JSON that can be read: nested too deeply."]
        ) from None
    except ValueError as error:
        raise TemplateError([f"Not JSON that can be read: {error}."]) from None
    return _tokens_of_valid_json(text)


def _tokens_of_valid_json(text: str) -> Iterator[Token]:
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


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number")
