"""What a run of the simulation used of its functions: their runs, and the requests they refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Integers
from sim.results.groups import Groups, groups
from sim.results.result import Result
from sim.results.tables import categories, labels
from sim.results.usage.outcomes import (
    ERRORS,
    UNKNOWN,
    outcome_codes,
    outcome_words,
    severities,
)
from sim.scenario.behaviour import Behaviour
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.triggers import Trigger
from sim.trace import (
    MICROSECONDS,
    EnvironmentStart,
    Initialization,
    Outcome,
    Stage,
)

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
    rows = run.span_rows[run.span_rows["environment"] >= 0]
    of_run = _by_run(rows)
    start = of_run.least(rows["start"])
    delivery = of_run.least(rows["delivery"]).astype(np.int64)
    in_order = np.lexsort((of_run.first_row, delivery, start))
    first_rows = rows[of_run.first_row]
    columns = {
        "function": function_names(run, first_rows["resource"]),
        "environment": first_rows["environment"].astype(np.int64),
        "delivery": delivery,
        "attempt": _attempts(first_rows),
        "start_s": start / MICROSECONDS,
        **_measured(rows, of_run),
        **_environments(run, first_rows),
    }
    table = pd.DataFrame(columns, copy=False).take(in_order)
    time = table.end_s - table.start_s
    table["duration_s"] = (time - table.before_s).round(6)
    table["error"] = _is_error(run, table)
    return table[COLUMNS].reset_index(drop=True)


def throttles(run: Result) -> pd.DataFrame:
    """One row a refused request, a batch counted once.

    Columns: function, delivery (the first of a batch), attempt, at_s.
    """
    rows = run.span_rows[run.span_rows["stage"] == Stage.THROTTLE]
    place = np.sort(groups(*_keys(rows), rows["start"]).first_row)
    rows = rows[place]
    columns = {
        "function": function_names(run, rows["resource"]),
        "delivery": rows["delivery"].astype(np.int64),
        "attempt": _attempts(rows),
        "at_s": rows["start"] / MICROSECONDS,
    }
    return pd.DataFrame(columns)


def function_names(run: Result, numbers: NDArray[Any]) -> Any:
    """The names of the resources with these numbers, as a categorical."""
    return categories(run.scenario.resource_names, numbers)


def _keys(rows: NDArray[np.void]) -> list[NDArray[Any]]:
    """What the spans of one run of a function have in common, beside `copy` of `_by_run`.

    That is the batch, or the only delivery, whose attempt then counts too, and where it ran.
    """
    batch = np.where(
        rows["invocation"] < 0, rows["delivery"], rows["invocation"]
    )
    return [batch, _attempts(rows), rows["environment"], rows["resource"]]


def _attempts(rows: NDArray[np.void]) -> Integers:
    """By span: the attempt at its only delivery; -1 for a batch."""
    attempts = np.where(rows["invocation"] < 0, rows["attempt"], -1)
    return attempts.astype(np.int64)


def _by_run(rows: NDArray[np.void]) -> Groups:
    """The spans of each run together.

    `copy` tells the runs apart that a duplicated event has one after another in one environment: it
    counts the handlers before. An extension follows its own handler.
    """
    is_single = rows["invocation"] < 0
    is_handler = is_single & (rows["stage"] == Stage.HANDLER)
    is_extension = is_single & (rows["stage"] == Stage.EXTENSION)
    keys = _keys(rows)
    found = groups(*keys)
    handlers_so_far = found.so_far(is_handler.astype(np.int64))
    copy = handlers_so_far - (is_handler | is_extension)
    return groups(*keys, copy) if copy.any() else found


def _measured(rows: NDArray[np.void], of_run: Groups) -> dict[str, Any]:
    """By run: end_s, before_s (its init or restore), init_s, extension_s, and how it ended."""
    stage = rows["stage"]
    end_s = rows["end"] / MICROSECONDS
    length = end_s - rows["start"] / MICROSECONDS
    is_before = (stage == Stage.INIT) | (stage == Stage.RESTORE)
    bad = [outcome for outcome in Outcome if outcome.label in ERRORS]
    is_good_init = (stage == Stage.INIT) & ~np.isin(rows["outcome"], bad)
    is_extension = stage == Stage.EXTENSION
    is_running = rows["outcome"] == Outcome.IN_FLIGHT
    severity = of_run.most(severities(rows))
    severity[of_run.most(is_running & ~is_extension)] = np.nan
    answer = outcome_codes(severity)
    answered_s = of_run.most(np.where(is_extension, 0.0, end_s))
    return {
        "end_s": of_run.most(rows["end"]) / MICROSECONDS,
        "before_s": of_run.most(np.where(is_before, length, 0.0)),
        "init_s": of_run.most(np.where(is_good_init, length, 0.0)),
        "extension_s": of_run.most(np.where(is_extension, length, 0.0)),
        "answered_s": np.where(answer == UNKNOWN, np.nan, answered_s),
        "answer": outcome_words(answer),
        "outcome": outcome_words(
            np.where(of_run.most(is_running), UNKNOWN, answer)
        ),
    }


def _environments(run: Result, rows: NDArray[np.void]) -> dict[str, Any]:
    """By span: initialization_type and version of its environment."""
    starts = np.array(run.trace.environments, np.int64)
    starts = starts.reshape(-1, len(EnvironmentStart._fields))
    fields = dict(zip(EnvironmentStart._fields, starts.T, strict=True))
    size = np.zeros(len(run.scenario.resource_names), np.int64)
    np.maximum.at(size, fields["resource"], fields["number"] + 1)
    first = np.cumsum(size) - size
    place = np.zeros(size.sum(), np.int64)
    place[first[fields["resource"]] + fields["number"]] = np.arange(len(starts))
    place = place[first[rows["resource"]] + rows["environment"]]
    return {
        "initialization_type": labels(Initialization, fields["kind"][place]),
        "version": fields["version"][place],
    }


def _is_error(run: Result, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a run failed in a way that counts: to return, whatever happened, is no error."""
    trigger = run.trigger_numbers[table.delivery.to_numpy()]
    version = table.version.to_numpy(np.int64)
    version = np.where(version < 0, -1 - version, version)  # `latest_version`
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
