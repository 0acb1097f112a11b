"""What a summary counts first: events that nobody has any more, or not yet."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.phrases import counted

WORRIES = ("unfinished", "lost", "given_up")
"""Columns of a summary, as are those of the events that somebody knows of:"""
OTHERS = ("parked", "told", "caught")
IN_WORDS = {"given_up": "given up", "caught": "caught by a state machine"}


def verdict(summaries: pd.DataFrame) -> str:
    """One sentence: what is unfinished or lost, of all events of these summaries, a row each."""
    total = counted(summaries.journeys.sum())
    worries = _counted(summaries, WORRIES)
    others = _counted(summaries, OTHERS)
    if worries:
        return f"Of {total} events: {', '.join(worries + others)}."
    calm = f"Of {total} events none is unfinished, lost or given up"
    return f"{'; '.join([calm, *others])}."


def _counted(summaries: pd.DataFrame, ends: Sequence[str]) -> list[str]:
    """How many events have each of these ends, where there are any."""
    counts = {end: summaries[end].sum() for end in ends if end in summaries}
    return [
        f"{counted(count)} {IN_WORDS.get(end, end)}"
        for end, count in counts.items()
        if count
    ]
