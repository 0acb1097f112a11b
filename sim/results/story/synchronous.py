"""What happened to a synchronous call, sentence by sentence: who called and was told what."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from sim.phrases import capitalised, spoken
from sim.results.story.first_calls import first_call_moments
from sim.results.story.function_runs import span_moments
from sim.results.story.moments import History, Moment, length
from sim.results.story.state_machines import WAITED
from sim.scenario.trigger_catalogue import TriggerKind
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import MICROSECONDS, UNHEARD, EarlierAnswer

BACK_OFF_RULES = {
    "stripe_webhook": "webhook retry",
    "sfn_sync": "task retry",
    "sfn_wait_token": "task retry",
    "secrets_rotation": "rotation",
    "connect": "flow block",
}
"""The rule by which a service waits that is no SDK."""
LIMIT_RULES = {"sfn_sync": "task timeout", "sfn_wait_token": "task timeout"}
"""The rule by which a service waits no longer that is no front door."""
AGAIN_RULES = {"secrets_rotation": "rotation"}
"""The rule by which a service calls again, whatever the answer was."""
QUIET_REPEATS = ("cognito_trigger",)
"""Services that call again before anybody is told."""


def synchronous_moments(
    history: History, trigger: SynchronousTrigger
) -> Iterator[Moment]:
    """The caller calls, waits, is told, and perhaps calls again."""
    kind = history.kind
    who = capitalised(kind.who_waits)
    waits = [s.end_s for s in history.spans if s.outcome == WAITED]
    yield Moment(
        max([history.row.arrived_s, *waits]),
        f"{who} calls `{trigger.name}`, {kind.service}.",
        ("synchronous answer",) if kind.kind == "invoke" else (),
    )
    yield from _in_buffer(history)
    earlier = _earlier_answers(history)
    for number, spans in _calls(history, len(earlier) + 1):
        yield from first_call_moments(history, trigger, number)
        tries = [span for span in spans if span.stage not in ("retry", "call")]
        waits = [span for span in spans if span.stage == "retry"]
        yield from span_moments(history, tries, {"throttle": _throttled})
        if number in earlier:
            at = earlier[number].time / MICROSECONDS
            told = history.run.trace.answers[earlier[number].told]
            if kind.kind in QUIET_REPEATS:
                yield from _limit_reached(trigger, tries, at, heard="")
            else:
                yield from _answered(history, trigger, tries, at, told)
            yield from span_moments(history, waits, {"retry": _backs_off})
            again = waits[0].end_s if waits else at
            is_over = again >= history.row.settled_s
            if is_over and _is_unheard(history):
                yield _given_up(history)
            elif not (is_over and _is_stopped(history)):
                rule = AGAIN_RULES.get(kind.kind, "synchronous retry")
                yield Moment(again, f"{who} calls again.", (rule,))
        elif history.is_settled and (spans or not _is_stopped(history)):
            yield from _last_answer(history, trigger, tries)
    yield from span_moments(history, history.copies, {"throttle": _throttled})


def _in_buffer(history: History) -> Iterator[Moment]:
    """The record waits for its batch.

    https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
    """
    for span in history.told_spans:
        if span.stage == "source" and span.outcome != WAITED:
            sentence = f"It waits {length(span)} in the buffer, until its batch goes off."
            yield Moment(span.start_s, sentence, ("buffer",))


def _is_unheard(history: History) -> bool:
    """Whether the caller was a handler whose run was cut before it had an answer."""
    return bool(history.row.told == UNHEARD)


def _is_stopped(history: History) -> bool:
    """Whether it is a task whose execution had failed elsewhere."""
    return history.row.delivery in history.run.trace.stopped


def _given_up(history: History) -> Moment:
    """The caller's own run ends before the answer comes."""
    sentence = (
        "The run that waits for the answer is cut by its own timeout: "
        "nobody hears it, and nobody calls again."
    )
    return Moment(history.row.settled_s, sentence, ("waiting call",))


def _calls(history: History, count: int) -> Iterator[tuple[int, list[Any]]]:
    """Each call with its spans, in order; a front door may refuse one before there are any."""
    spans: dict[int, list[Any]] = {}
    for span in history.told_spans:
        spans.setdefault(span.attempt, []).append(span)
    for number in range(1, count + 1):
        is_refused = not history.tries.folds
        if number in spans or is_refused:
            yield number, spans.get(number, [])


