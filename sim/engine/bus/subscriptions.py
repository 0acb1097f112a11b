"""Builds the Custom Event Buses of a scenario and their subscribers.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-what-is.html
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.bus.bus_subscriber import BusSubscriber
from sim.engine.bus.custom_bus import CustomBus
from sim.engine.bus.event_batch import Target
from sim.engine.bus.known_events import KnownEvents
from sim.engine.bus.retained_events import RetainedEvents
from sim.engine.bus.targets import BatchQueue, Event, RequestResponse
from sim.engine.context import SimulationContext
from sim.engine.event_bridge_quotas import EventSenders
from sim.engine.function.invocation import Invocable
from sim.engine.router import Router
from sim.scenario.caller import Caller
from sim.scenario.subscriber import EVENT, CustomEventBus, Subscriber
from sim.scenario.trigger_catalogue import trigger_kind

KILOBYTE = 1024


class Subscriptions:
    """The buses by name, made when a first subscriber asks for them, and the subscribers."""

    def __init__(
        self,
        router: Router,
        callers: Callable[[int], Caller],
        context: SimulationContext,
    ) -> None:
        self.router = router
        self.callers = callers
        self.context = context
        self.settings: dict[str, CustomEventBus] = {
            bus.name: bus for bus in context.scenario.custom_event_buses
        }
        self.buses: dict[str, CustomBus] = {}
        self.subscribers: dict[str, BusSubscriber] = {}

    def subscriber(
        self,
        trigger: Subscriber,
        fleet: Invocable,
        queue: Callable[[Subscriber], BatchQueue],
    ) -> BusSubscriber:
        """The subscriber of a trigger, with the bus that it is of."""
        bus = self.bus(trigger.source)
        choices = self.context.scenario.choices
        target: Target = RequestResponse(fleet, self.router, self.context)
        if trigger.kind == EVENT:
            target = Event(queue(trigger), fleet, self.context)
        kept = self.settings[trigger.source]
        subscriber = BusSubscriber(
            trigger,
            bus,
            target,
            largest_payload(trigger),
            RetainedEvents(trigger, kept, bus, choices),
            self.router.filter_of(trigger),
            choices,
        )
        self.subscribers[trigger.name] = subscriber
        return subscriber

    def bus(self, name: str) -> CustomBus:
        """The bus of this name."""
        if name not in self.buses:
            number = self.context.resource_number(name)
            producers = EventSenders(name, number, self.router, self.callers)
            known = KnownEvents(
                self.context.scenario.traffic,
                self.context.workload,
                self.router.bodies,
                self.router.delivery_draws.key,
            )
            mine = [
                one
                for one in self.context.scenario.subscribers
                if one.source == name
            ]
            self.buses[name] = CustomBus(
                self.router, producers, known, is_shared=len(mine) > 1
            )
        return self.buses[name]


def largest_payload(trigger: Subscriber) -> int:
    """The most bytes of a batch: what Lambda takes in an Invoke of this type.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    door = trigger_kind("invoke_event" if trigger.kind == EVENT else "invoke")
    assert door.request_limit_kb is not None
    return door.request_limit_kb * KILOBYTE
