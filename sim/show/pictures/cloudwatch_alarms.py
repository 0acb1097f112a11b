"""The alarms on the metrics of a chart: each a line at its threshold, thick while it rings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sim.phrases import exact
from sim.results.cloudwatch.alarms import ALARM
from sim.results.run import Run
from sim.scenario.alarms import Alarm
from sim.scenario.errors import ScenarioError

SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


@dataclass(frozen=True)
class AlarmLine:
    """A threshold of a metric, in words too, and when its alarm rings: from and to, in seconds."""

    metric: str
    threshold: float
    words: str
    ringing: tuple[tuple[float, float], ...] = ()


def alarm_lines(
    run: Run, metrics: pd.DataFrame, given: Mapping[str, float]
) -> list[AlarmLine]:
    """The scenario's alarms on these metrics, and the thresholds that are given.

    Raises `ScenarioError` for a threshold of a metric that is not there.
    """
    known = set(metrics.metric)
    for name in given:
        if name not in known:
            raise ScenarioError(
                f"An alarm is on {name!r}, but the metrics here are {', '.join(sorted(known))}."
            )
    pairs = set(zip(metrics.metric, metrics.dimensions, strict=True))
    lines = [
        AlarmLine(name, threshold, f"alarm: {exact(threshold)}")
        for name, threshold in given.items()
    ]
    mine = [
        alarm
        for alarm in run.scenario.alarms
        if (alarm.metric_name, alarm.dimensions) in pairs
    ]
    history = run.alarm_history() if mine else pd.DataFrame()
    return lines + [_line(run, alarm, history) for alarm in mine]


def _line(run: Run, alarm: Alarm, history: pd.DataFrame) -> AlarmLine:
    sign = SIGNS[alarm.comparison_operator]
    words = f"alarm: {alarm.statistic} {sign} {exact(alarm.threshold)}"
    mine = history[history.alarm == alarm.name]
    starts = mine.timestamp_s.tolist()
    ends = [*starts[1:], run.ended_s]
    ringing = tuple(
        (start, end)
        for start, end, state in zip(starts, ends, mine.state, strict=True)
        if state == ALARM
    )
    return AlarmLine(alarm.metric_name, alarm.threshold, words, ringing)
