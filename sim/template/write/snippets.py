"""The parts of code that some kinds of triggers need, word for word, from `data/snippets`."""

from __future__ import annotations

import re

from sim import facts

PLACE = re.compile(r"\{(id)([A-Z]\w*)?\}")


def part(kind: str, form: str, **words: str) -> str:
    """A snippet with its places `{name}` filled; empty if there is none for this kind."""
    path = facts.DATA / "snippets" / f"{kind}.{form}"
    text_ = path.read_text(encoding="utf-8") if path.exists() else ""
    for name, word in words.items():
        text_ = text_.replace(f"{{{name}}}", word)
    return text_


def text(kind: str, made: str, **words: str) -> list[str]:
    """The CDK statements of a snippet; `{id}` and `{idRole}` become the IDs of constructs, in quotes."""
    filled = part(kind, "cdk", **words)
    return PLACE.sub(lambda place: repr(made + (place[2] or "")), filled).splitlines()
