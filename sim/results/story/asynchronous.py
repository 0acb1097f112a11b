"""What happened to an asynchronous event, sentence by sentence: accepted, tried, given up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isnan
from typing import Any

from sim.phrases import capitalised, ordinal, spoken
from sim.results.story.event_bridge import QUOTAS, at_event_bridge, limited
from sim.results.story.function_runs import handler, span_moments
from sim.results.story.moments import Describe, History, Moment, length
from sim.results.story.state_machines import WAITED
from sim.scenario.function import Function
from sim.scenario.subscriber import Subscriber
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import AsynchronousTrigger

AT_ONCE = 0.001  # seconds

REPORT_RULES = {"codepipeline": "job report"}
"""The rule by which somebody waits for a report that is no stack operation."""


def asynchronous_moments(
    history: History, trigger: AsynchronousTrigger
) -> Iterator[Moment]:
    """Lambda accepts the event, tries, waits, and is done with it or gives it up."""
    waits = at_event_bridge(history)
    where = f"`{trigger.entry}`, {history.kind.service}"
    if waits and waits[0].resource != trigger.entry:
        where = f"`{waits[0].resource}`"
    yield Moment(history.row.arrived_s, f"The event arrives at {where}.")
    yield from limited(waits)
    yield from _not_accepted(history, trigger)
    if not isnan(history.row.accepted_s):
        yield accepted(history, trigger)
    yield from in_event_queue(history, history.told_spans)
    yield from _reported(history, trigger)


def in_event_queue(
    history: History, spans: list[Any], run: Describe = handler
) -> Iterator[Moment]:
    """Lambda's queue keeps the event, tries these times, and is done with it or gives it up.

    `run`: what happens in a span of the handler.
    """
    for span in spans:
        yield from span_moments(
            history,
            [span],
            {
                "handler": run,
                "throttle": _throttled,
                "retry": _back_in_queue,
                "system error": _system_error,
            },
        )
    yield from _given_up(history)


def _not_accepted(
    history: History, trigger: AsynchronousTrigger
) -> Iterator[Moment]:
    """Lambda cannot accept the event: its source waits and hands it over again, or gives it up."""
    sources = [span for span in history.spans if span.stage == "source"]
    others = (*QUOTAS, WAITED)
    hand_overs = [span for span in sources if span.outcome not in others]
    for before, after in pairwise(hand_overs):
        if history.tries.is_folded(before.end_s):
            continue
        is_at_once = after.end_s - after.start_s < AT_ONCE
        soon = "at once" if is_at_once else f"in {length(after)}"
        sentence = (
            f"Lambda cannot accept it; `{trigger.entry}` tries again {soon}."
        )
        yield Moment(before.end_s, sentence, ("source retry",))
    row = history.row
    if isnan(row.accepted_s) and row.fate in ("dropped", "dead-lettered"):
        kept = f"goes to `{row.stores}`" if row.stores else "is lost"
        sentence = f"Lambda cannot accept it, and `{trigger.entry}` gives it up: it {kept}."
        yield Moment(row.settled_s, sentence, ("source retry",))


def accepted(
    history: History, trigger: AsynchronousTrigger | Subscriber
) -> Moment:
    """Lambda answers, and the event is in its queue."""
    status = trigger_kind("invoke_event").told_on_success
    who = "Lambda"
    if trigger.source:
        who = f"`{trigger.source}` hands it to Lambda, which"
    sentence = f"{who} answers {status} and keeps it for `{trigger.function}`."
    return Moment(
        history.row.accepted_s, sentence, ("asynchronous acceptance",)
    )


def _throttled(history: History, span: Any) -> Iterator[Moment]:
    """Lambda throttles an attempt of its own."""
    number = ordinal(span.attempt).capitalize()
    tried = f"{number} attempt" if span.attempt else "The second copy"
    sentence = f"{tried} is throttled: {span.outcome}."
    yield Moment(span.start_s, sentence, ("throttle",))


def _system_error(history: History, span: Any) -> Iterator[Moment]:
    """Lambda itself fails at an attempt."""
    yield Moment(
        span.start_s, f"Lambda is down: {span.outcome}.", ("system error",)
    )


def _back_in_queue(history: History, span: Any) -> Iterator[Moment]:
    """The event is back in the queue until its next attempt."""
    before = {
        other.stage for other in history.spans if other.end_s == span.start_s
    }
    rule = "asynchronous retry"
    if "throttle" in before:
        rule = "asynchronous throttle"
    elif "system error" in before:
        rule = "system error"
    lasts = f"for {length(span)}"
    if span.outcome == "in flight":
        lasts = "until the simulation ends"
    yield Moment(span.start_s, f"It is back in the queue {lasts}.", (rule,))


def _given_up(history: History) -> Iterator[Moment]:
    """Why Lambda let go of the event, and where it went."""
    row = history.row
    config = _function(history).event_invoke_config
    oldest = spoken(config.maximum_event_age_in_seconds)
    reasons = {
        "RetriesExhausted": (
            f"No retry is left of {config.maximum_retry_attempts}",
            "retries exhausted",
        ),
        "EventAgeExceeded": (
            f"By the next attempt it would be older than {oldest}",
            "event age",
        ),
        "ZeroReservedConcurrency": (
            "The function's reserved concurrency is 0",
            "zero reserved concurrency",
        ),
    }
    if row.condition in reasons:
        reason, rule = reasons[row.condition]
        sentence = f"{reason}: {row.condition}. {_where_it_goes(history)}"
        yield Moment(row.settled_s, sentence, (rule, "failure stores"))
    elif row.condition == "RecursiveInvocation":
        reason = "Lambda stops the loop that it belongs to"
        sentence = f"{reason}: {row.condition}. {_where_it_goes(history)}"
        yield Moment(row.settled_s, sentence, ("failure stores",))
    on_success = config.destination_config.on_success
    if row.condition == "Success" and on_success is not None:
        sentence = f"A record of it goes to `{on_success}`."
        yield Moment(row.settled_s, sentence, ("on-success destination",))


def _function(history: History) -> Function:
    """The function as it was set when the event was settled."""
    row = history.row
    return history.run.scenario.at(history.last_s).function(row.function)


def _reported(
    history: History, trigger: AsynchronousTrigger
) -> Iterator[Moment]:
    """Who waits for the function's own report is told how it ended, or waits in vain."""
    row = history.row
    if trigger.service_timeout is None or isnan(row.told_s):
        return
    who = history.kind.who_waits
    sentence = f"{capitalised(who)} is told {row.told}."
    if row.told == history.kind.told_on_limit:
        waited = spoken(trigger.service_timeout)
        sentence = (
            f"No report has come within {waited}: {who} is told: {row.told}."
        )
    rule = REPORT_RULES.get(history.kind.kind, "service timeout")
    yield Moment(row.told_s, sentence, (rule,))


def _where_it_goes(history: History) -> str:
    function = _function(history)
    kept = []
    if function.dead_letter_config:
        target = function.dead_letter_config.target_arn
        kept.append(f"the dead-letter queue `{target}`")
    on_failure = function.event_invoke_config.destination_config.on_failure
    if on_failure is not None:
        kept.append(f"the on-failure destination `{on_failure}`")
    if not kept:
        return f"Nothing keeps it: {history.loss}."
    return f"It goes to {' and '.join(kept)}."
