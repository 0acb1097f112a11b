"""What happened to an event of a Custom Event Bus on its way to one subscriber's function."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isnan
from typing import Any

from sim.phrases import plural, spoken
from sim.results.story.asynchronous import accepted, in_event_queue
from sim.results.story.function_runs import handler, span_moments
from sim.results.story.moments import History, Moment, length
from sim.scenario.delivery_errors import delivery_code
from sim.scenario.subscriber import EVENT, Subscriber


def subscriber_moments(
    history: History, subscriber: Subscriber
) -> Iterator[Moment]:
    """The event is published, waits its turn, and is tried until it is delivered or given up."""
    row = history.row
    yield Moment(
        row.arrived_s,
        f"The event is published to `{subscriber.source}`, {history.kind.service}.",
    )
    yield from _refused(history)
    yield from _not_for_the_subscriber(history, subscriber)
    until = inf if isnan(row.accepted_s) else row.accepted_s
    of_bus = [one for one in history.told_spans if one.start_s < until]
    yield from span_moments(
        history,
        of_bus,
        {
            "queue": _waited,
            "handler": _handled,
            "throttle": _throttled,
            "system error": _not_accepted,
            "retry": _tried_again,
        },
    )
    if not isnan(row.accepted_s):
        yield accepted(history, subscriber)
        of_lambda = [one for one in history.told_spans if one.start_s >= until]
        yield from in_event_queue(history, of_lambda, _handled)
    yield from _ended(history, subscriber)


def is_filtered_otherwise(history: History) -> bool:
    """Whether an event has not come to its subscriber for another reason than a filter."""
    trigger = history.trigger
    if not isinstance(trigger, Subscriber):
        return False
    is_known = history.row.told == "DEDUPLICATED"
    return is_known or not trigger.has_in_view(_published_s(history))


def _published_s(history: History) -> float:
    """When the bus has stored the event, after all calls that were throttled."""
    refused = [one.end_s for one in history.spans if _is_refusal(one)]
    return float(max([history.row.arrived_s, *refused]))


def _is_refusal(span: Any) -> bool:
    return bool(span.outcome == "ThrottlingException")


def _refused(history: History) -> Iterator[Moment]:
    """The event's group is too fast: its publisher is told so, and publishes it again or not."""
    for span in history.told_spans:
        if not _is_refusal(span):
            continue
        again = "is told ThrottlingException"
        if span.end_s > span.start_s:
            again += f", and publishes it again in {length(span)}"
        sentence = f"Its event group takes no more in this second: its publisher {again}."
        yield Moment(span.start_s, sentence, ("event group rate",))


def _not_for_the_subscriber(
    history: History, subscriber: Subscriber
) -> Iterator[Moment]:
    """Why the subscriber never delivers it, besides its filters."""
    row = history.row
    who = f"`{subscriber.name}`"
    if row.fate == "dropped" and not row.condition:
        skips = "it skips the event, which it never delivers"
        sentence = f"{who} goes on at LATEST: {skips}; {history.loss}."
        yield Moment(row.settled_s, sentence, ("subscriber state",))
    elif row.fate != "filtered":
        return
    elif row.told == "DEDUPLICATED":
        sentence = "The bus knows it from before: it answers DEDUPLICATED, and nobody gets it."
        yield Moment(row.settled_s, sentence, ("deduplication",))
    elif not subscriber.has_in_view(_published_s(history)):
        sentence = f"{who} does not deliver what was published at this time."
        yield Moment(row.settled_s, sentence, ("subscriber position",))


def _waited(history: History, span: Any) -> Iterator[Moment]:
    """The event has waited on the bus for its turn."""
    why, rule = _reason(history, span)
    has = "waits" if span.outcome == "in flight" else "has waited"
    sentence = f"It {has} {length(span)} on the bus{why}."
    yield Moment(span.end_s, sentence, (rule,))


def _reason(history: History, span: Any) -> tuple[str, str]:
    """Why an event waits on the bus, and the rule behind it."""
    scenario, name = history.run.scenario, history.trigger.name
    times = [span.start_s, *(step.at for step in scenario.steps)]
    for at in times:
        if span.start_s <= at < span.end_s:
            for one in scenario.at(at).subscribers:
                if one.name == name and one.state == "STOPPED":
                    return ": the subscriber was stopped", "subscriber state"
    subscriber = history.trigger
    assert isinstance(subscriber, Subscriber)
    if span.start_s < subscriber.active_after:
        return ": the subscriber was not there yet", "subscriber position"
    window = subscriber.batch_configuration.max_batch_window_in_seconds
    if subscriber.type == "FIFO" and span.end_s - span.start_s > window:
        return " behind an earlier event of its group", "event order"
    return " while its batch filled", "event batch"


