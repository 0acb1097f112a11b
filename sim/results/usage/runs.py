"""What a run of the simulation used of its functions: their runs, and the requests they refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results.result import Result
from sim.results.usage.outcomes import ERRORS, outcome_names, severity
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Behaviour
from sim.scenario.triggers import Trigger

# What the spans of one run of a function have in common.
RUN = ["resource", "environment", "batch", "attempt", "copy"]
# How a run's row is made of its spans.
AGGREGATES = {
    "delivery": "min",
    "start_s": "min",
    "end_s": "max",
    "before_s": "max",
    "init_s": "max",
    "extension_s": "max",
    "answered_s": "max",
    "severity": "max",
    "is_unanswered": "max",
    "is_running": "max",
}
COLUMNS = [
    "function",
    "environment",
    "delivery",
    "attempt",
    "start_s",
    "end_s",
    "init_s",
    "duration_s",
    "extension_s",
    "answered_s",
    "answer",
    "outcome",
    "error",
    "initialization_type",
    "version",
]


def runs(run: Result) -> pd.DataFrame:
    """One row a run of a function, a batch counted once, in order of start.

    Columns: function, environment, delivery (the first of a batch), attempt, start_s (of init, if
    it had one), end_s, init_s (a first init that ended well), duration_s (without any first init or
    restore, with a suppressed init and with extensions), extension_s, answered_s (when the handler
    ended: NaN before), answer (how: the worst of a batch), outcome (the same, but empty while
    anything runs), error (the function failed, and did not return normally all the same),
    initialization_type, version.
    """
    worked = run.spans[run.spans.environment.to_numpy() >= 0]
    table = _aggregated(_by_run(worked))
    table["answer"] = outcome_names(table.severity.where(~table.is_unanswered))
    table["answered_s"] = table.answered_s.where(table.answer != "")
    table["outcome"] = table.answer.where(~table.is_running, "")
    table["duration_s"] = (table.end_s - table.start_s - table.before_s).round(
        6
    )
    table = table.rename(columns={"resource": "function"})
    table = table.sort_values(["start_s", "delivery"], ignore_index=True)
    keys = ["function", "environment"]
    environments = run.environments[[*keys, "initialization_type", "version"]]
    table = table.merge(
        environments, on=keys, how="left", validate="many_to_one"
    )
    table["error"] = _is_error(run, table)
    return table[COLUMNS]


def throttles(run: Result) -> pd.DataFrame:
    """One row a refused request, a batch counted once.

    Columns: function, delivery (the first of a batch), attempt, at_s.
    """
    spans = _by_run(run.spans[run.spans.stage == "throttle"])
    spans = spans.drop_duplicates([*RUN, "start_s"])
    table = spans.rename(columns={"resource": "function", "start_s": "at_s"})
    return table[["function", "delivery", "attempt", "at_s"]].reset_index(
        drop=True
    )


def _by_run(spans: pd.DataFrame) -> pd.DataFrame:
    """Spans with the columns of `RUN`, which tell runs apart.

    `batch` is the number of the batch, or of the only delivery, whose attempt then counts too.
    `copy` tells the runs apart that a duplicated event has one after another in one environment: it
    counts the handlers before. An extension follows its own handler.
    """
    is_single = spans.invocation < 0
    is_handler = is_single & (spans.stage == "handler")
    is_own = is_single & spans.stage.isin(["handler", "extension"])
    spans = spans.assign(
        batch=spans.invocation.where(~is_single, spans.delivery),
        attempt=spans.attempt.where(is_single, -1),
        handlers=is_handler.astype(int),
    )
    handlers_so_far = spans.groupby(RUN[:-1]).handlers.cumsum()
    return spans.assign(copy=handlers_so_far - is_own.astype(int))


def _aggregated(spans: pd.DataFrame) -> pd.DataFrame:
    """One row a run: the columns of `RUN` and of `AGGREGATES`."""
    length = spans.end_s - spans.start_s
    is_before = spans.stage.isin(["init", "restore"])
    is_good_init = (spans.stage == "init") & ~spans.outcome.isin(ERRORS)
    is_extension = spans.stage == "extension"
    is_running = spans.outcome == "in flight"
    parts = spans[[*RUN, "delivery", "start_s", "end_s"]].assign(
        before_s=length.where(is_before, 0.0),
        init_s=length.where(is_good_init, 0.0),
        extension_s=length.where(is_extension, 0.0),
        answered_s=spans.end_s.where(~is_extension, 0.0),
        severity=severity(spans),
        is_unanswered=is_running & ~is_extension,
        is_running=is_running,
    )
    return parts.groupby(RUN, sort=False, as_index=False).agg(AGGREGATES)


def _is_error(run: Result, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a run failed in a way that counts: to return, whatever happened, is no error."""
    trigger = run.trigger_numbers[table.delivery.to_numpy()]
    version = table.version.to_numpy(np.int64)
    returns = _returns_after_failure(run)[version, trigger]
    is_caught = (table.outcome == "failed").to_numpy(bool) & returns
    is_error = table.outcome.isin(ERRORS).to_numpy(bool) & ~is_caught
    return np.asarray(is_error, bool)


def _returns_after_failure(run: Result) -> NDArray[np.bool_]:
    """By version and trigger: whether the function returns normally though its work failed."""
    functions = run.scenario.functions
    versions = [{one.name: one.behaviour for one in functions}]
    for version in run.scenario.versions:
        deployed = version.function
        versions.append({**versions[0], deployed.name: deployed.behaviour})
    rows = [
        [_returns(behaviours, trigger) for trigger in run.triggers]
        for behaviours in versions
    ]
    return np.array(rows, bool)


def _returns(behaviours: dict[str, Behaviour], trigger: Trigger) -> bool:
    """Whether the function behind a trigger returns normally after a failure."""
    behaviour = behaviours.get(trigger.function)
    if behaviour is None:
        return False
    if isinstance(trigger, EventSourceMapping):
        reports = trigger.reports_batch_item_failures
        return behaviour.response_to_failure(reports) != "exception"
    return behaviour.returns_to(trigger.kind)
