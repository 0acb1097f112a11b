"""Several event source mappings of one queue: they compete for its messages.

Each receive is drawn among the mappings with a free poller, by the message's identity and the
number of its receive: that none is preferred is a choice.
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from typing import Any

from sim.engine.clock import LAST
from sim.engine.context import SimulationContext
from sim.engine.queue.queue_mapping import QueueMapping
from sim.engine.queue.standard import StandardQueue
from sim.workload import draws


class SharedQueue:
    """Hands the messages of one queue out to its mappings."""

    def __init__(
        self, queue: StandardQueue, context: SimulationContext
    ) -> None:
        self.queue = queue
        self.context = context
        self.clock = context.clock
        self.trigger = context.trace.deliveries.trigger
        self.receivers = context.trace.receivers
        self.mappings: list[CompetingMapping] = []
        self.chosen: CompetingMapping | None = None
        self.is_receiving = False
        self.receive_is_due = False
        queue.wake = self.wake

    def wake(self, more: bool) -> None:
        """A message is visible: pollers receive it, with all that come at the same instant."""
        if not more and self.clock.peek() > self.clock._now:
            self.receive()
        elif not self.receive_is_due:
            self.receive_is_due = True
            self.clock.after(0, self.receive_due, None, LAST)

    def receive_due(self, _: None) -> None:
        """All messages of this instant are there."""
        self.receive_is_due = False
        self.receive()

    def receive(self) -> None:
        """Hand out messages while a poller is free, then let the pollers begin their batches."""
        if self.is_receiving:
            return
        self.is_receiving = True
        while self.hand_out() or self.fill():
            pass
        self.is_receiving = False

    def hand_out(self) -> bool:
        """Hand out the next message, or those of its group; False: there is none, or no poller."""
        if not self.queue.has_messages() or not self.ready():
            return False
        batch = self.queue.receive_for(self.choose)
        if batch and self.chosen is not None:
            for delivery in batch:
                self.assign(delivery, self.chosen)
            self.chosen.offer(batch)
        return True

    def fill(self) -> bool:
        """Give the pollers what their mappings were offered; whether there was anything."""
        offered = [mapping for mapping in self.mappings if mapping.offered]
        for mapping in offered:
            mapping.fill()
        return bool(offered)

    def ready(self) -> list[CompetingMapping]:
        """The mappings that can receive now: with a free poller, else those that add one."""
        polling = [mapping for mapping in self.mappings if mapping.may_poll()]
        free = [mapping for mapping in polling if mapping.has_free_poller()]
        return free or [
            mapping for mapping in polling if mapping.scaling.grow()
        ]

    def choose(self, delivery: int) -> int:
        """Draw the mapping that receives this message; returns how many messages it can take."""
        identity = self.context.delivery_draws.identity_of(delivery)
        receive = self.queue.receives[delivery]

        def chance(mapping: CompetingMapping) -> float:
            return draws.nth_uniform(mapping.key, receive, identity)

        self.chosen = max(self.ready(), key=chance)
        return self.chosen.room()

    def assign(self, delivery: int, mapping: CompetingMapping) -> None:
        """From now on this mapping's function has the message."""
        receive = self.queue.receives[delivery]
        self.receivers[delivery, receive] = mapping.number
        is_copy = self.queue.fate[delivery]
        if is_copy or self.trigger[delivery] != mapping.number:
            self.context.delivery_draws.draw_again(delivery, mapping.number)
        if not is_copy:  # a copy changes nothing of what became of its message
            self.trigger[delivery] = mapping.number


class CompetingMapping(QueueMapping):
    """One of several mappings of a queue: it gets the messages that are drawn for it."""

    def __init__(
        self, shared: SharedQueue, number: int, *settings: Any
    ) -> None:
        self.shared = shared
        self.number = number  # of its trigger
        self.offered: list[int] = []  # received, and not yet in a batch
        super().__init__(*settings)
        self.key = draws.key(shared.context.seed, self.name, "receive")
        self.queue.wake = shared.wake
        shared.mappings.append(self)

    def receive(self, _: None = None) -> None:
        """All mappings of the queue receive, for the messages are drawn among them."""
        self.shared.receive()

    def may_poll(self) -> bool:
        """Whether its pollers may receive now: it is on, and not at its rate limit."""
        if not self.polls:
            return False
        return self.rate_limit is None or not self.must_wait(self.rate_limit)

    def has_free_poller(self) -> bool:
        """Whether a poller fills its batch, or waits for one."""
        return self.filling is not None or bool(self.waiting)

    def room(self) -> int:
        """How many more messages its poller takes now."""
        poller = self.filling or self.next_poller()
        room = self.settings.batch_size - len(poller.records)
        if self.rate_limit is not None:
            room = min(room, self.rate_limit.messages_per_call)
        return room - len(self.offered)

    def offer(self, batch: list[int]) -> None:
        """Messages are received for its poller, which takes them once it can take no more."""
        self.offered += batch
        if not self.room():
            self.fill()

    def fill(self) -> None:
        """The poller takes what was received for it."""
        if self.filling is not None:
            self.filling.fill()

    def receive_up_to(self, most: int) -> list[int]:
        """What was received for it."""
        received = self.offered
        self.offered = []
        if self.rate_limit is not None:
            self.count_receive(self.rate_limit, len(received))
        return received
