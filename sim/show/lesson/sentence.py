"""A sentence as the result of a cell."""

from __future__ import annotations

from sim.markup import escaped


class Sentence(str):
    """A string that a cell shows without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """The same as prose: JupyterLab breaks the lines of plain text within words."""
        return f'<div style="white-space: pre-line">{escaped(self)}</div>'


def joined(*sentences: str) -> Sentence:
    """Several sentences as one text; empty ones are left out."""
    return Sentence(" ".join(one for one in sentences if one))
