"""What becomes of deliveries: what callers are told, fates, failure stores and the events that events cause."""

from __future__ import annotations

from typing import Protocol

from sim import draws, facts
from sim.engine.chance import Chance
from sim.engine.clock import Clock
from sim.mapping import QUEUES
from sim.trace import Child, Fate, Trace

REDRIVE = "redrive"  # the edge by which SQS moves a message to a dead-letter queue


class Consumer(Protocol):
    """A model that takes deliveries in."""

    def arrive(self, delivery: int) -> None:
        """Take in a delivery, now."""

    def stop_loop(self, delivery: int) -> None:
        """Refuse a delivery that belongs to a loop."""


class Router:
    """Keeps the book of deliveries and passes events on from one resource to the next."""

    def __init__(self, clock: Clock, trace: Trace, chance: Chance, entries: dict[str, list[int]]) -> None:
        self.clock, self.trace, self.chance, self.entries = clock, trace, chance, entries
        self.consumers: list[Consumer] = []  # by trigger number
        self.triggers = chance.triggers
        self.trigger = trace.deliveries.trigger
        self.first_sent: dict[int, int] = {}  # by delivery: messages that SQS moves to a dead-letter queue
        self.filters = {
            n for n, trigger in enumerate(self.triggers) if trigger.matching_share < 1 and trigger.kind not in QUEUES
        }
        self.longest_loop = facts.fact("function.recursive_runs").value
        self.may_loop = {name for name, of in chance.functions.items() if of.function.recursive_loop == "Allow"}
        columns = trace.deliveries
        self.fate, self.settled, self.told, self.told_at = (
            columns.fate,
            columns.settled,
            columns.told,
            columns.told_at,
        )
        self.unsettled = len(columns)

    def arrive(self, delivery: int) -> None:
        """Bring a delivery to the model that consumes it, unless the trigger's filter keeps it out.

        The filter of a queue's mapping waits until a poller has received the message.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
        """
        number = self.trigger[delivery]
        if self.filters and number in self.filters and not self.chance.matches(delivery, self.triggers[number]):
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

    def conclude(self, delivery: int, answer: int, fate: int) -> None:
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

    def keep(self, delivery: int, store: str) -> None:
        """A service keeps what it could not deliver in a store of its own."""
        self.trace.stores.setdefault(delivery, []).append(store)
        self.settle(delivery, Fate.DEAD_LETTERED)

    def give_up(self, delivery: int, stores: list[tuple[str, str | None]], otherwise: Fate) -> None:
        """Keep the event in the failure stores that are set, each an (edge, resource); else it is lost."""
        there = [(edge, target) for edge, target in stores if target is not None]
        for edge, target in there:
            self.trace.stores.setdefault(delivery, []).append(target)
            self.send(delivery, edge, target)
        self.settle(delivery, Fate.DEAD_LETTERED if there else otherwise)

    def send(self, delivery: int, edge: str, target: str) -> None:
        """Send what became of a delivery to another resource: a new event for each that consumes it there."""
        triggers = self.entries.get(target, [])
        if not triggers:
            return
        parent = self.trace.deliveries.event[delivery]
        consumer = self.triggers[self.trace.deliveries.trigger[delivery]]
        identity = draws.child(self.chance.identity[parent], f"{consumer.name}: {edge}")
        event = len(self.chance.identity)
        self.chance.identity.append(identity)
        self.trace.children.append(Child(parent, edge, self.clock._now, identity, consumer.function))
        for trigger in triggers:
            self.unsettled += 1
            self.chance.append(event, trigger)
            child = self.trace.deliveries.append(event, trigger, self.clock._now)
            if edge == REDRIVE and delivery in self.first_sent:
                self.first_sent[child] = self.first_sent[delivery]
            if self.is_loop(event, self.triggers[trigger].function):
                self.consumers[trigger].stop_loop(child)
            else:
                self.arrive(child)

    def origin(self, delivery: int) -> int:
        """The event from outside that a delivery's event stems from."""
        event, children = self.trace.deliveries.event[delivery], self.trace.children
        roots = len(self.chance.identity) - len(children)
        while event >= roots:
            event = children[event - roots].parent
        return event

    def is_loop(self, event: int, function: str) -> bool:
        """Whether the function has run so often in this chain of events that Lambda stops it.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
        """
        if function in self.may_loop:
            return False
        roots, runs = len(self.chance.identity) - len(self.trace.children), 0
        while event >= roots:
            child = self.trace.children[event - roots]
            runs, event = runs + (child.function == function), child.parent
        return bool(runs >= self.longest_loop)
