"""What happened to a delivery, in any of Lambda's invocation models, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from sim.phrases import spoken
from sim.results.story.asynchronous import asynchronous_moments
from sim.results.story.changes import change_moments
from sim.results.story.moments import History, Moment, how_often
from sim.results.story.pipes import limit_moments, pipe_moments
from sim.results.story.queues import queue_moments
from sim.results.story.state_machines import (
    is_on_another_way,
    other_way,
    state_machine_moments,
)
from sim.results.story.streams import stream_moments, was_never_read
from sim.results.story.subscribers import (
    is_filtered_otherwise,
    subscriber_moments,
)
from sim.results.story.synchronous import synchronous_moments
from sim.results.story.waiting_calls import waiting_call
from sim.results.usage.queues import polls_queue
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import QUEUES
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger
from sim.trace import MICROSECONDS, OUTPUT, Child


def delivery_moments(history: History) -> list[Moment]:
    """Everything that happened to a delivery, in order of time."""
    moments = [
        *_folded(history),
        *_handed_over_twice(history),
        *change_moments(history),
        *limit_moments(history),
        *_by_model(history),
        *_queue_copies(history),
        *_sent_on(history),
        *state_machine_moments(history),
        *_done_all_the_same(history),
        *_unfinished(history),
        *_filtered(history),
    ]
    return sorted(moments, key=attrgetter("at"))


def _by_model(history: History) -> Iterator[Moment]:
    match history.trigger:
        case SynchronousTrigger():
            return synchronous_moments(history, history.trigger)
        case AsynchronousTrigger():
            return asynchronous_moments(history, history.trigger)
        case Subscriber():
            return subscriber_moments(history, history.trigger)
        case EventSourceMapping():
            return _polled(history, history.trigger)


def _polled(history: History, mapping: EventSourceMapping) -> Iterator[Moment]:
    polled = queue_moments if mapping.kind in QUEUES else stream_moments
    yield from polled(history, mapping)
    yield from pipe_moments(history, mapping)


def _folded(history: History) -> Iterator[Moment]:
    """What stands for the tries that are not told one by one."""
    for fold in history.tries.folds:
        yield Moment(fold.at, fold.sentence)


def _handed_over_twice(history: History) -> Iterator[Moment]:
    """The source hands the event over once more."""
    if history.copies and not _is_queues_own(history):
        sentence = f"`{history.trigger.entry}` hands it over a second time."
        at = history.copies[0].start_s
        yield Moment(at, sentence, ("at least once",))


def _queue_copies(history: History) -> Iterator[Moment]:
    """Lambda's queue hands the event out once more, at once."""
    if history.copies and _is_queues_own(history):
        sentence = "The queue hands out a second copy."
        yield Moment(history.copies[0].start_s, sentence, ("duplicate",))


def _is_queues_own(history: History) -> bool:
    """Whether the first copy is one of Lambda's queue, which come with their events."""
    waited = history.copies[0].start_s - history.row.accepted_s
    choices = history.run.scenario.choices
    return bool(round(waited, 6) <= choices.first_dispatch_seconds)


def _sent_on(history: History) -> Iterator[Moment]:
    """What the handler sends on, where to, and as which events."""
    run = history.run
    from_outside = len(run.workload.time)
    outputs: list[tuple[int, Child]] = []
    for event in run.caused.get(history.row.delivery, ()):
        child = run.trace.children[event - from_outside]
        if child.edge.startswith(OUTPUT):
            outputs.append((event, child))
    by_target = groupby(
        outputs, lambda output: (output[1].target, output[1].time)
    )
    for (target, time), group in by_target:
        events = [event for event, _ in group]
        if history.tries.is_folded(time / MICROSECONDS):
            continue
        if target in run.scenario.called:
            continue
        which = f"event {events[0]}"
        if len(events) > 1:
            which = f"events {events[0]} to {events[-1]}"
        sentence = f"The handler has sent {which} to `{target}`."
        yield Moment(time / MICROSECONDS, sentence)
    calls = [
        output for output in outputs if output[1].target in run.scenario.called
    ]
    for event, child in calls:
        if history.tries.is_folded(child.time / MICROSECONDS):
            continue
        yield from waiting_call(history, event, child)


def _done_all_the_same(history: History) -> Iterator[Moment]:
    """What is kept, or told as a failure, may have been handled before that."""
    row = history.row
    times = int(row.side_effects)
    if times and row.fate in ("dead-lettered", "failed", "rejected"):
        sentence = f"Yet its work was done {how_often(times)}."
        successes = [
            span.end_s
            for span in history.spans
            if span.stage == "handler" and span.outcome == "succeeded"
        ]
        yield Moment(max([row.settled_s, *successes]), sentence)


def _filtered(history: History) -> Iterator[Moment]:
    """The trigger's filter keeps the event out."""
    if history.row.fate != "filtered":
        return
    if is_on_another_way(history):
        yield other_way(history)
        return
    if not was_never_read(history) and not is_filtered_otherwise(history):
        sentence = f"The filter {_place_of_filter(history)} keeps it out: it is filtered."
        yield Moment(history.row.settled_s, sentence, ("filter",))


def _place_of_filter(history: History) -> str:
    """Of the trigger; or before a queue, which a message has not reached then."""
    if polls_queue(history.trigger) and not history.row.receives:
        return f"before `{history.trigger.source}`"
    return f"of `{history.trigger.name}`"


def _unfinished(history: History) -> Iterator[Moment]:
    """The simulation ends before the delivery has its fate."""
    if not history.is_settled:
        ended = history.run.ended_s
        sentence = f"The simulation has ended ({spoken(ended)} after its start): still in flight."
        yield Moment(max(ended, history.row.arrived_s), sentence)
