"""What happened to a delivery in each of Lambda's three invocation models, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

import pandas as pd

from sim.results.phrases import capitalised, ordinal, plural, spoken
from sim.results.story import streams
from sim.results.story.moments import Life, Moment, handler, tell
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import QUEUES
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger
from sim.trace import MICROSECONDS, OUTPUT

AT_ONCE = 0.001  # seconds


def moments(life: Life) -> list[Moment]:
    """Everything that happened to a delivery, in order of time."""
    match life.trigger:
        case SynchronousTrigger():
            told = synchronous(life, life.trigger)
        case AsynchronousTrigger():
            told = asynchronous(life, life.trigger)
        case EventSourceMapping() if life.trigger.kind not in QUEUES:
            told = streams.record(life, life.trigger)
        case EventSourceMapping():
            told = polling(life, life.trigger)
    return sorted(
        [*told, *sent_on(life), *unfinished(life), *filtered(life)],
        key=attrgetter("at"),
    )


def sent_on(life: Life) -> Iterator[Moment]:
    """What the handler sends on, where to, and as which events."""
    roots, children = len(life.run.workload.time), life.run.trace.children
    outputs = [
        (event, children[event - roots])
        for event in life.run.caused.get(life.row.delivery, ())
    ]
    outputs = [
        (event, child) for event, child in outputs if child.edge.startswith(OUTPUT)
    ]
    for (target, time), group in groupby(
        outputs, lambda output: (output[1].target, output[1].time)
    ):
        events = [event for event, _ in group]
        which = (
            f"event {events[0]}"
            if len(events) == 1
            else f"events {events[0]} to {events[-1]}"
        )
        yield Moment(
            time / MICROSECONDS, f"The handler has sent {which} to `{target}`."
        )


def filtered(life: Life) -> Iterator[Moment]:
    """The trigger's filter keeps the event out."""
    if life.row.fate == "filtered" and not streams.was_never_read(life):
        yield Moment(
            life.row.settled_s,
            f"The filter of `{life.trigger.name}` keeps it out: it is filtered.",
            ("filter",),
        )


def unfinished(life: Life) -> Iterator[Moment]:
    """The simulation ends before the delivery has its fate."""
    if not life.settled:
        at = max(life.ended, life.row.arrived_s)
        yield Moment(
            at,
            f"The simulation has ended ({spoken(life.ended)} after its start): still in flight.",
        )


def synchronous(life: Life, trigger: SynchronousTrigger) -> Iterator[Moment]:
    """The caller calls, waits, is told, and perhaps calls again."""
    who, rules = (
        life.kind.who_waits,
        ("synchronous answer",) if life.kind.kind == "invoke" else (),
    )
    yield Moment(
        life.row.arrived_s,
        f"{capitalised(who)} calls `{trigger.name}`, {life.kind.service}.",
        rules,
    )
    calls = [
        list(spans)
        for _, spans in groupby(
            sorted(life.spans, key=attrgetter("attempt")), attrgetter("attempt")
        )
    ]
    earlier = {
        answer.attempt: answer
        for answer in life.run.trace.earlier_answers
        if answer.delivery == life.row.delivery
    }
    for number, spans in enumerate(calls, start=1):
        waits_after = [span for span in spans if span.stage == "retry"]
        yield from tell(
            life, [span for span in spans if span.stage != "retry"], throttle=refused
        )
        if number in earlier:
            at, told = (
                earlier[number].time / MICROSECONDS,
                life.run.trace.answers[earlier[number].told],
            )
            yield from answered(life, trigger, spans, at, told)
            yield from tell(life, waits_after, retry=backs_off)
            again = waits_after[0].end_s if waits_after else at
            yield Moment(
                again, f"{capitalised(who)} calls again.", ("synchronous retry",)
            )
        elif life.settled:
            yield from answered(life, trigger, spans, life.row.told_s, life.row.told)


def backs_off(life: Life, span: Any) -> Iterator[Moment]:
    """The caller waits before they try again."""
    who, rule = (
        capitalised(life.kind.who_waits),
        BACK_OFFS.get(life.kind.kind, "client back-off"),
    )
    yield Moment(
        span.start_s,
        f"{who} waits {spoken(span.end_s - span.start_s)} before the next try.",
        (rule,),
    )


BACK_OFFS = {
    "stripe_webhook": "webhook retry",
    "sfn_sync": "task retry",
    "sfn_wait_token": "task retry",
}
"""The rule by which a service waits that is no SDK."""


def refused(life: Life, span: Any) -> Iterator[Moment]:
    """Lambda throttles a call."""
    yield Moment(
        span.start_s,
        f"Call {span.attempt} is throttled: {span.outcome}.",
        ("throttle",),
    )


