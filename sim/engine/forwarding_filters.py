"""What topics and event buses forward to queues and topics, where policies and patterns say which.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from sim.scenario.filtered_records import passes_policy, passes_rule
from sim.scenario.resources import (
    Bucket,
    EventBus,
    EventPattern,
    FilterPolicy,
    Topic,
)
from sim.scenario.scenario import Scenario
from sim.scenario.state_machine import StateMachine
from sim.workload.event_bodies import EventBodies, EventContent

Gate = Callable[[EventContent], bool]
Way = list[Gate]
"""The gates that an event passes on its way."""


class ForwardingFilter:
    """The ways on which events reach one trigger, by where they entered: each has gates."""

    def __init__(self, ways: dict[str, list[Way]], bodies: EventBodies) -> None:
        self.ways = ways
        self.bodies = bodies

    def lets_through(self, event: int) -> bool:
        """Whether the event passes all gates of one way."""
        ways = self.ways.get(self.bodies.entry(event))
        if ways is None:
            return True
        content = self.bodies.content(event)
        return any(all(gate(content) for gate in way) for way in ways)


def forwarding_filters(
    scenario: Scenario, bodies: EventBodies
) -> dict[int, ForwardingFilter]:
    """By the number of their trigger: the ways from topics and buses that have gates."""
    filters = {}
    for number, trigger in enumerate(scenario.routes):
        ways = {
            source.name: list(_ways(scenario, source.name, trigger.entry))
            for source in scenario.forwarding
            if source.name != trigger.entry
        }
        gated = {entry: found for entry, found in ways.items() if any(found)}
        if gated:
            filters[number] = ForwardingFilter(gated, bodies)
    return filters


def _ways(scenario: Scenario, entry: str, target: str) -> Iterator[Way]:
    """The ways from where an event enters to a target."""
    if entry == target:
        yield []
    for source in scenario.forwarding:
        if source.name == entry:
            for following, gates in _forwarded(source):
                for way in _ways(scenario, following, target):
                    yield [*gates, *way]


def _forwarded(
    source: Topic | EventBus | Bucket | StateMachine,
) -> Iterator[tuple[str, list[Gate]]]:
    """Where a topic, a bus, a bucket or a state machine sends to, and through which gates."""
    if isinstance(source, (Bucket, StateMachine)):
        for target in source.targets:
            yield target, []
    elif isinstance(source, Topic):
        for queue in source.queues:
            policies = [p for p in source.filter_policies if p.queue == queue]
            yield queue, [_gate_of_policy(policy) for policy in policies]
    else:
        for target in source.targets:
            rules = [r for r in source.event_patterns if r.target == target]
            yield target, [_gate_of_rule(rule) for rule in rules]


def _gate_of_policy(policy: FilterPolicy) -> Gate:
    pattern = json.loads(policy.filter_policy)
    scope = policy.filter_policy_scope

    def passes(content: EventContent) -> bool:
        attributes = content.attributes
        if not content.has_body and attributes is None:
            return True
        return passes_policy(pattern, scope, content.body, attributes or {})

    return passes


def _gate_of_rule(rule: EventPattern) -> Gate:
    pattern = json.loads(rule.event_pattern)
    return lambda content: (
        not content.has_body or passes_rule(pattern, content.body)
    )
