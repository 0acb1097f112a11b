"""How runs of a function ended; of a batch the worst that happened to any of its records."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

OUTCOMES = ("succeeded", "failed", "timeout", "crashed")  # from good to bad
ERRORS = OUTCOMES[1:]
NO_HANDLER = -1.0


def severity(spans: pd.DataFrame) -> pd.Series[float]:
    """By span: how bad its handler ended, as a place in `OUTCOMES`.

    NaN where it has not ended, or ended before this record's turn; `NO_HANDLER` for other stages.
    """
    places = {outcome: float(place) for place, outcome in enumerate(OUTCOMES)}
    ended = spans.outcome.map(places).astype(float)
    return ended.where(spans.stage == "handler", NO_HANDLER)


def outcome_names(severities: pd.Series[float]) -> NDArray[np.object_]:
    """The words for these places in `OUTCOMES`; empty where there is none."""
    names = np.array([*OUTCOMES, ""], dtype=object)
    places = severities.fillna(NO_HANDLER).astype(int)
    return names[places]
