"""The calls of functions by somebody who waits for the answer, and what they were told."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from sim.results.result import Result
from sim.results.usage.runs import runs, throttles
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import SynchronousTrigger

COLUMNS = ["delivery", "trigger", "kind", "at_s", "told_s", "told"]
# The column of the trigger catalogue with what a caller is told, by how the call ended.
TOLD_ON = {
    "succeeded": "told_on_success",
    "failed": "told_on_error",
    "crashed": "told_on_error",
    "timeout": "told_on_function_timeout",
    "throttled": "told_on_throttle",
}


def calls(run: Result, kinds: Collection[str]) -> pd.DataFrame:
    """One row a call of a function by somebody who waits, through triggers of these kinds.

    Columns: delivery, trigger, kind, at_s, told_s, told (the answer, in the catalogue's words).
    told_s is NaN and told empty while the caller waits; a call that a limit of its own ends is told
    so at that time.
    """
    asked = {
        place: trigger
        for place, trigger in enumerate(run.triggers)
        if isinstance(trigger, SynchronousTrigger) and trigger.kind in kinds
    }
    if not asked:
        return pd.DataFrame(columns=COLUMNS).astype({"delivery": "int64"})
    made = _tries(run)
    number = run.trigger_numbers[made.delivery.to_numpy()]
    tables = [
        _answers(run, trigger, made[number == place])
        for place, trigger in asked.items()
    ]
    table = pd.concat(tables)[COLUMNS]
    return table.sort_values(["at_s", "delivery"], ignore_index=True)


def _tries(run: Result) -> pd.DataFrame:
    """Every try to run a function: delivery, at_s, told_s, outcome."""
    ran = runs(run)
    ran = ran.assign(
        at_s=ran.start_s, told_s=ran.answered_s, outcome=ran.answer.astype(str)
    )
    refused = throttles(run)
    refused = refused.assign(told_s=refused.at_s, outcome="throttled")
    made = pd.concat([ran, refused], ignore_index=True)
    return made[["delivery", "at_s", "told_s", "outcome"]]


def _answers(
    run: Result, trigger: SynchronousTrigger, made: pd.DataFrame
) -> pd.DataFrame:
    """When and what the callers through one trigger heard."""
    kind = trigger_kind(trigger.kind)
    words = {
        outcome: str(getattr(kind, column))
        for outcome, column in TOLD_ON.items()
    }
    told = made.outcome.map(words).fillna("")
    told_s = made.told_s
    if trigger.timeout_in_millis is not None:
        limit = (made.at_s + trigger.timeout_in_millis / 1000).round(6)
        waits_still = told_s.isna() & (limit <= run.ended_s)
        is_cut = (limit < told_s) | waits_still
        told = told.where(~is_cut, kind.told_on_limit)
        told_s = told_s.where(~is_cut, limit)
    return made.assign(
        trigger=trigger.name, kind=trigger.kind, told_s=told_s, told=told
    )
