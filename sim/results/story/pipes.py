"""A pipe in a story: its enrichment, the end of its patience, what it hands to Lambda's queue."""

from __future__ import annotations

from collections.abc import Iterator

from sim.phrases import spoken
from sim.results.story.first_calls import left_out
from sim.results.story.moments import History, Moment, length
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.pipe import PIPE
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import ENRICHMENT
from sim.trace import HANDED_OVER, MICROSECONDS, Outcome

Rules = tuple[str, ...]


def who_polls(mapping: EventSourceMapping) -> str:
    """Who has the batches of a mapping in hand."""
    return "The pipe" if mapping.pipe is not None else "Lambda"


def pipe_moments(
    history: History, mapping: EventSourceMapping
) -> Iterator[Moment]:
    """What a pipe does besides polling."""
    if mapping.pipe is not None:
        yield from _enriched(history, mapping.pipe.enrichment)


def limit_moments(history: History) -> Iterator[Moment]:
    """The pipe has waited long enough for its functions."""
    seconds = trigger_kind(PIPE).wait_limit_seconds or 0
    for call in history.run.pipe_calls.get(history.row.delivery, ()):
        if call.outcome == Outcome.EXECUTION_TIMEOUT:
            sentence = (
                f"The pipe has waited {spoken(seconds)}, which is its limit: its try has failed, "
                "whatever the function still does."
            )
            yield Moment(call.end / MICROSECONDS, sentence, ("pipe limit",))


def _enriched(history: History, enrichment: str | None) -> Iterator[Moment]:
    if enrichment is None:
        return
    for span in history.told_spans:
        if span.stage == "call" and span.resource == enrichment:
            took = f"which takes {length(span)}"
            sentence = (
                f"The pipe calls `{enrichment}` first with the batch, {took}."
            )
            yield Moment(span.start_s, sentence, (ENRICHMENT,))
            if span.outcome == "succeeded":
                yield from left_out(history, enrichment, span.end_s)
            if span.outcome == "failed":
                failed = (
                    f"`{enrichment}` has failed, and the whole batch with it."
                )
                yield Moment(span.end_s, failed, (ENRICHMENT,))


def done_with(
    history: History, mapping: EventSourceMapping, does: str, rules: Rules
) -> Moment:
    """Who polls is done with what it had in hand; a pipe that does not wait has handed it over."""
    at = history.row.settled_s
    if mapping.pipe is None:
        return Moment(at, f"Lambda {does}", rules)
    run = history.run
    first = len(run.workload.time)
    for event in run.caused.get(history.row.delivery, ()):
        if run.trace.children[event - first].edge == HANDED_OVER:
            sentence = (
                "The pipe hands its batch to Lambda's own queue as one event, and does not wait: "
                f"there it is event {event}. The pipe {does}"
            )
            return Moment(at, sentence, ("fire and forget",))
    return Moment(at, f"The pipe {does}", ("pipe batch",))
