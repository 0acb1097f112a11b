"""What happens in execution environments, sentence by sentence: inits, runs, extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.phrases import ordinal
from sim.results.story.moments import Describe, History, Moment, length
from sim.scenario.event_source_mapping import EventSourceMapping

ENDINGS = {
    "succeeded": "succeeds, after {}",
    "failed": "fails, after {}",
    "crashed": "crashes, after {}, and its environment with it",
    "timeout": "is stopped after {}: it has reached the function's timeout",
}
"""How a run ends, by its outcome."""
FAILURES_OF_INIT = {"failed": "Runtime.Unknown", "crashed": "Runtime.ExitError"}
"""How an init fails: it raises or exits, and the type of error that Lambda logs."""
RESULTS = {"firehose": "ProcessingFailed", "s3_batch": "TemporaryFailure"}
"""What a handler answers for a record or task that failed, by kind of trigger."""
IDEMPOTENT_ENDINGS = {
    "succeeded": "finds the event done, and answers with the result that is kept",
    "failed": "finds the event in progress, and fails at once",
}
"""How a run ends at once because the handler remembers the event."""


def span_moments(
    history: History, spans: list[Any], by_stage: Mapping[str, Describe]
) -> Iterator[Moment]:
    """What the spans say, by their stage; `by_stage`: the sentences of one invocation model."""
    describers = {**IN_ENVIRONMENTS, **by_stage}
    for span in spans:
        if span.stage in describers:
            yield from describers[span.stage](history, span)


def init(history: History, span: Any) -> Iterator[Moment]:
    """A new environment starts."""
    does = f"initialises{_within(span)}."
    rule = "cold start"
    if span.outcome == "timeout":
        does = f"does not initialise{_within(span)}."
        rule = "init limit"
    elif span.outcome in FAILURES_OF_INIT:
        does = f"starts, but {_failure(span, 'init')}"
        rule = "failed init"
    sentence = f"Cold start: environment {span.environment} {does}"
    yield Moment(span.start_s, sentence, (rule,))


def suppressed_init(history: History, span: Any) -> Iterator[Moment]:
    """An environment starts again inside a run: its init was cut, or its last run has reset it."""
    rule = "reset"
    for other in history.spans:
        if other.stage == "init" and other.end_s == span.start_s:
            has_failed = other.outcome in FAILURES_OF_INIT
            rule = "failed init" if has_failed else "init limit"
    sentence = f"Environment {span.environment} initialises again{_within(span)}, inside the run."
    if span.outcome in FAILURES_OF_INIT:
        again = (
            f"Environment {span.environment} initialises again, inside the run"
        )
        sentence = f"{again}, and {_failure(span, 'invoke')}"
    yield Moment(span.start_s, sentence, (rule,))


def _failure(span: Any, phase: str) -> str:
    """How an init fails, with the line that Lambda logs.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    milliseconds = (span.end_s - span.start_s) * 1000
    error = FAILURES_OF_INIT[span.outcome]
    line = (
        f"INIT_REPORT Init Duration: {milliseconds:.2f} ms Phase: {phase} "
        f"Status: error Error Type: {error}"
    )
    return f"its init fails, after {length(span)} (`{line}`)."


def restore(history: History, span: Any) -> Iterator[Moment]:
    """A new environment is restored from a snapshot."""
    does = "is restored from its snapshot"
    if span.outcome == "timeout":
        does = "is not restored"
    sentence = (
        f"Cold start: environment {span.environment} {does}{_within(span)}."
    )
    yield Moment(span.start_s, sentence, ("snap start",))


def extension(history: History, span: Any) -> Iterator[Moment]:
    """Extensions work on after the handler."""
    lasts = "" if span.outcome == "in flight" else f" {length(span)}"
    sentence = f"Extensions keep environment {span.environment} busy{lasts}; nobody waits."
    yield Moment(span.start_s, sentence, ("extension",))


def handler(history: History, span: Any, remark: str = "") -> Iterator[Moment]:
    """A run begins and, unless the simulation ends first, ends; `remark` is added to the first.

    That of a batch may end before it comes to this record.
    """
    if span.outcome == "not reached":
        sentence = (
            "The run of its batch ends before this record's turn: not reached."
        )
        yield Moment(span.end_s, sentence)
        return
    number = ordinal(history.run_numbers[span])
    if _was_used_up_by_init(history, span):
        sentence = (
            f"Its init has used up the function's timeout: the {number} run is stopped, "
            "and its handler never began."
        )
        yield Moment(span.end_s, sentence, ("function timeout",))
        return
    if _ended_by_failed_init(history, span):
        sentence = (
            f"The {number} run fails with its init: its handler never began."
        )
        yield Moment(span.end_s, sentence, ("failed init",))
        return
    begins = (
        f"{number.capitalize()} run begins, in environment {span.environment}"
    )
    yield Moment(span.start_s, f"{begins}{remark}.")
    is_at_once = span.start_s == span.end_s
    if (
        is_at_once
        and history.is_remembered
        and span.outcome in IDEMPOTENT_ENDINGS
    ):
        ending = IDEMPOTENT_ENDINGS[span.outcome]
        yield Moment(
            span.end_s, f"The {number} run {ending}.", ("idempotency",)
        )
    elif span.outcome in ENDINGS:
        ending = _ending(history, span).format(length(span))
        rules = ("function timeout",) if span.outcome == "timeout" else ()
        yield Moment(span.end_s, f"The {number} run {ending}.", rules)


def _ending(history: History, span: Any) -> str:
    """How a run ends; a handler that swallows its errors says nothing of them."""
    function = history.run.scenario.function(history.trigger.function)
    if span.outcome == "failed" and function.behaviour.swallows_errors:
        return "catches its error and returns normally, after {}"
    if span.outcome == "failed" and function.behaviour.returns_to(
        history.trigger.kind
    ):
        said = RESULTS[history.trigger.kind]
        return f"answers {said}, after {{}}"
    return ENDINGS[span.outcome]


def returned(mapping: EventSourceMapping) -> str:
    """Why Lambda takes a batch for handled although a record's work was not done."""
    if mapping.reports_batch_item_failures:
        return "The function's answer does not name it"
    return (
        "The function has returned normally, and nobody reads what it reports"
    )


def _ended_by_failed_init(history: History, span: Any) -> bool:
    """Whether an init inside a run has failed, so that its handler never began."""
    return span.start_s == span.end_s and any(
        other.stage == "suppressed init"
        and other.outcome in FAILURES_OF_INIT
        and other.end_s == span.start_s
        and other.environment == span.environment
        for other in history.spans
    )


def _was_used_up_by_init(history: History, span: Any) -> bool:
    """Whether a run was stopped before its handler began, at the end of an init inside it."""
    if span.outcome != "timeout" or span.end_s > span.start_s:
        return False
    return any(
        other.stage == "suppressed init"
        and other.end_s == span.start_s
        and other.environment == span.environment
        for other in history.spans
    )


def _within(span: Any) -> str:
    return "" if span.outcome == "in flight" else f" in {length(span)}"


IN_ENVIRONMENTS: dict[str, Describe] = {
    "init": init,
    "suppressed init": suppressed_init,
    "restore": restore,
    "extension": extension,
    "handler": handler,
}
