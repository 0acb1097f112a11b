"""The alarms of a game day: what CloudWatch would ring for, with thresholds of our choice.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from sim.course.game.shop_parts import FOLDER
from sim.scenario.scenario import Scenario

PERIOD = 60.0
"""Seconds of one datapoint; one that breaches the threshold is enough."""
COLUMNS = [
    "resource", "metric", "statistic", "value", "threshold", "unit", "says",
    "since_s",
]  # fmt: skip


@cache
def rules() -> pd.DataFrame:
    """One row an alarm: columns as in `data/game_day/alarms.csv`."""
    return pd.read_csv(FOLDER / "alarms.csv", keep_default_na=False)


def failure_stores(scenario: Scenario) -> list[str]:
    """The queues that nobody reads here: they keep what has failed."""
    read = {trigger.entry for trigger in scenario.triggers}
    return [one.name for one in scenario.queues if one.name not in read]


def watched(
    rule: Any, resources: Iterable[str], scenario: Scenario
) -> set[str]:
    """The resources that an alarm is for: all, or only queues that are read, or that are not."""
    if not rule.queues:
        return set(resources)
    stores = set(failure_stores(scenario))
    if rule.queues == "failure stores":
        return set(resources) & stores
    return set(resources) - stores


def ringing(
    metrics: pd.DataFrame, scenario: Scenario, now: float
) -> pd.DataFrame:
    """The alarms in state ALARM at second `now`, by the last datapoint before it.

    `metrics`: those of `Run.metrics`, with `resource`. A missing datapoint rings no alarm. Columns:
    `COLUMNS`; since_s is the start of the first of the datapoints in a row that breach it.
    """
    rows = []
    rule: Any
    for rule in rules().itertuples(index=False):
        mine = metrics[metrics.metric == rule.metric]
        mine = mine[mine.resource.isin(watched(rule, mine.resource, scenario))]
        for resource, points in mine.groupby("resource", sort=True):
            values = points.set_index("timestamp_s")[rule.statistic]
            since = _breached_since(values, rule.threshold, now)
            if since is not None:
                told = (rule.metric, rule.statistic, values.loc[now - PERIOD])
                limit = (rule.threshold, rule.unit, rule.says)
                rows.append((resource, *told, *limit, since))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("since_s", kind="stable", ignore_index=True)


def threshold(
    scenario: Scenario, resource: str, metric: str, statistic: str
) -> float | None:
    """What a statistic of a resource must not reach; None: it has no alarm."""
    for rule in rules().itertuples(index=False):
        is_its = (rule.metric, rule.statistic) == (metric, statistic)
        if is_its and watched(rule, [resource], scenario):
            return float(str(rule.threshold))
    return None


def _breached_since(
    values: pd.Series[float], threshold: float, now: float
) -> float | None:
    """Since when every datapoint up to `now` has breached a threshold; None: the last has not."""
    since = None
    at = now - PERIOD
    while values.get(at, default=-1.0) >= threshold:
        since = at
        at -= PERIOD
    return since
