"""What the filter of a trigger lets through: what its patterns match, or a share of the events.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from __future__ import annotations

import json
from typing import Any

from sim.scenario.filtered_records import (
    dialect_of,
    passes_filter,
    passes_policy,
    passes_rule,
)
from sim.scenario.pipe import PIPE
from sim.scenario.source_kinds import QUEUES
from sim.scenario.subscriber import Subscriber
from sim.scenario.subscriber_filters import passes_scope
from sim.scenario.trigger_patterns import patterns_of
from sim.scenario.triggers import AsynchronousTrigger, Trigger
from sim.workload.delivery_draws import DeliveryDraws
from sim.workload.event_bodies import EventBodies, EventContent


class EventFilter:
    """The filter of one trigger: its patterns decide on events whose content is known.

    On others its `matching_share` decides.
    """

    def __init__(
        self, trigger: Trigger, bodies: EventBodies, draws: DeliveryDraws
    ) -> None:
        self.trigger = trigger
        self.kind = trigger.kind
        is_pipe = getattr(trigger, "pipe", None) is not None
        self.dialect = dialect_of(PIPE if is_pipe else trigger.kind)
        self.bodies = bodies
        self.draws = draws
        self.share = trigger.matching_share
        self.patterns = [json.loads(text) for text in patterns_of(trigger)]
        wants_a_form = self.kind in QUEUES and bool(self.patterns)
        self.forms = _wanted_forms(self.patterns) if wants_a_form else None
        self.asks_for_body = _asks_for_body(trigger, self.patterns)

    @property
    def lets_all_through(self) -> bool:
        """Whether there is nothing to filter by."""
        return self.share == 1 and not self.patterns

    def lets_through(self, delivery: int) -> bool:
        """Whether the event of this delivery passes."""
        event = self.draws.event[delivery]
        if self.patterns:
            content = self.bodies.content(event)
            if self.is_decided_by_patterns(content):
                return self.matches(content, self.draws.key[event])
            if self.forms is not None and content.form not in self.forms:
                return False
        return self.share == 1 or self.draws.passes_filter(
            delivery, self.trigger
        )

    def is_decided_by_patterns(self, content: EventContent) -> bool:
        """Whether what the patterns ask for is known of an event."""
        if content.has_body:
            return True
        return content.attributes is not None and not self.asks_for_body

    def matches(self, content: EventContent, key: int) -> bool:
        """Whether one of the patterns matches; of a subscriber's, all of them."""
        attributes = content.attributes or {}
        body, trigger = content.body, self.trigger
        if isinstance(trigger, Subscriber):
            return all(
                passes_scope(one.scope, pattern, body, key)
                for one, pattern in zip(
                    trigger.filters, self.patterns, strict=True
                )
            )
        if isinstance(trigger, AsynchronousTrigger):
            if trigger.filter_policy is not None:
                scope = trigger.filter_policy_scope
                (policy,) = self.patterns
                return passes_policy(policy, scope, body, attributes)
            if trigger.event_pattern is not None:
                (pattern,) = self.patterns
                return passes_rule(pattern, body)
        return any(
            passes_filter(
                self.kind, pattern, body, attributes, key, self.dialect
            )
            for pattern in self.patterns
        )


def _asks_for_body(trigger: Trigger, patterns: list[dict[str, Any]]) -> bool:
    """Whether a pattern looks at more than message attributes."""
    if isinstance(trigger, AsynchronousTrigger) and trigger.filter_policy:
        return trigger.filter_policy_scope == "MessageBody"
    return any(list(pattern) != ["messageAttributes"] for pattern in patterns)


def _wanted_forms(patterns: list[dict[str, Any]]) -> set[str] | None:
    """The forms of a body that one of the patterns may match; None: any.

    A pattern that says nothing of the body looks at the message's other fields only.
    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
    """
    bodies = [pattern.get("body") for pattern in patterns]
    if None in bodies:
        return None
    return {
        "JSON" if isinstance(body, dict) else "plain text" for body in bodies
    }
