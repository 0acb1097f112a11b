"""Whose runs they are, where logs are of several functions."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from sim.calibration.metric_exports import FUNCTION_NAME
from sim.calibration.observations import Observations
from sim.phrases import counted
from sim.scenario.errors import ScenarioError

USUAL_NAME = "function"
MOST_SHOWN = 20


def of_one_function(
    runs: pd.DataFrame, observations: Observations, function: str | None
) -> tuple[str, pd.DataFrame]:
    """The function's name, and its runs alone; raises `ScenarioError` if it is unclear which."""
    if function is not None and not FUNCTION_NAME.fullmatch(function):
        raise ScenarioError(
            f"calibrate: function is {function!r}, but a function's name has 1 to 64 letters, "
            "digits, hyphens and underscores."
        )
    counts = Counter(runs.function)
    known = [name for name in sorted(counts) if FUNCTION_NAME.fullmatch(name)]
    if not known:
        return _without_names(observations, function), runs
    if len(known) > 1 and function not in known:
        raise ScenarioError(_which(known, counts))
    if len(known) == 1:
        return function or known[0], runs
    is_meant = runs.function == function
    return str(function), runs[is_meant].reset_index(drop=True)


def _which(known: list[str], counts: Counter[str]) -> str:
    """The sentence that lists the functions, those with the most runs first."""
    ordered = sorted(known, key=lambda name: (-counts[name], name))
    told = [
        f"{name} ({counted(counts[name])} runs)"
        for name in ordered[:MOST_SHOWN]
    ]
    rest = len(known) - len(told)
    more = f" and {counted(rest)} more" if rest else ""
    return (
        f"calibrate: the logs are of {counted(len(known))} functions: say which, such as "
        f"function={ordered[0]!r}. There are {', '.join(told)}{more}."
    )


def _without_names(observations: Observations, function: str | None) -> str:
    """The function's name where no run has one: as lines or metrics beside them tell it."""
    names = {*observations.functions, *observations.metrics.functions}
    told = sorted(name for name in names if FUNCTION_NAME.fullmatch(name))
    if len(told) > 1 and function not in told:
        raise ScenarioError(
            f"calibrate: the logs are of {', '.join(told[:MOST_SHOWN])}, and no run says of "
            "which: give a log of one function."
        )
    return function or next(iter(told), USUAL_NAME)
