"""The filter of a queue's mapping: a message that does not match is deleted.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
"""

from __future__ import annotations

import json

from sim.engine.queue.message_attributes import MessageAttributes
from sim.scenario.event_source_mapping import EventSourceMapping

BODIES = frozenset({"JSON", "plain text"})


class MessageFilter:
    """Lets a share of the messages through, and of these only the bodies that its patterns want."""

    def __init__(
        self, mapping: EventSourceMapping, attributes: MessageAttributes
    ) -> None:
        self.mapping = mapping
        self.attributes = attributes
        self.delivery_draws = attributes.router.delivery_draws
        self.bodies = wanted_bodies(mapping.filter_criteria)
        self.lets_all_through = (
            mapping.matching_share == 1 and self.bodies == BODIES
        )

    def lets_through(self, delivery: int) -> bool:
        """Whether the message joins a batch."""
        if self.attributes.sender(delivery).body not in self.bodies:
            return False
        if self.mapping.matching_share == 1:
            return True
        return self.delivery_draws.passes_filter(delivery, self.mapping)


def wanted_bodies(patterns: tuple[str, ...]) -> frozenset[str]:
    """The bodies that one of the patterns may match: JSON if it wants fields, plain text if words.

    A pattern that says nothing of the body looks at the message's attributes only. No pattern:
    every message.
    """
    bodies = [json.loads(pattern).get("body") for pattern in patterns]
    if not bodies or None in bodies:
        return BODIES
    kinds = {
        "JSON" if isinstance(body, dict) else "plain text" for body in bodies
    }
    return frozenset(kinds)
