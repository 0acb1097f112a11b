"""The life of execution environments, as logs tell it: a log stream is one environment.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
"""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.calibration.fits import Estimate
from sim.calibration.reports import Row, of_estimate
from sim.scenario.choices import Choices
from sim.scenario.durations import Constant

USUAL = Choices()
IN_ORDER = ["environment", "start_s", "end_s", "init_s", "restore_s", "status"]
AHEAD = (
    "They had ended long before their first run came, so no caller waited: provisioned "
    "concurrency, or Lambda itself (proactive_init_share)."
)
CONTRADICTED = (
    "The idle times that contradict the fewest lines: an environment was used again after the "
    "shorter one, and a cold start was needed though one had idled for the longer one."
)


def cut_before(runs: pd.DataFrame) -> pd.Series[bool]:
    """Whether the run before in the same environment was cut: then init runs again, inside."""
    columns = ["environment", "start_s", "status"]
    ordered = runs[columns].sort_values(columns[:2], kind="stable")
    before = ordered.groupby("environment").status.shift()
    is_cut = before.isin(["timeout", "crashed"]) & (ordered.environment >= 0)
    return is_cut.reindex(runs.index)


def environment_rows(runs: pd.DataFrame) -> list[Row]:
    """What the streams say: how many there are, how long they live, and how long they idle."""
    is_known = (runs.environment >= 0) & runs.start_s.notna()
    known = runs.loc[is_known, IN_ORDER]
    if known.empty:
        note = "No line has a stream and a time: environments cannot be told apart."
        return [Row("environments", "environments", note=note)]
    ahead = int(runs.init_ahead_s.notna().sum())
    by_stream = known.groupby("environment")
    lives = by_stream.end_s.max() - by_stream.start_s.min()
    idle = idle_seconds(runs)
    return [
        Row("environments", "environments", len(known), len(lives)),
        Row(
            "environments",
            "longest life",
            len(lives),
            float(lives.max()),
            unit="s",
            note="From the first run to the end of the last one that was read.",
        ),
        of_estimate(
            "environments",
            "idle time until the end",
            len(known),
            idle,
            "s",
            CONTRADICTED,
        ),
        *(
            [Row("environments", "inits ahead", ahead, note=AHEAD)]
            if ahead
            else []
        ),
    ]


def idle_seconds(runs: pd.DataFrame) -> Estimate:
    """After how many idle seconds an environment ends: the range that contradicts the fewest runs.

    NaN where nothing was used again and nothing ended.
    """
    is_known = (runs.environment >= 0) & runs.start_s.notna()
    known = runs.loc[is_known, IN_ORDER]
    ordered = known.sort_values(IN_ORDER[:2], kind="stable")
    by_stream = ordered.groupby("environment")
    gaps = (ordered.start_s - by_stream.end_s.shift()).dropna().to_numpy()
    reused = np.sort(gaps[gaps > 0])
    ended = np.sort(_ended_within(ordered))
    points = np.unique(np.concatenate([[0.0], reused, ended, [inf]]))
    if len(points) <= 2:
        return Estimate(nan)
    against = _contradictions(points, reused, ended)
    best = np.flatnonzero(against == against.min())
    low, high = float(points[best[0]]), float(points[best[-1] + 1])
    return Estimate(_chosen(low, high), low, high)


def _contradictions(points: Floats, reused: Floats, ended: Floats) -> Floats:
    """Between each two points: how many runs an idle time there would contradict."""
    is_longer = len(reused) - np.searchsorted(reused, points[:-1], "right")
    is_shorter = np.searchsorted(ended, points[1:], "left")
    return np.asarray(is_longer + is_shorter, np.float64)


def _ended_within(ordered: pd.DataFrame) -> Floats:
    """For each stream's last run: how long after it a cold start shows that it had ended."""
    is_cold = ordered.init_s.notna() | ordered.restore_s.notna()
    cold = np.sort(ordered.start_s[is_cold].to_numpy())
    last = ordered.groupby("environment").tail(1)
    ends = last.end_s[last.status == "succeeded"].to_numpy()
    place = np.searchsorted(cold, ends, "right")
    has_next = place < len(cold)
    return np.asarray(cold[place[has_next]] - ends[has_next], np.float64)


def _chosen(low: float, high: float) -> float:
    """The usual time if it is possible, else the middle of what is."""
    usual = USUAL.execution_environment_idle_seconds
    if isinstance(usual, Constant) and low <= usual.seconds <= high:
        return usual.seconds
    return low if high == inf else (low + high) / 2
