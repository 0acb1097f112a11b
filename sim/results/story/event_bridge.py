"""What EventBridge's quotas do to an event that comes by a rule, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.results.story.moments import History, Moment, length

THROTTLED = "ThrottlingException"
QUOTAS = (THROTTLED, "delayed")
"""How a wait at EventBridge ends that is no wait for its target."""


def at_event_bridge(history: History) -> list[Any]:
    """The waits that EventBridge's quotas cause, in order."""
    return [
        span
        for span in history.spans
        if span.stage == "source" and span.outcome in QUOTAS
    ]


def limited(waits: list[Any]) -> Iterator[Moment]:
    """EventBridge throttles who calls PutEvents, and delays what its rules match."""
    for span in waits:
        if span.outcome == THROTTLED:
            again = "is told ThrottlingException"
            if span.end_s > span.start_s:
                again += f", and sends it again in {length(span)}"
            sentence = f"EventBridge takes no more requests in this second: its sender {again}."
            yield Moment(span.start_s, sentence, ("put events",))
        else:
            sentence = (
                f"Rules have invoked as many targets as they may: `{span.resource}` "
                f"delays it by {length(span)}."
            )
            yield Moment(span.start_s, sentence, ("rule invocations",))
