"""How runs of a function ended; of a batch the worst that happened to any of its records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Floats, Integers
from sim.trace import Outcome, Stage

OUTCOMES = ("succeeded", "failed", "timeout", "crashed")  # from good to bad
ERRORS = OUTCOMES[1:]
NO_HANDLER = -1.0
UNKNOWN = len(OUTCOMES)


def severity(spans: pd.DataFrame) -> pd.Series[float]:
    """By span: how bad its handler ended, as a place in `OUTCOMES`.

    NaN where it has not ended, or ended before this record's turn; `NO_HANDLER` for other stages.
    """
    places = {outcome: float(place) for place, outcome in enumerate(OUTCOMES)}
    ended = spans.outcome.map(places).astype(float)
    return ended.where(spans.stage == "handler", NO_HANDLER)


def severities(rows: NDArray[np.void]) -> Floats:
    """The same for rows of `Result.span_rows`."""
    places = {outcome: float(place) for place, outcome in enumerate(OUTCOMES)}
    by_code = [places.get(outcome.label, np.nan) for outcome in Outcome]
    ended = np.array(by_code)[rows["outcome"]]
    return np.where(rows["stage"] == Stage.HANDLER, ended, NO_HANDLER)


def outcome_codes(severities: Floats) -> Integers:
    """Places in `OUTCOMES`; `UNKNOWN` where there is none."""
    is_known = severities >= 0
    return np.where(is_known, severities, UNKNOWN).astype(np.int64)


def outcome_words(codes: Integers) -> Any:
    """The words for `outcome_codes`; empty for `UNKNOWN`."""
    return pd.Categorical.from_codes(codes, pd.Index([*OUTCOMES, ""]))


def outcome_names(severities: pd.Series[float]) -> NDArray[np.object_]:
    """The words for these places in `OUTCOMES`; empty where there is none."""
    names = np.array([*OUTCOMES, ""], dtype=object)
    places = severities.fillna(NO_HANDLER).astype(int)
    return names[places]
