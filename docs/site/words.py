"""The glossary's words: how a text writes them, and which of them it has."""

from __future__ import annotations

import re
from functools import cache

from sim.course.glossary_tables import glossary


@cache
def terms() -> dict[str, tuple[str, str]]:
    """Each term with its meaning and source."""
    return {
        row.term: (row.meaning, row.source) for row in glossary().itertuples()
    }


def term_of(words: str) -> str:
    """The term that some words of a text mean; "" if the glossary has none."""
    text = _singular(re.sub(r"[*`]", "", words))
    return next((term for term in terms() if _singular(term) == text), "")


@cache
def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(term)}(s|es)?\b", re.IGNORECASE)


def terms_in(text: str) -> list[str]:
    """The terms that a text uses, in the glossary's order."""
    return [term for term in terms() if _pattern(term).search(text)]


def _singular(words: str) -> str:
    return words.lower().strip().removesuffix("s")
