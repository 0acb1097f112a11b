"""How long the periods of a chart are: so that there are enough points for a line."""

from __future__ import annotations

import pandas as pd

from sim import facts
from sim.phrases import spoken
from sim.scenario.errors import ScenarioError

SHORT = (30, 10, 5, 1)
"""Seconds: what CloudWatch has for metrics of high resolution, which Lambda's are not.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""
LONG = (60, 300, 900, 3600, 21_600, 86_400)
ENOUGH = 12  # points for a line
MANY = 150  # points that a graph has room for


def resolution() -> float:
    """How many seconds a datapoint of Lambda's metrics stands for."""
    return float(facts.fact("cloudwatch.resolution").value)


def chosen_period(seconds: float) -> float:
    """A period for a chart of so many seconds: whole minutes where these are enough."""
    if seconds >= ENOUGH * resolution():
        return next((each for each in LONG if seconds <= MANY * each), LONG[-1])
    return next((each for each in SHORT if seconds >= ENOUGH * each), SHORT[-1])


def period_seconds(period: str) -> float:
    """The length of a period that was written: whole minutes, or one of the short ones.

    Raises `ScenarioError` for another one.
    """
    try:
        seconds = pd.Timedelta(period).total_seconds()
    except ValueError:
        seconds = 0.0
    is_whole = seconds >= resolution() and not seconds % resolution()
    if not (is_whole or seconds in SHORT):
        short = ", ".join(f"'{each}s'" for each in sorted(SHORT))
        raise ScenarioError(
            f"The period is {period!r}; choose whole minutes, such as '1min', or one of {short}."
        )
    return seconds


def period_words(seconds: float) -> str:
    """What a point stands for, and that CloudWatch would not look so close."""
    words = f"a point each {spoken(seconds)}"
    if seconds < resolution():
        words += (
            f", finer than CloudWatch's own period of {spoken(resolution())}"
        )
    return words
