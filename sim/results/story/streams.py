"""What happened to a record of a stream, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.phrases import plural, spoken
from sim.results.story.function_runs import returned, span_moments
from sim.results.story.moments import History, Moment, length
from sim.results.story.pipes import done_with, who_polls
from sim.results.story.tries import IN_HAND
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.trace import MICROSECONDS, Discard, TumblingWindow


def stream_moments(
    history: History, mapping: EventSourceMapping
) -> Iterator[Moment]:
    """The record is written, waits its turn, and is handed over until it is done with."""
    window = _final_window(history)
    if window is not None:
        yield _final_invocation(history, window)
    else:
        yield from _written(history, mapping)
    yield from span_moments(
        history,
        history.told_spans,
        {
            "throttle": _refused,
            "system error": _refused,
            "retry": _tried_again,
        },
    )
    yield from _left_stream(history, mapping)


def was_never_read(history: History) -> bool:
    """Whether a filtered delivery was never a record that the mapping read."""
    trigger = history.trigger
    if (
        not isinstance(trigger, EventSourceMapping)
        or trigger.starting_position is None
    ):
        return False
    return not any(span.stage == "queue" for span in history.spans)


def _final_window(history: History) -> TumblingWindow | None:
    """The tumbling window whose final invocation this delivery is."""
    for window in history.run.trace.windows:
        if window.delivery == history.row.delivery:
            return window
    return None


def _final_invocation(history: History, window: TumblingWindow) -> Moment:
    start = spoken(window.start / MICROSECONDS)
    end = spoken(window.end / MICROSECONDS)
    state = f"a state of {plural(window.records, 'record')}"
    sentence = f"The window from {start} to {end} ends: its final invocation gets {state}."
    return Moment(history.row.arrived_s, sentence, ("tumbling window",))


def _written(history: History, mapping: EventSourceMapping) -> Iterator[Moment]:
    """The event reaches its shard, or is refused there; then it waits behind what came before."""
    yield Moment(
        history.row.arrived_s,
        f"The event is sent to `{mapping.source}`, {history.kind.service}.",
    )
    for span in history.told_spans:
        if span.stage == "source":
            yield _write_refused(span)
    for span in history.told_spans:
        if span.stage == "queue" and history.row.fate != "filtered":
            if span.outcome != "in flight" and span.attempt:
                yield _handed_over(history, span)
            yield from _blocked(history, span)


def _write_refused(span: Any) -> Moment:
    then = ""
    if span.end_s > span.start_s:
        then = f", and its sender tries again in {length(span)}"
    sentence = f"The shard takes no more now: {span.outcome}{then}."
    return Moment(span.start_s, sentence, ("write limit",))


def _handed_over(history: History, wait: Any) -> Moment:
    shard = history.run.trace.shards.get(history.row.delivery)
    place = "" if shard is None else f" of shard {shard}"
    size = plural(_next_batch_size(history, wait.end_s), "record")
    sentence = f"It is handed over in a batch of {size}{place}."
    return Moment(wait.end_s, sentence, ("shard poll",))


def _blocked(history: History, wait: Any) -> Iterator[Moment]:
    """Why it waited: a batch of the same shard failed and was tried again."""
    spans = history.run.span_index.between(wait.start_s, wait.end_s)
    held = spans[
        (spans.stage == "retry")
        & (spans.end_s <= wait.end_s)
        & (spans.delivery < history.row.delivery)
    ]
    held = held[held.delivery.isin(_same_shard(history, held))]
    if len(held):
        event = int(held.event.iloc[0])
        tries = plural(held.start_s.nunique(), "failed try", "failed tries")
        sentence = f"Its shard is blocked: event {event} comes first, and waits after {tries}."
        yield Moment(float(held.start_s.min()), sentence, ("shard order",))


def _same_shard(history: History, spans: pd.DataFrame) -> list[int]:
    """The deliveries of these spans through the same trigger and from the same shard."""
    run = history.run
    shards = run.trace.shards
    mine = shards.get(history.row.delivery, 0)
    return [
        delivery
        for delivery in spans.delivery.unique().tolist()
        if run.trigger_of(delivery) == history.trigger
        and shards.get(delivery, 0) == mine
    ]


def _next_batch_size(history: History, at: float) -> int:
    """How many records are handed over together at this time.

    The batch may come to this one a little later; 0 if it comes to it no more.
    """
    for call in history.run.pipe_calls.get(history.row.delivery, ()):
        if call.start / MICROSECONDS >= at:
            return len(call.deliveries)
    for span in history.spans:
        if span.stage in IN_HAND and span.start_s >= at:
            return history.batch_size(span.invocation)
    return 0


def _refused(history: History, span: Any) -> Iterator[Moment]:
    """Lambda throttles the batch, or is down."""
    sentence = f"Its batch is refused: {span.outcome}."
    yield Moment(span.start_s, sentence, ("stream throttle",))


def _tried_again(history: History, span: Any) -> Iterator[Moment]:
    """The batch is tried again, as it was, split or cut."""
    if span.outcome == "in flight":
        sentence = "It waits for the next try until the simulation ends."
        yield Moment(span.start_s, sentence, ("stream retry",))
        return
    before = _last_batch_size(history, span.start_s)
    now = _next_batch_size(history, span.end_s)
    how = ""
    rule = "stream retry"
    if now and now < before:
        how = f", now in a batch of {now} instead of {before}"
        rule = "bisect" if _bisects(history) else "checkpoint"
    yield Moment(
        span.start_s, f"It is tried again in {length(span)}{how}.", (rule,)
    )


def _last_batch_size(history: History, at: float) -> int:
    """How many records were in the last batch that was handed over before this time."""
    invocations = [
        span.invocation
        for span in history.spans
        if span.stage in IN_HAND and span.end_s <= at and span.invocation >= 0
    ]
    return history.batch_size(max(invocations, default=-1))


def _bisects(history: History) -> bool:
    return (
        isinstance(history.trigger, EventSourceMapping)
        and history.trigger.bisect_batch_on_function_error
    )


def _left_stream(
    history: History, mapping: EventSourceMapping
) -> Iterator[Moment]:
    """How Lambda was done with the record."""
    row = history.row
    at = row.settled_s
    if row.fate == "succeeded" and not row.work_done:
        left = f"{who_polls(mapping)} moves on, and the record's work is lost."
        sentence = f"{returned(mapping)}: {left}"
        yield Moment(at, sentence, ("normal return",))
    elif row.fate == "succeeded":
        moves_on = "moves on: the record is done with."
        yield done_with(history, mapping, moves_on, ())
    elif row.fate == "rejected":
        sentence = f"Its sender is told {row.told} and does not try again."
        yield Moment(at, sentence, ("write limit",))
    elif row.fate == "filtered" and was_never_read(history):
        yield _never_read(mapping, at)
    elif row.condition:
        yield _given_up(history)
    elif row.fate == "expired":
        sentence = f"`{mapping.source}` keeps it no longer: {history.loss}."
        yield Moment(at, sentence, ("stream retention",))
    elif row.fate == "dropped":
        sentence = "No payload can hold it: Lambda drops it, and it is lost."
        yield Moment(at, sentence)


def _never_read(mapping: EventSourceMapping, at: float) -> Moment:
    from_the_first = mapping.starting_position == "TRIM_HORIZON"
    if mapping.kind == "ddb_streams" and from_the_first:
        sentence = "The write changes nothing: there is no record of it."
        return Moment(at, sentence, ("no change",))
    sentence = f"`{mapping.name}` begins later: it does not read it."
    return Moment(at, sentence, ("starting position",))


def _given_up(history: History) -> Moment:
    """The retries or the age are used up."""
    row = history.row
    discard = _discard(history)
    why = "It has become too old"
    rule = "record age"
    if row.condition != "RecordAgeExceeded":
        calls = plural(discard.calls, "call")
        size = plural(len(discard.deliveries), "record")
        why = f"No retry is left after {calls} of its batch of {size}"
        rule = "batch given up"
    kept = f"Nothing keeps it: {history.loss}."
    if row.stores:
        kept = f"One record of it goes to `{row.stores}`."
    return Moment(row.settled_s, f"{why}: {row.condition}. {kept}", (rule,))


def _discard(history: History) -> Discard:
    """What Lambda wrote down when it gave the record up."""
    mine = history.row.delivery
    return next(
        discard
        for discard in history.run.trace.discards
        if mine in discard.deliveries
    )