def _earlier_answers(history: History) -> dict[int, EarlierAnswer]:
    """By the number of the call: what the caller was told and did not leave it at."""
    answers = history.run.earlier_answers.get(history.row.delivery, ())
    return {answer.attempt: answer for answer in answers}


def _throttled(history: History, span: Any) -> Iterator[Moment]:
    """Lambda throttles a call."""
    call = f"Call {span.attempt}" if span.attempt else "The second copy"
    sentence = f"{call} is throttled: {span.outcome}."
    yield Moment(span.start_s, sentence, ("throttle",))


def _backs_off(history: History, span: Any) -> Iterator[Moment]:
    """The caller waits before they try again."""
    who = capitalised(history.kind.who_waits)
    rule = BACK_OFF_RULES.get(history.kind.kind, "client back-off")
    sentence = f"{who} waits {length(span)} before the next try."
    yield Moment(span.start_s, sentence, (rule,))


def _answered(
    history: History,
    trigger: SynchronousTrigger,
    tries: list[Any],
    at: float,
    told: str,
) -> Iterator[Moment]:
    """The caller hears an answer: the function's, or that of a front door that waits no longer."""
    kind = history.kind
    if told == kind.told_on_limit and _has_waited(trigger, tries, at):
        heard = f": {kind.who_waits} is told {told}"
        yield from _limit_reached(trigger, tries, at, heard)
        return
    who = capitalised(kind.who_waits)
    if history.row.delivery in history.run.trace.left_out and told:
        sentence = f"{who} is told {told}: it delivers the record nowhere, and that is no failure."
        yield Moment(at, sentence, ("dropped record",))
        return
    is_first = trigger.authorizer is not None and not tries
    rules = ("authorizer answer",) if is_first else _rules_of_door(kind, told)
    yield Moment(at, f"{who} is told {told}.", rules)


def _rules_of_door(kind: TriggerKind, told: str) -> tuple[str, ...]:
    """A REST API's own word for what went wrong."""
    is_by_rest = kind.kind.startswith("apigw_rest")
    return (
        ("front door",) if is_by_rest and told != kind.told_on_success else ()
    )


def _has_waited(
    trigger: SynchronousTrigger, tries: list[Any], at: float
) -> bool:
    """Whether a front door has waited as long as it does; other errors may be told alike."""
    if trigger.timeout_in_millis is None or not tries:
        return False
    start = min(span.start_s for span in tries)
    waited: float = round(at - start, 6)
    return waited >= trigger.timeout_in_millis / 1000


def _last_answer(
    history: History, trigger: SynchronousTrigger, tries: list[Any]
) -> Iterator[Moment]:
    """The answer that the caller leaves it at.

    Firehose keeps what fails; a pipe gives it up.
    """
    row = history.row
    if _is_unheard(history):
        yield _given_up(history)
    elif row.fate == "dropped":
        who = capitalised(history.kind.who_waits)
        sentence = f"{who} gives it up and tells nobody: {history.loss}."
        yield Moment(row.settled_s, sentence)
    elif not isnan(row.told_s):
        yield from _answered(history, trigger, tries, row.told_s, row.told)
    if row.stores:
        who = capitalised(history.kind.who_waits)
        sentence = f"{who} gives it up: it goes to `{row.stores}`."
        yield Moment(row.settled_s, sentence, ("skipped batch",))


def _limit_reached(
    trigger: SynchronousTrigger, tries: list[Any], at: float, heard: str
) -> Iterator[Moment]:
    """A front door or a task waits no longer, even if the function works on."""
    waited = spoken((trigger.timeout_in_millis or 0) / 1000)
    rule = LIMIT_RULES.get(trigger.kind, "front door limit")
    handlers = [span for span in tries if span.stage == "handler"]
    works_on = not handlers or handlers[-1].end_s > at
    meanwhile = ", while the function works on" if works_on else ""
    sentence = f"`{trigger.name}` has waited {waited}{heard}{meanwhile}."
    yield Moment(at, sentence, (rule,))
    for span in handlers:
        if span.end_s > at and span.outcome != "in flight":
            yield Moment(span.end_s, "Nobody waits for this answer any more.")
