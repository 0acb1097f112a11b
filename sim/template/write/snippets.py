"""Parts of templates and CDK apps, as they are written in `data/snippets`, with places to fill."""

from __future__ import annotations

import re
from functools import cache

from sim import facts

FOLDER = facts.DATA / "snippets"
PLACE = re.compile(r"\{(\w+)\}")
ID_PLACE = re.compile(r"\{id([A-Z]\w*)?\}")
STATEMENT_BREAK = re.compile(r"\n(?=[^\s)\]}])")
"""A line that neither is indented nor closes a bracket begins a statement."""


def snippet(name: str, form: str, /, **words: str) -> str:
    """A snippet with its places `{word}` filled; empty if there is none of this name and form."""
    return PLACE.sub(
        lambda place: words.get(place[1], place[0]), _text(name, form)
    )


def cdk_snippet(name: str, construct_id: str, /, **words: str) -> list[str]:
    """The CDK statements of a snippet.

    `{id}` and `{idRole}` become the IDs of constructs, in quotes; what stays empty is no statement.
    """
    text = snippet(name, "cdk", **words)

    def quoted_id(place: re.Match[str]) -> str:
        suffix = place[1] or ""
        return repr(construct_id + suffix)

    text = ID_PLACE.sub(quoted_id, text)
    statements = [
        statement.strip() for statement in STATEMENT_BREAK.split(text)
    ]
    return [statement for statement in statements if statement]


@cache
def _text(name: str, form: str) -> str:
    path = FOLDER / f"{name}.{form}"
    return path.read_text(encoding="utf-8") if path.exists() else ""
