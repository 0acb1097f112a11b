"""A subscriber of a Custom Event Bus: events wait for their turn, are delivered, or given up.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-subscribers.html
"""

from __future__ import annotations

from sim.engine.bus.batcher import Batcher
from sim.engine.bus.custom_bus import CustomBus
from sim.engine.bus.event_batch import EventBatch, Target
from sim.engine.bus.event_groups import EventGroups
from sim.engine.bus.retained_events import RetainedEvents
from sim.engine.clock import TIMER
from sim.engine.codes import DELIVERED, QUEUE, RETRY, SOURCE, SUCCEEDED
from sim.engine.event_filters import EventFilter
from sim.scenario.choices import Choices
from sim.scenario.subscriber import Subscriber
from sim.trace import MICROSECONDS, Condition, Discard, Fate, TargetCall


class BusSubscriber:
    """One subscriber: its events come from the `bus`, its batches go to the `target`."""

    def __init__(
        self,
        subscriber: Subscriber,
        bus: CustomBus,
        target: Target,
        largest_payload: int,
        retained: RetainedEvents,
        event_filter: EventFilter | None,
        choices: Choices,
    ) -> None:
        self.bus = bus
        self.target = target
        config = subscriber.batch_configuration
        self.batcher = Batcher(config, largest_payload, bus, self.begin_batch)
        self.retained = retained
        self.filter = event_filter
        self.name = subscriber.name
        self.router = bus.router
        self.clock = bus.clock
        self.latency = bus.delivery_draws.latency
        self.resource = bus.producers.resource
        self.add_span = bus.router.trace.add_span
        self.first_wait = choices.subscriber_retry_start_seconds
        self.longest_wait = choices.subscriber_retry_cap_seconds
        self.groups = EventGroups(subscriber.type == "FIFO", bus)
        self.since: dict[int, int] = {}  # when an event began to wait
        self.held: list[EventBatch] = []  # due for a try while stopped
        self.configure(subscriber)
        self.delivers = self.is_running and retained.begins == 0
        if retained.begins:
            self.clock.after(retained.begins, self.begin)

    def configure(self, subscriber: Subscriber) -> None:
        """What it is set to, at first or from now on."""
        self.is_running = subscriber.state == "RUNNING"
        self.policy = subscriber.retry_policy
        self.maximum_age = self.policy.max_event_age_in_seconds * MICROSECONDS
        self.store = subscriber.on_failure
        self.target.configure(subscriber)
        self.batcher.configure(subscriber.batch_configuration)

    # events

    def arrive(self, delivery: int) -> None:
        """An event is published: it is for this subscriber if its position and filters say so."""
        if not self.bus.takes(delivery):
            return
        if not self.retained.has_in_view(delivery) or not self.matches(
            delivery
        ):
            self.router.settle(delivery, Fate.FILTERED)
            return
        now = self.clock._now
        wait = self.groups.in_order(delivery, now + self.latency[delivery])
        if wait > now:
            self.add_span(delivery, 0, SOURCE, now, wait, self.resource)
            rank = TIMER + delivery
            self.clock.after(wait - now, self.enter, delivery, rank)
        else:
            self.enter(delivery)

    def stop_loop(self, delivery: int) -> None:
        """Lambda does not notice loops through event buses.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
        """
        self.arrive(delivery)

    def matches(self, delivery: int) -> bool:
        """Whether the event matches every filter."""
        return self.filter is None or self.filter.lets_through(delivery)

    def enter(self, delivery: int) -> None:
        """The event waits for its turn from now on."""
        self.since[delivery] = self.clock._now
        self.take(delivery)

    def take(self, delivery: int) -> None:
        """Put the event into a batch, unless nothing is delivered now, or its group is blocked."""
        if not self.delivers:
            self.retained.keep(delivery)
            return
        if self.groups.block(delivery):
            return
        if self.batcher.has_room(delivery):
            self.batcher.add(delivery)
            return
        self.batcher.send()
        self.take(delivery)  # the batch that went off may block its group

    # batches

    def begin_batch(self, records: list[int]) -> None:
        """A batch goes off: the later events of its groups wait until it is done with."""
        now = self.clock._now
        for delivery in records:
            start = self.since.pop(delivery)
            if now > start:
                self.add_span(delivery, 0, QUEUE, start, now, self.resource)
        self.groups.begin(records)
        self.attempt(EventBatch(records))

    def attempt(self, batch: EventBatch) -> None:
        """Call the function, unless the subscriber is stopped: then when it goes on."""
        if not self.delivers:
            self.held.append(batch)
            return
        batch.tries += 1
        batch.begun = self.clock._now
        self.target.invoke(batch, self)

    def hand_over(self, batch: EventBatch) -> None:
        """Lambda has accepted the batch: EventBridge is done with it."""
        self.note_call(batch, SUCCEEDED)
        self.finish(batch)

    def succeed(self, batch: EventBatch) -> None:
        """The function has returned: the events are delivered."""
        self.note_call(batch, SUCCEEDED)
        for delivery in batch.records:
            self.router.settle(delivery, DELIVERED)
        self.finish(batch)

    def fail(self, batch: EventBatch, outcome: int) -> None:
        """Try again after a wait, twice as long each time; what is reached first ends it.

        A batch ends when its oldest event reaches the maximum age (a choice, as in AWS's example of
        a record). https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html
        """
        batch.outcome = outcome
        self.note_call(batch, outcome)
        if batch.tries > self.policy.max_retry_attempts:
            self.give_up(batch, Condition.MaximumRetryAttempts)
            return
        now = self.clock._now
        oldest = min(map(self.bus.published, batch.records))
        too_old = max(now, oldest + self.maximum_age)
        due = now + self.retry_wait(batch.tries)
        rank = TIMER + batch.records[0]
        if due < too_old:
            self.note_wait(batch, due)
            self.clock.after(due - now, self.attempt, batch, rank)
            return
        self.note_wait(batch, too_old)
        self.clock.after(too_old - now, self.reach_age, batch, rank)

    def reach_age(self, batch: EventBatch) -> None:
        """The batch is too old; if the subscriber is stopped, it tries once more (a choice)."""
        if self.delivers:
            self.give_up(batch, Condition.MaximumEventAgeInSeconds)
        else:
            self.held.append(batch)

    def retry_wait(self, tries: int) -> int:
        """How long to wait after so many tries, in microseconds; AWS does not say (a choice)."""
        seconds = self.longest_wait
        if self.first_wait * 2.0 ** min(tries - 1, 64) < seconds:
            seconds = self.first_wait * 2.0 ** (tries - 1)
        return round(seconds * MICROSECONDS)

    def note_call(self, batch: EventBatch, outcome: int) -> None:
        """Write down that a call has ended."""
        call = TargetCall(
            self.name,
            tuple(batch.records),
            batch.tries,
            batch.begun,
            self.clock._now,
            outcome,
        )
        self.router.trace.target_calls.append(call)

    def note_wait(self, batch: EventBatch, until: int) -> None:
        """Write down that the events of a batch wait for what comes next."""
        now = self.clock._now
        for delivery in batch.records:
            if until > now:
                self.add_span(
                    delivery, batch.tries, RETRY, now, until, self.resource
                )

    def give_up(self, batch: EventBatch, condition: Condition) -> None:
        """One record of the batch goes to the queue that is set; else its events are dropped.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html
        """
        discard = Discard(
            tuple(batch.records),
            condition,
            batch.tries,
            batch.outcome,
            NO_SHARD,
            self.clock._now,
        )
        self.router.give_up_together(
            discard, "undelivered", self.store, Fate.DROPPED
        )
        self.finish(batch)

    def finish(self, batch: EventBatch) -> None:
        """The batch is done with: the next events of its groups have their turn."""
        for delivery in self.in_order(self.groups.end(batch.records)):
            self.take(delivery)

    def in_order(self, deliveries: list[int]) -> list[int]:
        """Events in the order in which they were published."""
        if len(deliveries) < 2:
            return deliveries
        return sorted(
            deliveries, key=lambda one: (self.bus.published(one), one)
        )

    # stop and resume

    def change(self, subscriber: Subscriber) -> None:
        """The settings are others from now on; calls that are under way go on.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-update.html
        """
        was_running = self.is_running
        self.configure(subscriber)
        if was_running and not self.is_running:
            self.stop()
        elif self.is_running and not was_running:
            if subscriber.resume_position == "LATEST":
                self.skip()
            self.begin()

    def stop(self) -> None:
        """Nothing is delivered: what waits for its turn goes back to the others on the bus."""
        self.delivers = False
        waiting = [*self.batcher.take_back(), *self.groups.take_back()]
        for delivery in self.in_order(waiting):
            self.retained.keep(delivery)

    def begin(self, _: None = None) -> None:
        """Deliver from now on, unless stopped or not there yet: what is due, then what waits."""
        if not self.is_running or self.clock._now < self.retained.begins:
            return
        self.delivers = True
        due = self.held
        self.held = []
        for batch in due:
            self.attempt(batch)
        for delivery in self.retained.take():
            self.take(delivery)

    def skip(self) -> None:
        """Nobody delivers what waits: only what is published from now on is delivered."""
        due = self.held
        self.held = []
        skipped = [one for batch in due for one in batch.records]
        for delivery in (*skipped, *self.retained.take()):
            self.since.pop(delivery, None)
            self.router.settle(delivery, Fate.DROPPED)
        for batch in due:
            self.groups.end(batch.records)

    def note_unfinished(self) -> None:
        """At the end of the simulation: write down what still waits on the bus."""
        now = self.clock._now
        self.retained.expire()
        for delivery, start in self.since.items():
            if not self.router.fate[delivery]:
                self.add_span(delivery, 0, QUEUE, start, now, self.resource)


NO_SHARD = -1
