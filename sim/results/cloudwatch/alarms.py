"""When the alarms of a scenario ring, by the metrics of a run.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import Floats
from sim.results.cloudwatch.metrics import metrics
from sim.results.result import Result
from sim.scenario.alarms import Alarm

OK = "OK"
ALARM = "ALARM"
INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
COLUMNS = ["timestamp_s", "alarm", "state", "value"]
COMPARISONS: dict[str, Callable[[Floats, float], object]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


class StateChange(NamedTuple):
    """At the end of a period, in seconds, an alarm gets a state; the value of that period."""

    timestamp_s: float
    alarm: str
    state: str
    value: float


def alarm_history(run: Result) -> pd.DataFrame:
    """One row each time an alarm of the scenario changes its state.

    Columns: timestamp_s (the end of the period that decides), alarm, state (OK, ALARM,
    INSUFFICIENT_DATA, in which each begins), value (of that period; NaN without one). An alarm is
    looked at when a period ends, over its last `evaluation_periods`, and rings when
    `datapoints_to_alarm` of them are too bad. Of missing periods AWS looks further back than that;
    here it does not (a choice).
    """
    alarms = run.scenario.alarms
    sent = {
        period: metrics(run, f"{period}s")
        for period in {alarm.period for alarm in alarms}
    }
    changes = [
        change
        for alarm in alarms
        for change in _changes(alarm, _values(run, alarm, sent[alarm.period]))
    ]
    table = pd.DataFrame(changes, columns=COLUMNS)
    return table.sort_values(["timestamp_s", "alarm"], ignore_index=True)


def _values(run: Result, alarm: Alarm, table: pd.DataFrame) -> Floats:
    """The metric's statistic in each whole period of the run; NaN where nothing was sent."""
    values = np.full(int(run.ended_s // alarm.period), np.nan)
    is_mine = (
        (table.namespace == alarm.namespace)
        & (table.metric == alarm.metric_name)
        & (table.dimensions == alarm.dimensions)
    )
    mine = table[is_mine]
    number = (mine.timestamp_s.to_numpy(float) // alarm.period).astype(int)
    is_whole = number < len(values)
    statistic = mine[alarm.statistic].to_numpy(float)
    values[number[is_whole]] = statistic[is_whole]
    return values


def _changes(alarm: Alarm, values: Floats) -> Iterator[StateChange]:
    state = INSUFFICIENT_DATA
    for end in range(1, len(values) + 1):
        first = max(0, end - alarm.evaluation_periods)
        new = _state(alarm, values[first:end], state)
        if new != state:
            value = float(values[end - 1])
            yield StateChange(end * alarm.period, alarm.name, new, value)
        state = new


def _state(alarm: Alarm, values: Floats, before: str) -> str:
    """The state by the values of the periods that are looked at, the last one last."""
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    is_missing = np.isnan(values)
    is_bad = np.asarray(
        COMPARISONS[alarm.comparison_operator](values, alarm.threshold)
    )
    missing = alarm.treat_missing_data
    if missing == "breaching":
        is_bad = is_bad | is_missing
    if missing in ("missing", "ignore") and is_missing.all():
        return before if missing == "ignore" else INSUFFICIENT_DATA
    return ALARM if np.count_nonzero(is_bad) >= needed else OK
