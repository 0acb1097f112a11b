"""What APIs and load balancers answer themselves, where no function ran or refused to."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from sim.results.result import Result
from sim.results.usage.runs import runs, throttles
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import MICROSECONDS

COLUMNS = ["delivery", "trigger", "kind", "told_s", "told"]
TRY = ["delivery", "attempt"]


def own_answers(run: Result, kinds: Collection[str]) -> pd.DataFrame:
    """One row a call that no function ran for, nor refused, through triggers of these kinds.

    Columns: delivery, trigger, kind, told_s, told. A stage's throttle, what an authorizer does not
    allow, and calls while Lambda is down.
    """
    asked = [
        place
        for place, trigger in enumerate(run.triggers)
        if isinstance(trigger, SynchronousTrigger) and trigger.kind in kinds
    ]
    if not asked:
        return pd.DataFrame(columns=COLUMNS)
    heard = _heard(run)
    heard = heard[np.isin(run.trigger_numbers[heard.delivery], asked)]
    tried = pd.concat([runs(run)[TRY], throttles(run)[TRY]])
    found = heard.merge(tried.drop_duplicates(), how="left", indicator=True)
    own = found[found._merge == "left_only"]
    triggers = [run.trigger_of(delivery) for delivery in own.delivery]
    own = own.assign(
        trigger=[trigger.name for trigger in triggers],
        kind=[trigger.kind for trigger in triggers],
    )
    return own[COLUMNS]


def _heard(run: Result) -> pd.DataFrame:
    """Every answer that a caller heard: delivery, attempt, told_s, told."""
    earlier = [
        (answer.delivery, answer.attempt, answer.time, answer.told)
        for answer in run.trace.earlier_answers
    ]
    before = pd.DataFrame(
        earlier, columns=[*TRY, "time", "told"], dtype="int64"
    )
    numbers = run.delivery_numbers.columns
    tries = np.bincount(before.delivery, minlength=len(numbers["told"])) + 1
    columns = {
        "delivery": np.arange(len(tries)),
        "attempt": tries,
        "time": numbers["told_at"],
        "told": numbers["told"],
    }
    is_last = (numbers["told_at"] >= 0) & (numbers["fate"] != 0)
    last = pd.DataFrame(columns)[is_last]
    heard: pd.DataFrame = pd.concat([before, last])
    words = np.array(run.trace.answers, dtype=object)
    heard["told"] = words[heard.told]
    heard["told_s"] = heard.time / MICROSECONDS
    return heard[[*TRY, "told_s", "told"]]
