"""What becomes of deliveries: what callers are told, fates, failure stores and the events that events cause."""

from __future__ import annotations

from typing import Protocol

from sim.engine.clock import Clock
from sim.engine.recursive_loops import RecursiveLoops
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.triggers import Trigger
from sim.trace import Child, Condition, Discard, Fate, Trace
from sim.workload.delivery_draws import DeliveryDraws

RECURSIVE = int(Condition.RecursiveInvocation)
REDRIVE = "redrive"  # the edge by which SQS moves a message to a dead-letter queue


class Consumer(Protocol):
    """A model that takes deliveries in."""

    def arrive(self, delivery: int) -> None:
        """Take in a delivery, now."""

    def stop_loop(self, delivery: int) -> None:
        """Refuse a delivery that belongs to a loop."""


class FailureStore(Protocol):
    """A resource that keeps what it is sent."""

    def keep(self, delivery: int) -> None:
        """Keep what a delivery has become."""


class Router:
    """Keeps the book of deliveries and passes events on from one resource to the next."""

    def __init__(
        self,
        clock: Clock,
        trace: Trace,
        chance: DeliveryDraws,
        entries: dict[str, list[int]],
        loops: RecursiveLoops,
    ) -> None:
        self.clock, self.trace, self.delivery_draws, self.entries, self.loops = (
            clock,
            trace,
            chance,
            entries,
            loops,
        )
        self.workload_event_count = len(chance.identity)
        self.consumers: list[Consumer] = []  # by trigger number
        self.failure_stores: dict[
            str, FailureStore
        ] = {}  # who keeps what nobody consumes, by resource
        self.triggers = chance.triggers
        self.trigger, self.event = trace.deliveries.trigger, trace.deliveries.event
        self.filters = {
            n
            for n, trigger in enumerate(self.triggers)
            if trigger.matching_share < 1 and not filters_itself(trigger)
        }
        columns = trace.deliveries
        self.fate, self.settled, self.told, self.told_at, self.condition = (
            columns.fate,
            columns.settled,
            columns.told,
            columns.told_at,
            columns.condition,
        )
        self.unsettled = len(columns)

    def arrive(self, delivery: int) -> None:
        """Bring a delivery to the model that consumes it, unless the trigger's filter keeps it out.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
        """
        number = self.trigger[delivery]
        if (
            self.filters
            and number in self.filters
            and not self.delivery_draws.passes_filter(delivery, self.triggers[number])
        ):
            self.settle(delivery, Fate.FILTERED)
        else:
            self.consumers[number].arrive(delivery)

    def answer_number(self, text: str) -> int:
        """The number under which an answer stands in the column `told`."""
        if text not in self.trace.answers:
            self.trace.answers.append(text)
        return self.trace.answers.index(text)

    def tell(self, delivery: int, answer: int) -> None:
        """The caller hears an answer."""
        self.told[delivery] = answer
        self.told_at[delivery] = self.clock._now

    def settle_with_answer(self, delivery: int, answer: int, fate: int) -> None:
        """The caller hears the last answer, which settles the delivery."""
        self.told[delivery] = answer
        self.fate[delivery] = fate
        self.told_at[delivery] = self.settled[delivery] = self.clock._now
        self.unsettled -= 1

    def settle(self, delivery: int, fate: int, at: int | None = None) -> None:
        """A delivery has its fate, now or `at` an earlier time: each has exactly one."""
        assert self.fate[delivery] == 0, "a delivery is settled once"
        self.fate[delivery] = fate
        self.settled[delivery] = self.clock._now if at is None else at
        self.unsettled -= 1

    def keep_in_store(self, delivery: int, store: str) -> None:
        """A service keeps what it could not deliver in a store of its own."""
        self.trace.stores.setdefault(delivery, []).append(store)
        self.settle(delivery, Fate.DEAD_LETTERED)

    def give_up(
        self, delivery: int, stores: list[tuple[str, str | None]], otherwise: Fate
    ) -> None:
        """Keep the event in the failure stores that are set, each an (edge, resource); else it is lost."""
        there = [(edge, target) for edge, target in stores if target is not None]
        for edge, target in there:
            self.trace.stores.setdefault(delivery, []).append(target)
            self.send(delivery, edge, target)
        self.settle(delivery, Fate.DEAD_LETTERED if there else otherwise)

    def give_up_together(
        self, discard: Discard, edge: str, target: str | None, otherwise: Fate
    ) -> None:
        """Keep one record of all these deliveries in a failure store; without one they are lost."""
        self.trace.discards.append(discard)
        for delivery in discard.deliveries:
            self.condition[delivery] = discard.condition
            if target is not None:
                self.trace.stores.setdefault(delivery, []).append(target)
            self.settle(delivery, otherwise if target is None else Fate.DEAD_LETTERED)
        if target is not None:
            self.send(discard.deliveries[0], edge, target)

    def send(self, delivery: int, edge: str, target: str) -> None:
        """Send what became of a delivery to another resource, if anybody consumes it there."""
        if self.entries.get(target):
            self.cause_event(delivery, edge, target)
        elif target in self.failure_stores:
            self.failure_stores[target].keep(delivery)

    def cause_event(self, delivery: int, edge: str, target: str, k: int = 0) -> None:
        """A delivery causes a new event, the `k`-th along `edge`: each trigger at its target gets a delivery."""
        event = self.child(delivery, edge, target, k)
        for trigger in self.entries.get(target, ()):
            child = self.begin(event, trigger)
            if self.loops.watched and self.loops.must_stop(
                event, trigger, self.workload_event_count
            ):
                self.stop_loop(child, trigger, after=delivery)
            else:
                self.arrive(child)

    def stop_loop(self, delivery: int, trigger: int, after: int) -> None:
        """Lambda refuses a delivery of a loop; one that its own failure store brings back is lost (a choice)."""
        self.condition[delivery] = RECURSIVE
        if self.condition[after] == RECURSIVE:
            self.settle(delivery, Fate.DROPPED)
        else:
            self.consumers[trigger].stop_loop(delivery)

    def child(self, delivery: int, edge: str, target: str, k: int = 0) -> int:
        """A new event, which a delivery causes."""
        parent = self.event[delivery]
        event = self.delivery_draws.child(
            parent, f"{self.triggers[self.trigger[delivery]].name}: {edge}", k
        )
        self.trace.children.append(
            Child(
                parent,
                edge,
                self.clock._now,
                self.delivery_draws.identity[event],
                delivery,
                target,
            )
        )
        return event

    def begin(self, event: int, trigger: int) -> int:
        """A new delivery begins now."""
        self.unsettled += 1
        self.delivery_draws.append(event, trigger)
        return self.trace.deliveries.append(event, trigger, self.clock._now)


def filters_itself(trigger: Trigger) -> bool:
    """Whether records are in the source before the filter sees them."""
    return isinstance(trigger, EventSourceMapping)
