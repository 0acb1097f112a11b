"""The result in words, and complaints, as HTML."""

from __future__ import annotations

from collections.abc import Mapping

from sim.markup import isolated
from sim.results.run import Run
from sim.show.pictures.captions import describe


def words(runs: Mapping[str, Run], pinned: Mapping[str, Run]) -> str:
    """The result in sentences, for those who listen instead of looking."""
    return isolated(describe(dict(runs), dict(pinned) or None))


def complaint(sentence: str, what: str = "Not simulated") -> str:
    """The error line: what has not been done, and why."""
    return (
        f'<div role="alert" class="complaint"><b>{isolated(what)}:</b> '
        f"{isolated(sentence)}</div>"
    )
