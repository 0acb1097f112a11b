"""Filters: a share and patterns that decide on the same events, and gates that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.system import System
from sim.scenario.trigger_patterns import patterns_of


def problems(system: System) -> Iterator[str]:
    """Sentences on filters of which one would be ignored."""
    yield from _shares_beside_patterns(system)
    yield from _policies_of_nothing(system)


def _shares_beside_patterns(system: System) -> Iterator[str]:
    """Where events have bodies, the patterns decide, so a share would do nothing."""
    senders = list(_senders_of_bodies(system))
    for trigger in system.triggers:
        if trigger.matching_share == 1 or not patterns_of(trigger):
            continue
        for who, entry in senders:
            if trigger in system.consumers(entry):
                yield (
                    f"Trigger {trigger.name!r}: its patterns decide on the events of {who}, which "
                    "have bodies; leave out matching_share, or the patterns."
                )


def _senders_of_bodies(system: System) -> Iterator[tuple[str, str]]:
    """Who sends events with bodies, and where to."""
    for traffic in system.traffic:
        if traffic.has_content:
            yield f"traffic {traffic.name!r}", traffic.into
    for function in system.functions:
        for output in function.behaviour.sends:
            if output.body is not None:
                yield f"function {function.name!r}", output.to


def _policies_of_nothing(system: System) -> Iterator[str]:
    for topic in system.topics:
        for policy in topic.filter_policies:
            if policy.queue not in topic.queues:
                yield (
                    f"Topic {topic.name!r}: a filter policy is of queue {policy.queue!r}, "
                    "which does not subscribe to it."
                )
    for bus in system.event_buses:
        for rule in bus.event_patterns:
            if rule.target not in bus.targets:
                yield (
                    f"EventBus {bus.name!r}: an event pattern is of {rule.target!r}, "
                    "which is none of its targets."
                )
