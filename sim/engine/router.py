"""What becomes of deliveries: answers, fates, failure stores, and the events that they cause."""

from __future__ import annotations

from sim.engine.clock import END
from sim.engine.codes import RECURSIVE_INVOCATION
from sim.engine.consumers import Consumer, FailureStore, WaitingCall
from sim.engine.context import SimulationContext
from sim.engine.event_filters import EventFilter
from sim.engine.forwarding_filters import forwarding_filters
from sim.engine.recursive_loops import RecursiveLoops
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import Trigger
from sim.trace import UNHEARD, Child, Discard, Fate
from sim.workload.event_bodies import EventBodies

REDRIVE = (
    "redrive"  # the edge by which SQS moves a message to a dead-letter queue
)


class Router:
    """Keeps the book of deliveries and passes events on from one resource to the next.

    `consumers` take deliveries in, by the number of their trigger; `failure_stores`, by name, keep
    what is sent to them and nobody consumes. Events from `workload_event_count` on are children.
    """

    def __init__(self, context: SimulationContext) -> None:
        self.clock = context.clock
        self.trace = context.trace
        self.delivery_draws = context.delivery_draws
        self.triggers = context.scenario.routes
        self.entries = _entries(context.scenario)
        self.loops = RecursiveLoops(context.scenario, context.trace)
        self.workload_event_count = len(self.delivery_draws.identity)
        self.consumers: list[Consumer] = []
        self.failure_stores: dict[str, FailureStore] = {}
        # by the delivery that was called
        self.waiting: dict[int, WaitingCall] = {}
        self.unheard = self.answer_number(UNHEARD)
        self.bodies = EventBodies(
            context.scenario, context.seed, context.workload, context.trace
        )
        self.forwarding = forwarding_filters(context.scenario, self.bodies)
        self.filters = self._filters_of_sources()
        self.filtered: set[int] = {*self.filters, *self.forwarding}
        columns = context.trace.deliveries
        self.deliveries = columns
        self.unsettled = len(columns)
        # by delivery: when it came to its queue, stream or bus, if that took more than one try
        self.sent_later: dict[int, int] = {}
        # second copies, and reports that somebody waits for: also after the event has its fate
        self.outstanding = 0
        # Columns that are asked for with every delivery
        self.trigger = columns.trigger
        self.event = columns.event
        self.fate = columns.fate
        self.settled = columns.settled
        self.told = columns.told
        self.told_at = columns.told_at
        self.condition = columns.condition

    def arrive(self, delivery: int) -> None:
        """Bring a delivery to the model that consumes it, unless the trigger's filter keeps it out.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
        """
        number = self.trigger[delivery]
        if number in self.filtered and not self.is_let_through(delivery):
            self.settle(delivery, Fate.FILTERED)
        else:
            self.consumers[number].arrive(delivery)

    def is_let_through(self, delivery: int) -> bool:
        """Whether the event comes through all filters on its way to the trigger."""
        number = self.trigger[delivery]
        ways = self.forwarding.get(number)
        if ways is not None and not ways.lets_through(self.event[delivery]):
            return False
        own = self.filters.get(number)
        return own is None or own.lets_through(delivery)

    def filter_of(self, trigger: Trigger) -> EventFilter | None:
        """The filter of a trigger; None: it lets everything through."""
        found = EventFilter(trigger, self.bodies, self.delivery_draws)
        return None if found.lets_all_through else found

    def _filters_of_sources(self) -> dict[int, EventFilter]:
        """The filters of what takes events before they are in a queue or stream, by trigger."""
        filters = {}
        for number, trigger in enumerate(self.triggers):
            found = self.filter_of(trigger)
            if found is not None and not filters_itself(trigger):
                filters[number] = found
        return filters

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
        now = self.clock._now
        self.told[delivery] = answer
        self.told_at[delivery] = now
        self.fate[delivery] = fate
        self.settled[delivery] = now
        self.unsettled -= 1
        if self.waiting:
            self.answer_waiting(delivery, fate)

    def settle(self, delivery: int, fate: int, at: int | None = None) -> None:
        """A delivery has its fate, now or `at` an earlier time: each has exactly one."""
        assert self.fate[delivery] == 0, "a delivery is settled once"
        self.fate[delivery] = fate
        self.settled[delivery] = self.clock._now if at is None else at
        self.unsettled -= 1
        if self.waiting:
            self.answer_waiting(delivery, fate)

    def keep_in_store(self, delivery: int, store: str) -> None:
        """A service keeps what it could not deliver in a store of its own."""
        self._note_store(delivery, store)
        self.settle(delivery, Fate.DEAD_LETTERED)

    def give_up(
        self,
        delivery: int,
        stores: list[tuple[str, str | None]],
        otherwise: Fate,
    ) -> None:
        """Keep the event in each failure store (edge, resource) that is set; else it is lost."""
        fate = otherwise
        for edge, store in stores:
            if store is not None:
                self._note_store(delivery, store)
                self.send(delivery, edge, store)
                fate = Fate.DEAD_LETTERED
        self.settle(delivery, fate)

    def give_up_together(
        self, discard: Discard, edge: str, store: str | None, otherwise: Fate
    ) -> None:
        """Keep one record of all these deliveries in a failure store; without one they are lost."""
        self.trace.discards.append(discard)
        for delivery in discard.deliveries:
            self.condition[delivery] = discard.condition
            if store is None:
                self.settle(delivery, otherwise)
            else:
                self.keep_in_store(delivery, store)
        if store is not None:
            self.send(discard.deliveries[0], edge, store)

    def follow(self, first: int, delivery: int) -> None:
        """A delivery has the fate of the first of its batch; what is kept is one record of both."""
        for store in self.trace.stores.get(first, ()):
            self._note_store(delivery, store)
        self.settle(delivery, self.fate[first])

    def _note_store(self, delivery: int, store: str) -> None:
        self.trace.stores.setdefault(delivery, []).append(store)

    def send(self, delivery: int, edge: str, target: str) -> None:
        """Send what became of a delivery to another resource, if anybody consumes it there."""
        if self.entries.get(target):
            self.cause_event(delivery, edge, target)
        elif target in self.failure_stores:
            self.failure_stores[target].keep(delivery)

    def cause_event(
        self, delivery: int, edge: str, target: str, k: int = 0
    ) -> None:
        """A delivery causes the `k`-th event along `edge`: each trigger at the target gets it."""
        event = self.add_child(delivery, edge, target, k)
        for trigger in self.entries.get(target, ()):
            child = self.begin_delivery(event, trigger)
            self.hand_over(child, cause=delivery)

    def hand_over(self, child: int, cause: int) -> None:
        """Bring a delivery that another one caused to its model, unless a loop must stop."""
        trigger = self.trigger[child]
        if self.loops.watched and self.loops.must_stop(
            self.event[child], trigger, self.workload_event_count
        ):
            self.stop_loop(child, trigger, cause)
        else:
            self.arrive(child)

    def call(self, edge: str, target: str, k: int, call: WaitingCall) -> int:
        """Make a call of a synchronous trigger; returns its delivery, for whose answer it waits."""
        event = self.add_child(call.delivery, edge, target, k)
        (trigger,) = self.entries[target]
        child = self.begin_delivery(event, trigger)
        self.waiting[child] = call
        self.hand_over(child, cause=call.delivery)
        return child

    def answer_waiting(self, delivery: int, fate: int) -> None:
        """If a handler waits for this delivery, it goes on, at this instant."""
        call = self.waiting.pop(delivery, None)
        if call is not None:
            self.clock.after(0, call.hear, fate, END + call.delivery)

    def abandon(self, delivery: int) -> None:
        """The run that waits for a call is over: nobody hears its answer, or calls again."""
        if self.waiting.pop(delivery, None) is not None:
            self.settle_with_answer(delivery, self.unheard, Fate.FAILED)

    def stop_loop(self, delivery: int, trigger: int, cause: int) -> None:
        """Lambda refuses a delivery of a loop; one from its failure store is lost (a choice)."""
        self.condition[delivery] = RECURSIVE_INVOCATION
        if self.condition[cause] == RECURSIVE_INVOCATION:
            self.settle(delivery, Fate.DROPPED)
        else:
            self.consumers[trigger].stop_loop(delivery)

    def add_child(
        self, delivery: int, edge: str, target: str, k: int = 0
    ) -> int:
        """The number of a new event, which a delivery causes."""
        parent = self.event[delivery]
        event = self.delivery_draws.add_child(
            parent, self.trigger[delivery], edge, k
        )
        identity = self.delivery_draws.identity[event]
        child = Child(parent, edge, self.clock._now, identity, delivery, target)
        self.trace.children.append(child)
        return event

    def begin_delivery(self, event: int, trigger: int) -> int:
        """The number of a new delivery, which begins now."""
        self.unsettled += 1
        self.delivery_draws.add_delivery(event, trigger)
        return self.deliveries.append(event, trigger, self.clock._now)


def _entries(scenario: Scenario) -> dict[str, list[int]]:
    """By the name of what events enter: the numbers of the triggers that they reach."""
    numbers = {trigger.name: n for n, trigger in enumerate(scenario.routes)}
    names = {trigger.entry for trigger in scenario.routes}
    names |= {source.name for source in scenario.forwarding}
    return {
        name: [numbers[trigger.name] for trigger in scenario.recipients(name)]
        for name in names
    }


def filters_itself(trigger: Trigger) -> bool:
    """Whether records are in the source before the filter sees them."""
    return isinstance(trigger, (EventSourceMapping, Subscriber))