def answered(
    life: Life, trigger: SynchronousTrigger, spans: list[Any], at: float, told: str
) -> Iterator[Moment]:
    """The caller hears an answer: that of the function, or of a front door that has waited long enough."""
    who, front_door = life.kind.who_waits, bool(life.kind.told_on_limit)
    if front_door and told == life.kind.told_on_limit:
        waited = spoken((trigger.timeout_in_millis or 0) / 1000)
        yield Moment(at, f"`{trigger.name}` has waited {waited}: {who} is told {told}, while the function works on.",
                     ("front door limit",))  # fmt: skip
        for span in spans:
            if span.stage == "handler" and span.outcome != "in flight":
                yield Moment(span.end_s, "Nobody waits for this answer any more.")
    else:
        by_rest = (
            life.kind.kind.startswith("apigw_rest")
            and told != life.kind.told_on_success
        )
        yield Moment(
            at,
            f"{capitalised(who)} is told {told}.",
            ("front door",) if by_rest else (),
        )


def asynchronous(life: Life, trigger: AsynchronousTrigger) -> Iterator[Moment]:
    """Lambda accepts the event, tries, waits, and is done with it or gives it up."""
    yield Moment(
        life.row.arrived_s,
        f"The event arrives at `{trigger.entry}`, {life.kind.service}.",
    )
    yield from refused_by_lambda(life, trigger)
    if life.row.accepted_s == life.row.accepted_s:
        status = trigger_kind("invoke_event").told_on_success
        hands = (
            f"`{trigger.source}` hands it to Lambda, which"
            if trigger.source
            else "Lambda"
        )
        yield Moment(life.row.accepted_s, f"{hands} answers {status} and keeps it for `{trigger.function}`.",
                     ("asynchronous acceptance",))  # fmt: skip
    tried: set[int] = set()
    for span in life.spans:
        if span.stage in ("handler", "throttle"):
            if span.attempt in tried:
                yield from second_copy(life, span)
            tried.add(span.attempt)
        yield from tell(
            life, [span], throttle=throttled, retry=waits, **{"system error": down}
        )
    yield from given_up(life)


def refused_by_lambda(life: Life, trigger: AsynchronousTrigger) -> Iterator[Moment]:
    """Lambda cannot accept the event: its source waits and hands it over again, or gives it up."""
    hand_overs = [span for span in life.spans if span.stage == "source"]
    for before, after in pairwise(hand_overs):
        wait = after.end_s - after.start_s
        soon = f"in {spoken(wait)}" if wait >= AT_ONCE else "at once"
        sentence = f"Lambda cannot accept it; `{trigger.entry}` tries again {soon}."
        yield Moment(before.end_s, sentence, ("source retry",))
    never = life.row.accepted_s != life.row.accepted_s
    if never and life.row.fate in ("dropped", "dead-lettered"):
        kept = f"goes to `{life.row.stores}`" if life.row.stores else "is lost"
        sentence = (
            f"Lambda cannot accept it, and `{trigger.entry}` gives it up: it {kept}."
        )
        yield Moment(life.row.settled_s, sentence, ("source retry",))


def down(life: Life, span: Any) -> Iterator[Moment]:
    """Lambda itself fails at an attempt."""
    yield Moment(span.start_s, f"Lambda is down: {span.outcome}.", ("system error",))


def second_copy(life: Life, span: Any) -> Iterator[Moment]:
    """The queue has handed the event out before."""
    same = [
        other
        for other in life.spans
        if (other.attempt, other.environment) == (span.attempt, span.environment)
    ]
    yield Moment(same[0].start_s, "The queue hands out a second copy.", ("duplicate",))


def throttled(life: Life, span: Any) -> Iterator[Moment]:
    """Lambda throttles an attempt of its own."""
    yield Moment(
        span.start_s,
        f"{ordinal(span.attempt).capitalize()} attempt is throttled: {span.outcome}.",
        ("throttle",),
    )


def waits(life: Life, span: Any) -> Iterator[Moment]:
    """The event is back in the queue until its next attempt."""
    stages = {other.stage for other in life.spans if other.end_s == span.start_s}
    rules = {"throttle": "asynchronous throttle", "system error": "system error"}
    rule = next(
        (rules[stage] for stage in rules if stage in stages), "asynchronous retry"
    )
    long = (
        "until the simulation ends"
        if span.outcome == "in flight"
        else f"for {spoken(span.end_s - span.start_s)}"
    )
    yield Moment(span.start_s, f"It is back in the queue {long}.", (rule,))


def given_up(life: Life) -> Iterator[Moment]:
    """Why Lambda let go of the event, and where it went."""
    function = life.run.scenario.function(life.row.function)
    config, at = function.event_invoke_config, life.row.settled_s
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
    if life.row.condition in reasons:
        reason, rule = reasons[life.row.condition]
        yield Moment(
            at,
            f"{reason}: {life.row.condition}. {_kept(life)}",
            (rule, "failure stores"),
        )
    elif (
        life.row.condition == "Success"
        and config.destination_config.on_success is not None
    ):
        target = config.destination_config.on_success
        yield Moment(
            at, f"A record of it goes to `{target}`.", ("on-success destination",)
        )


