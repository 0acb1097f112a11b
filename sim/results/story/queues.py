"""What happened to a message of a queue, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.phrases import ordinal, plural, spoken
from sim.results.story.event_bridge import at_event_bridge, limited
from sim.results.story.function_runs import handler, returned, span_moments
from sim.results.story.moments import History, Moment, length
from sim.results.story.pipes import done_with, who_polls
from sim.scenario.event_source_mapping import EventSourceMapping


def queue_moments(
    history: History, mapping: EventSourceMapping
) -> Iterator[Moment]:
    """The message is received, handled and deleted; or it is visible again, moves or expires."""
    waits = at_event_bridge(history)
    yield from _sent(history, mapping, waits)
    received: set[int] = set()
    for span in history.told_spans:
        if span.stage == "source" and span not in waits:
            yield _refused(mapping, span)
        if span.stage == "queue":
            yield from _in_queue(history, mapping, span, received)
        yield from span_moments(
            history,
            [span],
            {
                "throttle": _throttled,
                "retry": _tried_again,
                "handler": _handled,
                "visibility": _hidden,
            },
        )
    yield from _left_queue(history, mapping)


def _sent(
    history: History, mapping: EventSourceMapping, waits: list[Any]
) -> Iterator[Moment]:
    """The message is sent to its queue, after what it waits for at an event bus."""
    at = history.row.arrived_s
    if waits:
        at = waits[-1].end_s
        arrives = f"The event arrives at `{waits[0].resource}`."
        yield Moment(history.row.arrived_s, arrives)
        yield from limited(waits)
    if not waits or at > waits[-1].start_s:
        where = f"`{mapping.source}`, {history.kind.service}"
        yield Moment(at, f"The message is sent to {where}.")


def _refused(mapping: EventSourceMapping, span: Any) -> Moment:
    """The queue takes no more calls in this second: the sender is told so, and may try again."""
    again = "is told RequestThrottled"
    if span.end_s > span.start_s:
        again += f", and sends it again in {length(span)}"
    sentence = f"`{mapping.source}` takes no more calls in this second: its sender {again}."
    return Moment(span.start_s, sentence, ("call rate",))


def _in_queue(
    history: History,
    mapping: EventSourceMapping,
    span: Any,
    received: set[int],
) -> Iterator[Moment]:
    """The message becomes visible (again), and a poller receives it, unless it leaves the queue.

    `received`: the numbers of the receives so far; this one is added.
    """
    function = history.run.scenario.function(mapping.function)
    changes = function.behaviour.change_message_visibility is not None
    if span.start_s > history.row.settled_s:
        sentence = "SQS hands the deleted message out once more."
        yield Moment(span.start_s, sentence, ("at least once",))
    elif received:
        before = _last_receive(history, span.start_s)
        timeout = _visibility_timeout(history, mapping, before)
        how_long = "" if changes else f" of {timeout}"
        sentence = f"The visibility timeout{how_long} has ended: the message is visible again."
        yield Moment(span.start_s, sentence)
    if span.attempt > 0 and span.attempt not in received:
        timeout = _visibility_timeout(history, mapping, span.end_s)
        number = ordinal(span.attempt).capitalize()
        sentence = f"{number} receive: hidden for {timeout}."
        yield Moment(span.end_s, sentence, ("receive",))
        received.add(span.attempt)


def _last_receive(history: History, at: float) -> float:
    """When the message was last received before it was visible again."""
    return max(
        float(span.end_s)
        for span in history.spans
        if span.stage == "queue" and span.attempt > 0 and span.start_s < at
    )


def _visibility_timeout(
    history: History, mapping: EventSourceMapping, at: float
) -> str:
    """Of a message that is received at this time."""
    queue = history.run.scenario.at(at).queue(mapping.source)
    return spoken(queue.visibility_timeout)


def _handled(history: History, span: Any) -> Iterator[Moment]:
    """The run of a batch comes to this message, or ends before it."""
    batch = _batch_size(history, span)
    if span.outcome == "not reached":
        sentence = f"The run of its batch of {batch} ends before this message's turn: not reached."
        yield Moment(span.end_s, sentence)
    else:
        where = f", in a batch of {batch}"
        if span.resource != history.row.function:
            where = f" of `{span.resource}`{where}"
        yield from handler(history, span, where)


def _throttled(history: History, span: Any) -> Iterator[Moment]:
    """Lambda throttles the batch."""
    batch = _batch_size(history, span)
    sentence = f"Its batch of {batch} is throttled: {span.outcome}."
    yield Moment(span.start_s, sentence, ("throttle", "throttled batch"))


def _tried_again(history: History, span: Any) -> Iterator[Moment]:
    """The poller keeps the throttled batch in hand."""
    if span.outcome != "in flight":
        yield Moment(span.start_s, f"The poller tries again in {length(span)}.")


def _hidden(history: History, span: Any) -> Iterator[Moment]:
    """The message was not deleted: it stays hidden for the rest of its visibility timeout."""
    if span.outcome == "RequestThrottled":
        sentence = f"Its queue takes no more deletes in this second: Lambda waits {length(span)}."
        yield Moment(span.start_s, sentence, ("call rate",))
        return
    handled = [
        other
        for other in history.spans
        if other.stage == "handler" and other.attempt == span.attempt
    ]
    succeeded = any(other.outcome == "succeeded" for other in handled)
    rules: tuple[str, ...] = ()
    if handled:
        is_named = _are_failures_named(history, handled[0]) and not succeeded
        rules = ("batch item failures" if is_named else "failed batch",)
    why = "Not deleted"
    if succeeded:
        why = "The batch has failed, and this message with it"
    sentence = f"{why}: it stays hidden for another {length(span)}."
    yield Moment(span.start_s, sentence, rules)


def _left_queue(
    history: History, mapping: EventSourceMapping
) -> Iterator[Moment]:
    """How the message left its queue."""
    row = history.row
    queue = history.run.scenario.at(history.last_s).queue(mapping.source)
    if row.fate == "succeeded" and not row.work_done:
        gone = (
            f"{who_polls(mapping)} deletes the message, and its work is lost."
        )
        sentence = f"{returned(mapping)}: {gone}"
        yield Moment(row.settled_s, sentence, ("normal return",))
    elif row.fate == "succeeded":
        yield done_with(history, mapping, "deletes the message.", ("delete",))
    elif row.fate == "dead-lettered" and queue.redrive_policy is not None:
        target = queue.redrive_policy.dead_letter_target_arn
        sentence = (
            f"After {plural(row.receives, 'receive')} it moves to `{target}`."
        )
        yield Moment(row.settled_s, sentence, ("redrive",))
    elif row.fate == "expired":
        age = spoken(queue.message_retention_period)
        sentence = f"It is {age} old, and the queue deletes it: {history.loss}."
        yield Moment(row.settled_s, sentence, ("retention",))
    elif row.fate == "dropped":
        sentence = "Lambda stops the loop that it belongs to, and nothing keeps it: it is lost."
        yield Moment(row.settled_s, sentence)


def _are_failures_named(history: History, span: Any) -> bool:
    """Whether the function answered which messages failed: not if its run was cut off."""
    if not isinstance(history.trigger, EventSourceMapping):
        return False
    was_cut = (
        history.batch(span.invocation, span.resource)
        .outcome.isin(["timeout", "crashed"])
        .any()
    )
    return history.trigger.reports_batch_item_failures and not was_cut


def _batch_size(history: History, span: Any) -> str:
    size = history.batch_size(span.invocation, span.resource)
    return plural(size, "message")
