"""The filter of a queue's mapping: a message that does not match is deleted.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
"""

from __future__ import annotations

import json

from sim.engine.queue.message_attributes import Messages
from sim.scenario.event_source_mapping import EventSourceMapping

FORMATS = frozenset({"JSON", "plain text"})


class Filter:
    """Lets a share of the messages through, and of these only bodies of the form that its patterns want."""

    def __init__(self, trigger: EventSourceMapping, messages: Messages) -> None:
        self.trigger, self.messages, self.delivery_draws = (
            trigger,
            messages,
            messages.router.delivery_draws,
        )
        self.formats = formats(trigger.filter_criteria)

    def __bool__(self) -> bool:
        return self.trigger.matching_share < 1 or self.formats != FORMATS

    def matches(self, delivery: int) -> bool:
        """Whether the message joins a batch."""
        if self.messages.sender(delivery).body not in self.formats:
            return False
        return self.trigger.matching_share == 1 or self.delivery_draws.passes_filter(
            delivery, self.trigger
        )


def formats(patterns: tuple[str, ...]) -> frozenset[str]:
    """The bodies that one of the patterns may match: JSON if it wants fields of the body, plain text if words.

    A pattern that says nothing of the body looks at the message's attributes only. No pattern:
    every message.
    """
    bodies = [json.loads(pattern).get("body") for pattern in patterns]
    if not bodies or None in bodies:
        return FORMATS
    return frozenset(
        "JSON" if isinstance(body, dict) else "plain text" for body in bodies
    )
