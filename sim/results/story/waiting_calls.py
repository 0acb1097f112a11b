"""A call that a handler makes and waits for, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.results.story.moments import History, Moment, length
from sim.trace import MICROSECONDS, Child

RULES = ("waiting call",)
ENDINGS = {
    "raise": "`{}` has not succeeded: the handler raises the error.",
    "ignore": "`{}` has not succeeded: the handler ignores it, and goes on.",
}
"""What the handler does with a call that failed, by `Output.on_error`."""


def waiting_call(
    history: History, event: int, child: Child
) -> Iterator[Moment]:
    """The handler calls, waits, and hears the answer, unless its own run is cut before."""
    at = child.time / MICROSECONDS
    target = child.target
    does = f"The handler calls `{target}` with event {event} and waits for the answer"
    span = _wait(history, target, at)
    if span is None:
        yield Moment(at, f"{does}.", RULES)
        return
    yield Moment(at, f"{does}: it waits for {length(span)}.", RULES)
    if span.outcome == "failed":
        sentence = ENDINGS[_on_error(history, target)].format(target)
        yield Moment(span.end_s, sentence)


def _wait(history: History, target: str, at: float) -> Any | None:
    """The span of a wait that is over."""
    for span in history.spans:
        is_here = span.stage == "call" and span.resource == target
        if is_here and span.start_s == at:
            return span
    return None


def _on_error(history: History, target: str) -> str:
    """What the function does about an error there, by the version of it that sends there."""
    scenario = history.run.scenario
    name = history.trigger.function
    later = [version.function for version in scenario.versions]
    for function in (scenario.function(name), *later):
        if function.name != name:
            continue
        for output in function.behaviour.sends:
            if output.to == target:
                return output.on_error
    return "raise"
