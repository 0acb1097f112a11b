"""An event source mapping of a queue: its pollers receive batches and invoke the function.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from collections import deque

from sim.engine.clock import LAST
from sim.engine.event_filters import EventFilter
from sim.engine.function.invocation import BatchInvocable
from sim.engine.outage_windows import OutageWindows
from sim.engine.queue.poller import Poller
from sim.engine.queue.poller_scaling import (
    PollerScaling,
    PollRateLimit,
)
from sim.engine.queue.poller_settings import PollerSettings
from sim.engine.queue.standard import StandardQueue
from sim.scenario.behaviour import Behaviour
from sim.scenario.choices import Choices
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.pollers import PollerRange, poller_range
from sim.trace import Fate

FILTERED = int(Fate.FILTERED)


class QueueMapping:
    """The pollers of one mapping, of which one at a time fills its batch."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        behaviour: Behaviour,
        queue: StandardQueue,
        fleet: BatchInvocable,
        pollers: PollerRange,
        choices: Choices,
        pauses: OutageWindows,
    ) -> None:
        self.name = mapping.name
        self.queue = queue
        self.fleet = fleet
        self.clock = queue.clock
        largest_kb = queue.attributes.largest_kb()
        self.settings = PollerSettings(mapping, behaviour, largest_kb)
        self.filter = queue.router.filter_of(mapping)
        is_provisioned = mapping.provisioned_poller_config is not None
        own = PollRateLimit(largest_kb) if is_provisioned else None
        self.own_rate_limit = own
        self.rate_limit = queue.rate_limit(own)
        self.waiting: deque[Poller] = deque()
        self.filling: Poller | None = None
        self.receive_is_due = False
        self.is_slowed_down = False
        self.pauses = pauses
        self.polls = not pauses.is_on(0)
        self.scaling = PollerScaling(
            pollers, self.clock, choices, self.resize, self.receive
        )
        self.backoff = self.scaling.backoff
        self.resize()
        queue.wake = self.wake
        for instant in pauses.instants():
            self.clock.after(instant, self.pause_or_resume)

    def arrive(self, delivery: int) -> None:
        """Messages come through the queue."""
        self.queue.arrive(delivery)

    def stop_loop(self, delivery: int) -> None:
        """Lambda refuses it with 400 RecursiveInvocationException: the message has failed."""
        self.queue.dead_letter(delivery)

    def note_pollers(self) -> None:
        """Write down how many pollers there are from now on."""
        pollers = self.scaling.pollers if self.polls else 0
        row = (self.name, self.clock._now, pollers)
        self.queue.router.trace.pollers.append(row)

    def pause_or_resume(self, _: None) -> None:
        """No poller receives anything, and batches in hand go on; or all receive again."""
        polls = not self.pauses.is_on(self.clock._now)
        if polls != self.polls:
            self.polls = polls
            self.note_pollers()
            self.receive()

    def change(self, mapping: EventSourceMapping) -> None:
        """The settings are others from now on; batches in hand go on as they are.

        A batch that still fills goes out now if its size or its window changes (a choice).
        https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
        """
        filling = self.filling
        if self.settings.configure(mapping) and filling is not None:
            filling.end_batch()
        self.filter = self.queue.router.filter_of(mapping)
        is_provisioned = mapping.provisioned_poller_config is not None
        if not is_provisioned:
            self.own_rate_limit = None
        elif self.own_rate_limit is None:
            largest_kb = self.queue.attributes.largest_kb()
            self.own_rate_limit = PollRateLimit(largest_kb)
        self.rate_limit = self.queue.rate_limit(self.own_rate_limit)
        self.scaling.change(poller_range(mapping))
        self.receive()

    def resize(self) -> None:
        """As many pollers as the scaling allows; who has a batch in hand goes after it."""
        room = self.scaling.batches - self.scaling.busy
        while len(self.waiting) < room:
            poller = Poller(self, self.settings, self.queue, self.fleet)
            self.waiting.append(poller)
        while len(self.waiting) > max(0, room):
            self.waiting.pop()
        self.note_pollers()

    def wake(self, more: bool) -> None:
        """A message is visible: a poller receives it, with all that come at the same instant."""
        following = self.clock._queue
        if self.settings.batching_window or (
            not more and (not following or following[0][0] > self.clock._now)
        ):
            self.receive()
        elif not self.receive_is_due:
            self.receive_is_due = True
            self.clock.after(0, self.receive, None, LAST)

    def receive(self, _: None = None) -> None:
        """The poller that fills its batch takes the messages, or else the next poller."""
        self.receive_is_due = False
        while self.polls and self.queue.has_messages():
            poller = self.filling
            if poller is None and not self.waiting and not self.scaling.grow():
                return
            if self.rate_limit is not None and self.must_wait(self.rate_limit):
                return
            if poller is None:
                poller = self.next_poller()
            poller.fill()

    def next_poller(self) -> Poller:
        """The poller that has waited longest begins a batch."""
        poller = self.waiting.popleft()
        self.filling = poller
        self.scaling.take_batch()
        if self.settings.batching_window:
            poller.open_window()
        return poller

    def must_wait(self, rate_limit: PollRateLimit) -> bool:
        """Whether the pollers are at their rate limit; they go on as soon as they can."""
        wait = rate_limit.wait(self.scaling.pollers, self.clock._now)
        if wait and not self.is_slowed_down:
            self.is_slowed_down = True
            self.clock.after(wait, self.receive_again)
        return wait > 0

    def receive_again(self, _: None) -> None:
        """The pollers may receive again."""
        self.is_slowed_down = False
        self.receive()

    def take(self, most: int) -> list[int]:
        """Receive messages; those that the filter keeps out are deleted and join no batch.

        https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
        """
        received = self.receive_up_to(most)
        message_filter = self.filter
        if message_filter is None:
            return received
        return [one for one in received if self.passes(one, message_filter)]

    def receive_up_to(self, most: int) -> list[int]:
        """Receive messages, as fast as the pollers may."""
        limit = self.rate_limit
        if limit is None:
            return self.queue.receive(most)
        received = self.queue.receive(min(most, limit.messages_per_call))
        self.count_receive(limit, len(received))
        return received

    def count_receive(self, limit: PollRateLimit, messages: int) -> None:
        """A receive call that counts has brought so many messages."""
        pollers = self.scaling.pollers
        limit.count_receive(messages, pollers, self.clock._now)

    def passes(self, delivery: int, message_filter: EventFilter) -> bool:
        """Whether the filter lets a message through; else it is deleted."""
        if message_filter.lets_through(delivery):
            return True
        receive = self.queue.receives[delivery]
        self.queue.delete(delivery, receive, FILTERED)
        return False

    def rest(self, poller: Poller) -> None:
        """The poller has found no message after all: it is the next one again."""
        self.filling = None
        self.scaling.busy -= 1
        self.waiting.appendleft(poller)

    def free(self, poller: Poller) -> None:
        """The poller is done with its batch; it goes if the mapping has scaled in."""
        self.scaling.busy -= 1
        pollers = self.scaling.busy + len(self.waiting)
        if pollers < self.scaling.batches:
            self.waiting.append(poller)
        self.receive()

    def is_low(self) -> bool:
        """Whether the mapping has scaled in to what low traffic needs."""
        return self.scaling.is_low()
