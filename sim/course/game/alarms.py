"""The alarms of a game day: those of `data/deploy/alarms.json`, for what a system has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from sim import facts
from sim.course.game.shop_parts import FOLDER
from sim.scenario.alarms import Alarm
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import AsynchronousTrigger

PERIOD = 60.0
"""Seconds of one datapoint."""
OF_TIMEOUT = "of the timeout"
"""The unit of a threshold that goes by the function's timeout."""
COLUMNS = ["resource", "metric", "statistic", "value", "threshold", "says", "since_s"]  # fmt: skip


@cache
def rules() -> list[dict[str, Any]]:
    """What the folders of `data/deploy/` watch: a row an alarm, by what it is of."""
    text = (facts.DATA / "deploy" / "alarms.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


@cache
def thresholds() -> dict[str, float]:
    """By metric, the thresholds of this shop, in which some runs always fail."""
    table = pd.read_csv(FOLDER / "thresholds.csv", index_col="metric")
    return {str(metric): one for metric, one in table.threshold.items()}


def alarms_of(scenario: Scenario) -> list[Alarm]:
    """The alarms of all functions, queues and front doors of a system."""
    return [
        _alarm(rule, dimensions, scenario)
        for dimensions, kinds in _watched(scenario)
        for rule in rules()
        if rule["of"] in kinds
    ]


def failure_stores(scenario: Scenario) -> list[str]:
    """The queues that nobody reads here: they keep what has failed."""
    read = {trigger.entry for trigger in scenario.triggers}
    return [one.name for one in scenario.queues if one.name not in read]


def ringing(
    history: pd.DataFrame, scenario: Scenario, now: float
) -> pd.DataFrame:
    """The alarms in state ALARM at second `now`, the one that rings longest first.

    `history`: that of `Run.alarm_history`. Columns: `COLUMNS`; value is that of the minute that
    decided, since_s the end of this minute, and says what the alarm's description says.
    """
    known = history[history.timestamp_s <= now]
    last = known.groupby("alarm", sort=False).tail(1)
    rung = last[last.state == "ALARM"]
    by_name = {alarm.name: alarm for alarm in scenario.alarms}
    rows = [_row(by_name[str(one.alarm)], one) for one in rung.itertuples()]
    return pd.DataFrame(rows, columns=COLUMNS)


def threshold(
    scenario: Scenario, resource: str, metric: str, statistic: str
) -> float | None:
    """What a statistic of a resource must not exceed; None: it has no alarm."""
    for alarm in scenario.alarms:
        watched = (alarm.resource, alarm.metric_name, alarm.statistic)
        if watched == (resource, metric, statistic):
            return alarm.threshold
    return None


def _watched(scenario: Scenario) -> Iterator[tuple[str, set[str]]]:
    """The dimensions of what there is to watch, and what it is in the words of the rules."""
    for function in scenario.functions:
        kinds = _kinds_of_function(function, scenario)
        yield f"FunctionName={function.name}", kinds
    stores = failure_stores(scenario)
    for queue in scenario.queues:
        of = "queue of failures" if queue.name in stores else "queue"
        yield f"QueueName={queue.name}", {of}
    doors = facts.front_doors()
    for trigger in scenario.triggers:
        if trigger.kind in doors:
            door = doors[trigger.kind]
            yield f"{door.dimension}={trigger.name}", {door.word}


def _kinds_of_function(function: Function, scenario: Scenario) -> set[str]:
    kinds = {"function"}
    for trigger in scenario.triggers:
        if trigger.function != function.name:
            continue
        if isinstance(trigger, AsynchronousTrigger):
            kinds.add("asynchronous function")
        if isinstance(trigger, EventSourceMapping) and trigger.takes(
            "parallelization_factor"
        ):
            kinds.add("function that reads a stream")
    return kinds


def _alarm(rule: dict[str, Any], dimensions: str, scenario: Scenario) -> Alarm:
    resource = dimensions.partition("=")[2]
    metric = rule["metric_name"]
    limit = thresholds().get(metric, rule["threshold"])
    if rule["unit"] == OF_TIMEOUT:
        limit *= 1000 * scenario.function(resource).timeout
    return Alarm(
        name=f"{resource} {metric}",
        metric_name=metric,
        dimensions=dimensions,
        statistic=rule["statistic"],
        evaluation_periods=rule["evaluation_periods"],
        threshold=limit,
        treat_missing_data="notBreaching",
    )


def _row(alarm: Alarm, change: Any) -> tuple[object, ...]:
    watched = (alarm.resource, alarm.metric_name, alarm.statistic)
    [says, *_] = [
        rule["reason"]
        for rule in rules()
        if rule["metric_name"] == alarm.metric_name
    ]
    since = float(change.timestamp_s)
    return *watched, change.value, alarm.threshold, says, since
