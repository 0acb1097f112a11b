"""The function that is called first, in a story: an API's authorizer, a pipe's enrichment."""

from __future__ import annotations

from collections.abc import Iterator

from sim.results.story.moments import History, Moment, length
from sim.scenario.triggers import ENRICHMENT, SynchronousTrigger


def first_call_moments(
    history: History, trigger: SynchronousTrigger, number: int
) -> Iterator[Moment]:
    """The service asks its first function, and how long that takes."""
    first = trigger.authorizer or trigger.enrichment
    if first is None:
        return
    rule = ENRICHMENT
    if trigger.authorizer is not None:
        of_connection = trigger.kind == "apigw_ws"
        rule = "connection authorizer" if of_connection else "authorizer"
    service = "API Gateway" if trigger.authorizer is not None else "The pipe"
    for span in history.told_spans:
        is_here = span.stage == "call" and span.resource == first
        if is_here and span.attempt == number:
            sentence = (
                f"{service} calls `{first}` first, which takes {length(span)}."
            )
            yield Moment(span.start_s, sentence, (rule,))
            if span.outcome == "succeeded":
                yield from left_out(history, first, span.end_s)


def left_out(history: History, first: str, at: float) -> Iterator[Moment]:
    """The enrichment's answer is without this event, or empty."""
    run, delivery = history.run, history.row.delivery
    everything = run.trace.left_out
    if delivery not in everything:
        return
    calls = run.pipe_calls.get(delivery, ())
    if all(everything.issuperset(call.deliveries) for call in calls):
        answer = "answers with nothing (`[]`): the target is not called"
    else:
        answer = "leaves it out of its answer: the target does not get it"
    sentence = f"`{first}` {answer}, and that is no failure."
    yield Moment(at, sentence, ("enrichment filter",))
