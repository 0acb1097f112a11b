"""What a run used, derived from its spans: runs of functions, calls of front doors, what was sent where."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.results.result import Result
from sim.results.usage.queues import polls_queue
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import MICROSECONDS, TUMBLING_WINDOW

OUTCOMES = (
    "succeeded",
    "failed",
    "timeout",
    "crashed",
)  # the last one that occurs is that of a batch
ANSWERS = {
    "succeeded": "told_on_success",
    "failed": "told_on_error",
    "crashed": "told_on_error",
    "timeout": "told_on_function_timeout",
    "throttled": "told_on_throttle",
}
REDRIVE = "redrive"  # SQS moves a message by itself: nobody calls SendMessage
RUN = [
    "resource",
    "environment",
    "batch",
    "attempt",
    "copy",
]  # what the spans of one run have in common


def runs(run: Result) -> pd.DataFrame:
    """One row a run of a function, a batch counted once, in order of start.

    Columns: function, environment, delivery (the first of a batch), attempt, start_s (of init, if
    it had one), end_s, init_s (a first init that ended well), duration_s (without any first init or
    restore, with a suppressed init and with extensions), extension_s, answered_s (when the handler
    ended: NaN before), answer (how: the worst of a batch), outcome (the same, but empty while
    anything runs), error (the function failed, and did not merely report failed records),
    initialization_type, version.
    """
    spans = _by_run(run.spans[run.spans.environment.to_numpy() >= 0])
    length, first = spans.end_s - spans.start_s, spans.stage.isin(["init", "restore"])
    extended, running = spans.stage == "extension", spans.outcome == "in flight"
    worst = spans.outcome.map(
        {name: rank for rank, name in enumerate(OUTCOMES)}
    ).astype(float)
    columns = {
        "delivery": spans.delivery,
        "start_s": spans.start_s,
        "end_s": spans.end_s,
        "first_s": length.where(first, 0.0),
        "init_s": length.where(
            (spans.stage == "init") & (spans.outcome != "timeout"), 0.0
        ),
        "extension_s": length.where(extended, 0.0),
        "answered_s": spans.end_s.where(~extended, 0.0),
        "worst": worst.where(spans.stage == "handler", -1.0),
        "unanswered": running & ~extended,
        "in_flight": running,
    }
    grouped = spans[RUN].assign(**columns).groupby(RUN, sort=False, as_index=False)
    table = grouped.agg(
        {name: "min" if name in ("delivery", "start_s") else "max" for name in columns}
    )
    names = np.array([*OUTCOMES, ""], dtype=object)
    table["answer"] = names[
        table.worst.where(~table.unanswered, -1.0).fillna(-1.0).astype(int)
    ]
    table["answered_s"] = table.answered_s.where(table.answer != "")
    table["outcome"] = table.answer.where(~table.in_flight, "")
    reported = (table.outcome == "failed") & _may_report(run)[table.delivery.to_numpy()]
    table["error"] = table.outcome.isin(OUTCOMES[1:]) & ~reported
    table["duration_s"] = (table.end_s - table.start_s - table.first_s).round(6)
    table = table.rename(columns={"resource": "function"}).sort_values(
        ["start_s", "delivery"], ignore_index=True
    )
    order = ["function", "environment", "delivery", "attempt", "start_s", "end_s", "init_s", "duration_s",
             "extension_s", "answered_s", "answer", "outcome", "error"]  # fmt: skip
    started = run.environments[
        ["function", "environment", "initialization_type", "version"]
    ]
    return table[order].merge(
        started, on=["function", "environment"], how="left", validate="many_to_one"
    )


def throttles(run: Result) -> pd.DataFrame:
    """One row a refused request, a batch counted once: function, delivery (the first of a batch), attempt, at_s."""
    spans = _by_run(run.spans[run.spans.stage == "throttle"])
    spans = spans.drop_duplicates([*RUN, "start_s"])
    table = spans.rename(columns={"resource": "function", "start_s": "at_s"})
    return table[["function", "delivery", "attempt", "at_s"]].reset_index(drop=True)


def calls(run: Result) -> pd.DataFrame:
    """One row a call of a function by somebody who waits: delivery, trigger, kind, at_s, told_s, told.

    told_s is NaN and told empty while the caller waits; a call that a limit of its own ends is told
    so at that time.
    """
    ran, refused = runs(run), throttles(run)
    ran = ran.assign(at_s=ran.start_s, told_s=ran.answered_s, outcome=ran.answer)
    refused = refused.assign(told_s=refused.at_s, outcome="throttled")
    made = pd.concat([ran, refused], ignore_index=True)[
        ["delivery", "at_s", "told_s", "outcome"]
    ]
    number = np.array(run.trace.deliveries.trigger, np.int64)[made.delivery.to_numpy()]
    told = [
        _told(run, trigger, made[number == index])
        for index, trigger in enumerate(run.triggers)
        if isinstance(trigger, SynchronousTrigger)
    ]
    columns = ["delivery", "trigger", "kind", "at_s", "told_s", "told"]
    table = pd.concat(told) if told else made.iloc[:0].reindex(columns=columns)
    return pd.DataFrame(
        table[columns].sort_values(["at_s", "delivery"], ignore_index=True)
    )


def sends(run: Result) -> pd.DataFrame:
    """One row an event that enters a topic, queue, bucket or bus, in columns target, event, delivery, at_s, edge.

    `edge` says why the event was sent, empty if it came from outside; `redrive` is a move that SQS
    makes itself. Where nobody consumes the target, event is -1 and delivery the one that sent it.
    """
    entry = np.array(
        [getattr(trigger, "source", None) or "" for trigger in run.triggers],
        dtype=object,
    )
    came = run.deliveries[run.deliveries.arrived_s <= run.trace.ended / MICROSECONDS]
    target = entry[
        np.array(run.trace.deliveries.trigger, np.int64)[came.delivery.to_numpy()]
    ]
    consumed = came.assign(target=target)[
        ["target", "event", "delivery", "arrived_s", "edge"]
    ]
    consumed = consumed[
        (consumed.target != "") & (consumed.edge != TUMBLING_WINDOW)
    ].drop_duplicates(["target", "event"])
    consumed.columns = pd.Index(["target", "event", "delivery", "at_s", "edge"])
    stored = pd.DataFrame(list(_stored(run)), columns=consumed.columns)
    there = [table for table in (consumed, stored) if len(table)]
    return pd.concat(there, ignore_index=True) if there else consumed


def _by_run(spans: pd.DataFrame) -> pd.DataFrame:
    """Spans with `batch`: the number of the batch, or of the only delivery, whose attempt then counts too.

    `copy` tells the runs apart that a duplicated event has one after another in one environment.
    """
    alone = spans.invocation < 0
    spans = spans.assign(
        batch=spans.invocation.where(~alone, spans.delivery),
        attempt=spans.attempt.where(alone, -1),
        handled=((spans.stage == "handler") & alone).astype(int),
    )
    own = (spans.stage.isin(["handler", "extension"]) & alone).astype(
        int
    )  # an extension follows its own handler
    return spans.assign(copy=spans.groupby(RUN[:-1]).handled.cumsum() - own)


def _may_report(run: Result) -> NDArray[np.bool_]:
    """By delivery: whether its function answers with the failed records, which is no function error."""
    reports = [
        isinstance(trigger, EventSourceMapping)
        and trigger.reports_batch_item_failures
        and run.scenario.function(trigger.function).behaviour.batch_response
        != "exception"
        for trigger in run.triggers
    ]
    return np.array(reports, bool)[np.array(run.trace.deliveries.trigger, np.int64)]


def _told(run: Result, trigger: SynchronousTrigger, made: pd.DataFrame) -> pd.DataFrame:
    """When and what the callers through one trigger heard."""
    kind = trigger_kind(trigger.kind)
    words = {outcome: str(getattr(kind, answer)) for outcome, answer in ANSWERS.items()}
    told, told_s = made.outcome.map(words).fillna(""), made.told_s
    if trigger.timeout_in_millis is not None:
        limit = (made.at_s + trigger.timeout_in_millis / 1000).round(6)
        cut = (limit < told_s) | (
            told_s.isna() & (limit <= run.trace.ended / MICROSECONDS)
        )
        told, told_s = told.where(~cut, kind.told_on_limit), told_s.where(~cut, limit)
    return made.assign(
        trigger=trigger.name, kind=trigger.kind, told_s=told_s, told=told
    )


def _stored(run: Result) -> Iterator[tuple[str, int, int, float, str]]:
    """What was sent to resources that nobody consumes: nothing but the delivery it comes from tells of it."""
    entries = {trigger.entry for trigger in run.triggers}
    columns = run.trace.deliveries
    with_another = {
        delivery
        for discard in run.trace.discards
        for delivery in discard.deliveries[1:]
    }
    for delivery, targets in run.trace.stores.items():
        if delivery in with_another:
            continue
        polled = polls_queue(run.triggers[columns.trigger[delivery]])
        for target in targets:
            if target not in entries:
                yield (
                    target,
                    -1,
                    delivery,
                    columns.settled[delivery] / MICROSECONDS,
                    REDRIVE if polled else "failure",
                )
    consumed = set(columns.event)
    for event, child in enumerate(run.trace.children, len(run.workload.time)):
        if event not in consumed:
            yield (
                child.target,
                -1,
                child.delivery,
                child.time / MICROSECONDS,
                child.edge,
            )
    done = run.deliveries[run.deliveries.condition == "Success"]
    for delivery, settled, number in zip(
        done.delivery, done.settled_s, done.function, strict=True
    ):
        goal = _on_success(run.scenario.function(number))
        if goal is not None and goal not in entries:
            yield goal, -1, delivery, settled, "on-success destination"


def _on_success(function: Function) -> str | None:
    return function.event_invoke_config.destination_config.on_success