def _in_batch(history: History, span: Any) -> str:
    """That a call brings other events, too."""
    if span.invocation < 0:
        return ""
    size = history.batch_size(span.invocation)
    return f", in a batch of {plural(size, 'event')}"


def _handled(history: History, span: Any) -> Iterator[Moment]:
    """The function works on it; the subscriber may have stopped waiting for the answer."""
    if span.outcome == "not reached":
        sentence = (
            "The run of its batch ends before this event's turn: not reached."
        )
        yield Moment(span.end_s, sentence)
        return
    yield from handler(history, span, _in_batch(history, span))
    given_up = _no_longer_waited_for(history, span)
    if given_up is not None and given_up < span.end_s:
        waited = spoken(_timeout(history, given_up))
        sentence = f"No answer within {waited}: EXECUTION_TIMEOUT; the function works on unheard."
        yield Moment(given_up, sentence, ("failed delivery",))


def _no_longer_waited_for(history: History, span: Any) -> float | None:
    """When the delivery of this try has failed; None: it has not."""
    for other in history.spans:
        if other.stage == "retry" and other.attempt == span.attempt:
            return float(other.start_s)
    row = history.row
    has_ended = row.condition == "MaximumRetryAttempts"
    return float(row.settled_s) if has_ended else None


def _timeout(history: History, at: float) -> int:
    """How long the subscriber waited for a call that ended at this time."""
    return next(
        one.invocation_timeout_seconds
        for one in history.run.scenario.at(at).subscribers
        if one.name == history.trigger.name
    )


def _throttled(history: History, span: Any) -> Iterator[Moment]:
    """A throttled call is a failed delivery."""
    sentence = (
        f"The call{_in_batch(history, span)} is throttled: {span.outcome}."
    )
    yield Moment(span.start_s, sentence, ("throttle", "failed delivery"))


def _not_accepted(history: History, span: Any) -> Iterator[Moment]:
    """Lambda could not take the call."""
    sentence = f"Lambda cannot accept it: {span.outcome}."
    yield Moment(span.start_s, sentence, ("failed delivery",))


def _tried_again(history: History, span: Any) -> Iterator[Moment]:
    """The subscriber waits for its next try; the maximum age may come first."""
    if span.outcome == "in flight":
        return
    row = history.row
    by_age = row.condition == "MaximumEventAgeInSeconds"
    failed = f"The delivery has failed ({_code(history, span.attempt)})"
    if by_age and span.end_s == row.settled_s:
        sentence = f"{failed}; the next try would come after its maximum age."
    else:
        sentence = f"{failed}: the next try comes in {length(span)}."
    yield Moment(span.start_s, sentence, ("subscriber retry",))


def _code(history: History, tries: int = 0) -> str:
    """The error code of a try; by default of the last one."""
    calls = history.run.target_calls.get(history.row.delivery, [])
    for call in calls:
        if call.tries == tries:
            return delivery_code(call.outcome)
    return delivery_code(calls[-1].outcome) if calls else ""


def _ended(history: History, subscriber: Subscriber) -> Iterator[Moment]:
    """How the subscriber is done with the event."""
    row = history.row
    settings = next(
        one
        for one in history.run.scenario.at(history.last_s).subscribers
        if one.name == subscriber.name
    )
    policy = settings.retry_policy
    oldest = spoken(policy.max_event_age_in_seconds)
    reasons = {
        "MaximumRetryAttempts": f"The last delivery has failed ({_code(history)}), "
        f"and no retry is left of {policy.max_retry_attempts}",
        "MaximumEventAgeInSeconds": f"Its batch has reached the maximum age of {oldest}",
    }
    if row.condition in reasons:
        kept = f"Nothing keeps it: {history.loss}."
        if row.stores:
            kept = f"A record of it goes to `{row.stores}`."
        sentence = f"{reasons[row.condition]}: {row.condition}. {kept}"
        yield Moment(row.settled_s, sentence, ("subscriber failure store",))
    elif row.fate == "expired" and isnan(row.accepted_s):
        sentence = f"The bus keeps it no longer: {history.loss}."
        yield Moment(row.settled_s, sentence, ("event retention",))
    elif row.fate == "succeeded" and subscriber.kind != EVENT:
        sentence = "The function has returned: the event is delivered."
        yield Moment(row.settled_s, sentence)
