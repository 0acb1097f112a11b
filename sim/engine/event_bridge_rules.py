"""The rules of EventBridge's Classic buses and schedules, on the way of events to their targets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from sim.engine.clock import TIMER
from sim.engine.codes import DELAYED, SOURCE
from sim.engine.consumers import Consumer
from sim.engine.context import SimulationContext
from sim.engine.event_bridge_quotas import (
    EventSenders,
    PutEvents,
    RuleInvocations,
)
from sim.engine.router import Router
from sim.scenario.caller import Caller
from sim.scenario.event_flow import way
from sim.scenario.resources import DEFAULT_BUS
from sim.scenario.scenario import Scenario
from sim.scenario.triggers import Trigger
from sim.trace import Fate

SCHEDULE = "eventbridge_schedule_rule"


@dataclass(frozen=True)
class Rule:
    """The way of events to a trigger through a rule: its bus, or the schedule, and its target."""

    bus: str
    target: str


@dataclass(frozen=True)
class EventBridge:
    """The quotas that all rules of the Region share, and who puts events on each bus."""

    invocations: RuleInvocations
    put_events: PutEvents
    senders: dict[str, EventSenders]

    @classmethod
    def of(
        cls,
        router: Router,
        callers: Callable[[int], Caller],
        context: SimulationContext,
    ) -> EventBridge:
        """EventBridge as the account has it; nobody puts AWS's own events on the default bus."""
        account = context.scenario.account
        buses = [bus.name for bus in context.scenario.event_buses]
        senders = {
            name: EventSenders(
                name, context.resource_number(name), router, callers
            )
            for name in buses
            if name != DEFAULT_BUS
        }
        return cls(
            RuleInvocations(account.eventbridge_invocations),
            PutEvents(account.eventbridge_put_events),
            senders,
        )


class RuleTarget:
    """Hands events that come by rules to their consumer: the Region's quotas hold for all of them.

    `rules`: by where events enter. What enters elsewhere comes by no rule. It filters by itself, as
    an event is put on its bus before a rule looks at it.
    """

    def __init__(
        self,
        consumer: Consumer,
        rules: dict[str, Rule],
        event_bridge: EventBridge,
        router: Router,
        context: SimulationContext,
    ) -> None:
        self.consumer = consumer
        self.rules = rules
        self.invocations = event_bridge.invocations
        self.put_events = event_bridge.put_events
        self.senders = event_bridge.senders
        self.router = router
        self.clock = context.clock
        self.add_span = context.trace.add_span
        self.numbers = {
            rule.bus: context.resource_number(rule.bus)
            for rule in rules.values()
        }

    def arrive(self, delivery: int) -> None:
        """EventBridge throttles who sends too much, also what no rule matches then."""
        event = self.router.event[delivery]
        entry = self.router.bodies.entry(event)
        rule = self.rules.get(entry)
        senders = self.senders.get(entry) if rule is not None else None
        if senders is not None:
            if not self.put_events.allows(event, self.clock._now):
                senders.refuse(delivery)
                return
            senders.accept(delivery)
        if not self.router.is_let_through(delivery):
            self.router.settle(delivery, Fate.FILTERED)
        elif rule is None:
            self.consumer.arrive(delivery)
        else:
            self.invoke(delivery, rule)

    def invoke(self, delivery: int, rule: Rule) -> None:
        """The rule invokes its target, later if the Region's rules invoke too many."""
        now = self.clock._now
        event = self.router.event[delivery]
        delay = self.invocations.delay(event, rule.target, now)
        if not delay:
            self.consumer.arrive(delivery)
            return
        place = (now, now + delay, self.numbers[rule.bus], DELAYED)
        self.add_span(delivery, 0, SOURCE, *place)
        self.clock.after(delay, self.hand_over, delivery, TIMER + delivery)

    def hand_over(self, delivery: int) -> None:
        """The rule invokes its target now: to a queue, the event is sent now."""
        self.router.sent_later[delivery] = self.clock._now
        self.consumer.arrive(delivery)

    def stop_loop(self, delivery: int) -> None:
        """Lambda notices the loop, not EventBridge."""
        self.consumer.stop_loop(delivery)


def rules_before(scenario: Scenario, trigger: Trigger) -> dict[str, Rule]:
    """By where events enter: the rule that brings them to a trigger, itself or by its target."""
    if trigger.kind == SCHEDULE:
        return {trigger.entry: Rule(trigger.entry, trigger.name)}
    buses = {bus.name for bus in scenario.event_buses}
    rules = {}
    for source in scenario.forwarding:
        places = (*way(scenario, source.name, trigger.entry), trigger.name)
        for place, following in pairwise(places):
            if place in buses:
                rules[source.name] = Rule(place, following)
    return rules
