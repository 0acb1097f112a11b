"""What a trigger filters by."""

from __future__ import annotations

from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import AsynchronousTrigger, Trigger


def patterns_of(trigger: Trigger) -> tuple[str, ...]:
    """The patterns of a mapping, pipe or subscriber, of a rule, or the policy of a subscription.

    As JSON text.
    """
    if isinstance(trigger, Subscriber):
        return tuple(one.pattern for one in trigger.filters)
    if isinstance(trigger, AsynchronousTrigger):
        single = (trigger.filter_policy, trigger.event_pattern)
        given = tuple(one for one in single if one is not None)
        return given or trigger.filter_criteria
    return trigger.filter_criteria