def _kept(life: Life) -> str:
    function = life.run.scenario.function(life.row.function)
    letters, target = (
        function.dead_letter_config,
        function.event_invoke_config.destination_config.on_failure,
    )
    kept = [f"the dead-letter queue `{letters.target_arn}`"] if letters else []
    kept += [f"the on-failure destination `{target}`"] if target is not None else []
    return (
        f"It goes to {' and '.join(kept)}." if kept else "Nothing keeps it: it is lost."
    )


def polling(life: Life, trigger: EventSourceMapping) -> Iterator[Moment]:
    """The message is received, handled and deleted, or becomes visible again, moves away or grows too old."""
    yield Moment(
        life.row.arrived_s,
        f"The message is sent to `{trigger.source}`, {life.kind.service}.",
    )
    received: set[int] = set()
    for span in life.spans:
        if span.stage == "queue":
            yield from queued(life, trigger, span, received)
        yield from tell(life, [span], throttle=batch_refused, retry=batch_waits, handler=message_handled,
                        visibility=hidden)  # fmt: skip
    yield from left_queue(life, trigger)


def queued(
    life: Life, trigger: EventSourceMapping, span: Any, received: set[int]
) -> Iterator[Moment]:
    """The message becomes visible (again), and a poller receives it, unless it leaves the queue."""
    timeout = spoken(life.run.scenario.queue(trigger.source).visibility_timeout)
    if received:
        yield Moment(
            span.start_s,
            f"The visibility timeout of {timeout} has ended: the message is visible again.",
        )
    if span.attempt > 0 and span.attempt not in received:
        yield Moment(
            span.end_s,
            f"{ordinal(span.attempt).capitalize()} receive: hidden for {timeout}.",
            ("receive",),
        )
        received.add(span.attempt)


def message_handled(life: Life, span: Any) -> Iterator[Moment]:
    """The run of a batch comes to this message, or ends before it."""
    batch = plural(_batch_size(life, span), "message")
    if span.outcome == "not reached":
        yield Moment(
            span.end_s,
            f"The run of its batch of {batch} ends before this message's turn: not reached.",
        )
    else:
        yield from handler(life, span, f", in a batch of {batch}")


def batch_refused(life: Life, span: Any) -> Iterator[Moment]:
    """Lambda throttles the batch."""
    batch = plural(_batch_size(life, span), "message")
    yield Moment(
        span.start_s,
        f"Its batch of {batch} is throttled: {span.outcome}.",
        ("throttle", "throttled batch"),
    )


def batch_waits(life: Life, span: Any) -> Iterator[Moment]:
    """The poller keeps the throttled batch in hand."""
    if span.outcome != "in flight":
        yield Moment(
            span.start_s,
            f"The poller tries again in {spoken(span.end_s - span.start_s)}.",
        )


def hidden(life: Life, span: Any) -> Iterator[Moment]:
    """The message was not deleted: it stays hidden for the rest of its visibility timeout."""
    mine = [
        other
        for other in life.spans
        if other.stage == "handler" and other.attempt == span.attempt
    ]
    handled = any(other.outcome == "succeeded" for other in mine)
    rule = (
        (
            "batch item failures"
            if _is_named(life, mine[0]) and not handled
            else "failed batch",
        )
        if mine
        else ()
    )
    why = "The batch has failed, and this message with it" if handled else "Not deleted"
    yield Moment(
        span.start_s,
        f"{why}: it stays hidden for another {spoken(span.end_s - span.start_s)}.",
        rule,
    )


def left_queue(life: Life, trigger: EventSourceMapping) -> Iterator[Moment]:
    """How the message left its queue."""
    queue, row = life.run.scenario.queue(trigger.source), life.row
    if row.fate == "succeeded":
        yield Moment(row.settled_s, "Lambda deletes the message.", ("delete",))
    elif row.fate == "dead-lettered" and queue.redrive_policy is not None:
        target = queue.redrive_policy.dead_letter_target_arn
        yield Moment(
            row.settled_s,
            f"After {plural(row.receives, 'receive')} it moves to `{target}`.",
            ("redrive",),
        )
    elif row.fate == "expired":
        age = spoken(queue.message_retention_period)
        yield Moment(
            row.settled_s,
            f"It is {age} old, and the queue deletes it: it is lost.",
            ("retention",),
        )
    elif row.fate == "dropped":
        yield Moment(row.settled_s, "The function's answer does not name it: Lambda deletes it, and it is lost.",
                     ("batch item failures",))  # fmt: skip


def _is_named(life: Life, span: Any) -> bool:
    """Whether the function answered which messages failed: not if its run was cut off."""
    reports = (
        isinstance(life.trigger, EventSourceMapping)
        and life.trigger.reports_batch_item_failures
    )
    return reports and not _batch(life, span).outcome.isin(["timeout", "crashed"]).any()


def _batch_size(life: Life, span: Any) -> int:
    return int(_batch(life, span).delivery.nunique())


def _batch(life: Life, span: Any) -> pd.DataFrame:
    spans = life.run.spans
    batch: pd.DataFrame = spans[
        (spans.invocation == span.invocation) & (spans.resource == span.resource)
    ]
    return batch
