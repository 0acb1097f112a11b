"""What happened to a record of a stream, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.results.phrases import plural, spoken
from sim.results.story.moments import Life, Moment, handler, tell
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.trace import MICROSECONDS, Discard, TumblingWindow

HANDED = ("init", "suppressed init", "handler", "throttle", "system error")


def record(life: Life, trigger: EventSourceMapping) -> Iterator[Moment]:
    """The record is written, waits its turn, is handed over, perhaps again and again, until it is done with."""
    window = next(
        (w for w in life.run.trace.windows if w.delivery == life.row.delivery), None
    )
    if window is not None:
        yield from final(life, window)
    else:
        yield from written(life, trigger)
    for span in life.spans:
        yield from tell(
            life,
            [span],
            throttle=refused,
            handler=handled,
            retry=waits,
            **{"system error": refused},
        )
    yield from left(life, trigger)


def was_never_read(life: Life) -> bool:
    """Whether a filtered delivery was never a record that the mapping read."""
    polled = (
        isinstance(life.trigger, EventSourceMapping)
        and life.trigger.starting_position is not None
    )
    return polled and not any(span.stage == "queue" for span in life.spans)


def written(life: Life, trigger: EventSourceMapping) -> Iterator[Moment]:
    """The event reaches its shard, or is refused there; then it waits behind what came before."""
    yield Moment(
        life.row.arrived_s,
        f"The event is sent to `{trigger.source}`, {life.kind.service}.",
    )
    for span in life.spans:
        if span.stage == "source":
            again = (
                f", and its sender tries again in {spoken(span.end_s - span.start_s)}"
            )
            then = again if span.end_s > span.start_s else ""
            yield Moment(
                span.start_s,
                f"The shard takes no more now: {span.outcome}{then}.",
                ("write limit",),
            )
    shard = life.run.trace.shards.get(life.row.delivery)
    place = "" if shard is None else f" of shard {shard}"
    for span in life.spans:
        if span.stage == "queue" and life.row.fate != "filtered":
            if span.outcome != "in flight" and span.attempt:
                size = plural(batch_size(life, span.end_s), "record")
                yield Moment(
                    span.end_s,
                    f"It is handed over in a batch of {size}{place}.",
                    ("shard poll",),
                )
            yield from blocked(life, span)


def blocked(life: Life, wait: Any) -> Iterator[Moment]:
    """Why it waited: a batch of the same shard failed and was tried again."""
    spans, shards = life.run.spans, life.run.trace.shards
    same = life.run.deliveries
    same = same[
        (same.trigger == life.row.trigger) & (same.delivery != life.row.delivery)
    ]
    same = same[same.delivery.map(shards).fillna(0) == shards.get(life.row.delivery, 0)]
    held = spans[
        (spans.stage == "retry")
        & (spans.start_s >= wait.start_s)
        & (spans.end_s <= wait.end_s)
    ]
    held = held[held.delivery.isin(same.delivery) & (held.delivery < life.row.delivery)]
    if len(held):
        event = int(held.event.iloc[0])
        tries = plural(held.start_s.nunique(), "failed try", "failed tries")
        sentence = (
            f"Its shard is blocked: event {event} comes first, and waits after {tries}."
        )
        yield Moment(float(held.start_s.min()), sentence, ("shard order",))


def batch_size(life: Life, at: float) -> int:
    """How many records are handed over together at this time; the batch may come to this one a little later."""
    mine = next(
        (span for span in life.spans if span.stage in HANDED and span.start_s >= at),
        None,
    )
    return 0 if mine is None else together(life, mine.invocation)


def together(life: Life, invocation: int) -> int:
    """How many records one call of the function is about."""
    spans = life.run.spans
    return int(
        spans.delivery[
            (spans.invocation == invocation) & (spans.resource == life.row.function)
        ].nunique()
    )


def handled(life: Life, span: Any) -> Iterator[Moment]:
    """The run of a batch comes to this record, or ends before it."""
    if span.outcome == "not reached":
        yield Moment(
            span.end_s,
            "The run of its batch ends before this record's turn: not reached.",
        )
    else:
        yield from handler(life, span)


def refused(life: Life, span: Any) -> Iterator[Moment]:
    """Lambda throttles the batch, or is down."""
    yield Moment(
        span.start_s, f"Its batch is refused: {span.outcome}.", ("stream throttle",)
    )


def waits(life: Life, span: Any) -> Iterator[Moment]:
    """The batch is tried again, as it was, split or cut."""
    before = {
        s.invocation
        for s in life.spans
        if s.stage in HANDED and s.end_s <= span.start_s and s.invocation >= 0
    }
    was = together(life, max(before, default=-1))
    if span.outcome == "in flight":
        yield Moment(
            span.start_s,
            "It waits for the next try until the simulation ends.",
            ("stream retry",),
        )
        return
    now = batch_size(life, span.end_s)
    wait = spoken(span.end_s - span.start_s)
    how, rule = "", "stream retry"
    if now and now < was:
        bisects = (
            isinstance(life.trigger, EventSourceMapping)
            and life.trigger.bisect_batch_on_function_error
        )
        rule = "bisect" if bisects else "checkpoint"
        how = f", now in a batch of {now} instead of {was}"
    yield Moment(span.start_s, f"It is tried again in {wait}{how}.", (rule,))


def left(life: Life, trigger: EventSourceMapping) -> Iterator[Moment]:
    """How Lambda was done with the record."""
    row = life.row
    if row.fate == "succeeded":
        yield Moment(row.settled_s, "Lambda moves on: the record is done with.")
    elif row.fate == "rejected":
        yield Moment(
            row.settled_s,
            f"Its sender is told {row.told} and does not try again.",
            ("write limit",),
        )
    elif row.fate == "filtered" and was_never_read(life):
        if (
            trigger.kind == "ddb_streams"
            and trigger.starting_position == "TRIM_HORIZON"
        ):
            yield Moment(
                row.settled_s,
                "The write changes nothing: there is no record of it.",
                ("no change",),
            )
        else:
            yield Moment(
                row.settled_s,
                f"`{trigger.name}` begins later: it does not read it.",
                ("starting position",),
            )
    elif row.condition:
        yield from given_up(life, discard_of(life))
    elif row.fate == "expired":
        yield Moment(
            row.settled_s,
            f"`{trigger.source}` keeps it no longer: it is lost.",
            ("stream retention",),
        )
    elif row.fate == "dropped":
        sentence = (
            "The function's answer does not name it: Lambda moves on, and it is lost."
        )
        yield Moment(row.settled_s, sentence, ("checkpoint",))


def given_up(life: Life, discard: Discard) -> Iterator[Moment]:
    """The retries or the age are used up."""
    size, calls = (
        plural(len(discard.deliveries), "record"),
        plural(discard.calls, "call"),
    )
    kept = (
        f"One record of it goes to `{life.row.stores}`."
        if life.row.stores
        else "Nothing keeps it: it is lost."
    )
    old = life.row.condition == "RecordAgeExceeded"
    why = (
        "It has become too old"
        if old
        else f"No retry is left after {calls} of its batch of {size}"
    )
    rule = "record age" if old else "batch given up"
    yield Moment(life.row.settled_s, f"{why}: {life.row.condition}. {kept}", (rule,))


def discard_of(life: Life) -> Discard:
    """What Lambda wrote down when it gave the record up."""
    return next(d for d in life.run.trace.discards if life.row.delivery in d.deliveries)


def final(life: Life, window: TumblingWindow) -> Iterator[Moment]:
    """The final invocation of a tumbling window."""
    start, end = (spoken(time / MICROSECONDS) for time in (window.start, window.end))
    state = f"a state of {plural(window.records, 'record')}"
    sentence = (
        f"The window from {start} to {end} ends: its final invocation gets {state}."
    )
    yield Moment(life.row.arrived_s, sentence, ("tumbling window",))
