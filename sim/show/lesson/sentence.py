"""A sentence as the result of a cell."""

from __future__ import annotations


class Sentence(str):
    """A string that a cell shows without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def joined(*sentences: str) -> Sentence:
    """Several sentences as one text; empty ones are left out."""
    return Sentence(" ".join(one for one in sentences if one))
