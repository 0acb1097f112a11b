"""What happens in execution environments, sentence by sentence: inits, runs, extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.results.phrases import ordinal
from sim.results.story.moments import Describe, History, Moment, length

ENDINGS = {
    "succeeded": "succeeds, after {}",
    "failed": "fails, after {}",
    "crashed": "crashes, after {}, and its environment with it",
    "timeout": "is stopped after {}: it has reached the function's timeout",
}
"""How a run ends, by its outcome."""
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
    does = f"initialises{_within(span)}"
    rule = "cold start"
    if span.outcome == "timeout":
        does = f"does not initialise{_within(span)}"
        rule = "init limit"
    sentence = f"Cold start: environment {span.environment} {does}."
    yield Moment(span.start_s, sentence, (rule,))


def suppressed_init(history: History, span: Any) -> Iterator[Moment]:
    """An environment starts again inside a run: its init was cut, or its last run has reset it."""
    was_cut = any(
        other.stage == "init" and other.end_s == span.start_s
        for other in history.spans
    )
    rule = "init limit" if was_cut else "reset"
    sentence = f"Environment {span.environment} initialises again{_within(span)}, inside the run."
    yield Moment(span.start_s, sentence, (rule,))


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
    """A run begins and, unless the simulation ends first, ends; `remark` is added to the first."""
    number = ordinal(history.run_numbers[span])
    if _was_used_up_by_init(history, span):
        sentence = (
            f"Its init has used up the function's timeout: the {number} run is stopped, "
            "and its handler never began."
        )
        yield Moment(span.end_s, sentence, ("function timeout",))
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
        ending = ENDINGS[span.outcome].format(length(span))
        rules = ("function timeout",) if span.outcome == "timeout" else ()
        yield Moment(span.end_s, f"The {number} run {ending}.", rules)


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
