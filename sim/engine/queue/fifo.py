"""A FIFO queue: order within each message group, and at most one batch of a group in flight.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

from __future__ import annotations

from array import array
from collections import deque
from heapq import heappop, heappush

from sim import facts
from sim.engine.clock import TIMER
from sim.engine.queue.message_attributes import Messages
from sim.engine.queue.standard import StandardQueue
from sim.engine.router import Router
from sim.scenario.resources import Queue


class Group:
    """The messages of one group: those that wait, in order, and how many are in flight."""

    __slots__ = ("in_flight", "passed_on", "waiting")

    def __init__(self) -> None:
        self.waiting: list[
            tuple[int, int]
        ] = []  # a heap of (place in the queue, delivery)
        self.in_flight = self.passed_on = 0


class FifoQueue(StandardQueue):
    """A group with messages in flight is blocked: nothing of it is received until they are deleted or visible again."""

    most_in_flight = "sqs.fifo_in_flight"

    def __init__(
        self,
        queue: Queue,
        resource: int,
        router: Router,
        latency: array[int],
        messages: Messages,
    ) -> None:
        super().__init__(queue, resource, router, latency, messages)
        self.groups: dict[int, Group] = {}
        self.ready: list[
            tuple[int, int]
        ] = []  # a heap of (place of the first message, group) that can be received
        self.place: dict[int, int] = {}
        self.sight = facts.fact("sqs.fifo_sight").value
        self.in_sight = 0
        self.out_of_sight: deque[int] = deque()

    def arrive(self, delivery: int) -> None:
        """A message is sent; it is passed on no earlier than those of its group that were sent before."""
        group, now = (
            self.groups.setdefault(self.messages.group(delivery), Group()),
            self.clock._now,
        )
        self.place[delivery] = len(self.place)
        group.passed_on = max(
            group.passed_on, now + max(self.delay, self.latency[delivery])
        )
        self.waiting_since[delivery] = now
        if group.passed_on > now:
            self.clock.after(
                group.passed_on - now, self.appear, delivery, TIMER + delivery
            )
        else:
            self.appear(delivery)

    def sent(self, delivery: int) -> int:
        """A move to a FIFO dead-letter queue begins a new age.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        return self.arrived[delivery]

    def appear(self, delivery: int, more: bool = False) -> None:
        """The message waits; behind the first 120,000 the queue does not see it.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/avoid-backlog-with-the-same-message-group-id.html
        """
        if self.in_sight == self.sight:
            self.out_of_sight.append(delivery)
        else:
            self.see(delivery)
            self.wake(more)

    def see(self, delivery: int) -> None:
        """The queue sees the message."""
        self.in_sight += 1
        self.line_up_again(delivery)

    def line_up_again(self, delivery: int) -> None:
        """The message takes its place among those of its group."""
        number = self.messages.group(delivery)
        group = self.groups[number]
        heappush(group.waiting, (self.place[delivery], delivery))
        if len(group.waiting) == 1 and not group.in_flight:
            heappush(self.ready, (self.place[delivery], number))

    def has_messages(self) -> bool:
        """Whether a group can be received."""
        return bool(self.ready) and len(self.received) < self.limit

    def receive(self, most: int) -> list[int]:
        """Hand out the messages of one group after another, in order, and block these groups."""
        batch: list[int] = []
        most = min(most, self.limit - len(self.received))
        while self.ready and len(batch) < most:
            group = self.groups[heappop(self.ready)[1]]
            while group.waiting and len(batch) < most:
                delivery = heappop(group.waiting)[1]
                if not self.fate[delivery] and self.may_be_received(delivery):
                    group.in_flight += 1
                    batch.append(delivery)
        self.hide(batch)
        return batch

    def release(self, delivery: int) -> None:
        """The message is no longer in flight; its group can be received again once none of them is."""
        if delivery in self.received:
            self.received.remove(delivery)
            number = self.messages.group(delivery)
            group = self.groups[number]
            group.in_flight -= 1
            if group.waiting and not group.in_flight:
                heappush(self.ready, (group.waiting[0][0], number))

    def delete(self, delivery: int, receive: int, fate: int) -> None:
        """The message is deleted, if its visibility timeout has not ended: a FIFO queue then refuses its receipt.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
        """
        if delivery in self.received:
            super().delete(delivery, receive, fate)

    def refuse(self, delivery: int) -> None:
        """The message leaves the queue for the dead-letter queue."""
        super().refuse(delivery)
        self.see_more(delivery)

    def end(self, delivery: int, fate: int, at: int | None = None) -> None:
        """The message leaves the queue."""
        super().end(delivery, fate, at)
        self.see_more(delivery)

    def see_more(self, gone: int) -> None:
        """A message that is gone makes room for the queue to see another one."""
        if gone in self.place:
            self.in_sight -= 1
            if self.out_of_sight:
                self.see(self.out_of_sight.popleft())
