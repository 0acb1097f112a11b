"""A FIFO queue: order within each message group, and at most one batch of a group in flight.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

from sim import facts
from sim.engine.clock import TIMER
from sim.engine.queue.call_rates import (
    CallRate,
    DeleteRate,
    MessageSenders,
    ReceiveRate,
    SendRate,
    calls_of_queue,
)
from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.poller_scaling import PollRateLimit
from sim.engine.queue.standard import StandardQueue
from sim.engine.router import Router
from sim.scenario.resources import Queue
from sim.trace import Outcome

REQUEST_THROTTLED = int(Outcome.RequestThrottled)
Heap = list[tuple[int, int]]


class MessageGroup:
    """The messages of one group: those that wait, in order, and how many are in flight."""

    __slots__ = ("in_flight", "visible_at", "waiting")

    def __init__(self) -> None:
        self.waiting: Heap = []  # (place in the queue, delivery)
        self.in_flight = 0
        self.visible_at = 0  # the last one of those that were sent


class FifoQueue(StandardQueue):
    """A group with messages in flight is blocked until they are deleted or visible again."""

    in_flight_quota = "sqs.fifo_in_flight"

    def __init__(
        self,
        queue: Queue,
        resource: int,
        router: Router,
        attributes: MessageAttributes,
    ) -> None:
        self.groups: dict[int, MessageGroup] = {}
        self.delayed: dict[int, int] = {}  # by message, when it is visible
        super().__init__(queue, resource, router, attributes)
        self.ready: Heap = []  # (place of its first message, group) not blocked
        self.place: dict[int, int] = {}
        self.sends = SendRate(queue)
        self.receive_calls = CallRate(calls_of_queue(queue))
        self.deletes = DeleteRate(queue)
        self.senders = MessageSenders(
            queue.name, resource, router, attributes, self.arrive
        )
        self.scan_limit = facts.fact("sqs.fifo_sight").value
        self.scanned = 0
        self.not_scanned: deque[int] = deque()

    def arrive(self, delivery: int) -> None:
        """A message is sent; it is visible no earlier than those of its group before it."""
        now = self.clock._now
        number = self.attributes.group(delivery)
        if not self.takes(delivery, number):
            self.senders.refuse(delivery)
            return
        self.senders.accept(delivery)
        group = self.groups.setdefault(number, MessageGroup())
        self.place[delivery] = len(self.place)
        delay = max(self.delay, self.latency[delivery])
        group.visible_at = max(group.visible_at, now + delay)
        self.log.begin_wait(delivery)
        wait = group.visible_at - now
        if wait > 0:
            self.hold(delivery, group.visible_at)
        else:
            self.become_visible(delivery)

    def takes(self, delivery: int, group: int) -> bool:
        """Whether the call that sends the message is not one too many in this second.

        What SQS moves here by itself is no call.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
        """
        if self.attributes.is_moved(delivery):
            return True
        per_call = self.attributes.entries_per_request(delivery)
        return self.sends.allows(self.clock._now, group, per_call)

    def rate_limit(self, own: PollRateLimit | None) -> PollRateLimit | None:
        """Pollers receive no faster than the queue takes calls."""
        return ReceiveRate(self.receive_calls, own)

    def hold(self, delivery: int, until: int) -> None:
        """The message is delayed."""
        self.delayed[delivery] = until
        wait = until - self.clock._now
        self.clock.after(wait, self.end_delay, delivery, TIMER + delivery)

    def end_delay(self, delivery: int) -> None:
        """The delay ends, unless it has ended before, or was made longer."""
        if self.delayed.get(delivery) == self.clock._now:
            del self.delayed[delivery]
            self.become_visible(delivery)

    def change(self, queue: Queue) -> None:
        """Another delay is for messages that are delayed by now, too.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
        """
        before = self.delay
        super().change(queue)
        self.sends = SendRate(queue)
        self.deletes = DeleteRate(queue)
        self.receive_calls.most = CallRate(calls_of_queue(queue)).most
        if self.delay != before:
            self.delay_anew()

    def delay_anew(self) -> None:
        """Count the new delay from when each message was sent; groups keep their order."""
        now = self.clock._now
        for delivery in self.delayed:
            self.groups[self.attributes.group(delivery)].visible_at = now
        for delivery in sorted(self.delayed, key=self.place.__getitem__):
            group = self.groups[self.attributes.group(delivery)]
            delay = max(self.delay, self.latency[delivery])
            due = self.sent(delivery) + delay
            group.visible_at = max(group.visible_at, due)
            self.hold(delivery, group.visible_at)

    def sent(self, delivery: int) -> int:
        """A move to a FIFO dead-letter queue begins a new age.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        return self.sent_later.get(delivery, self.arrived[delivery])

    def become_visible(self, delivery: int, more: bool = False) -> None:
        """The message can be received, unless it is behind the first 120,000: SQS scans only those.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/avoid-backlog-with-the-same-message-group-id.html
        """
        if self.scanned == self.scan_limit:
            self.not_scanned.append(delivery)
        else:
            self.scan(delivery)
            self.wake(more)

    def scan(self, delivery: int) -> None:
        """SQS scans the message: it is received when it is its turn."""
        self.scanned += 1
        self.requeue(delivery)

    def requeue(self, delivery: int) -> None:
        """The message takes its place among those of its group."""
        number = self.attributes.group(delivery)
        group = self.groups[number]
        place = self.place[delivery]
        heappush(group.waiting, (place, delivery))
        if len(group.waiting) == 1 and not group.in_flight:
            heappush(self.ready, (place, number))

    def has_visible(self) -> bool:
        """Whether a group can be received."""
        return bool(self.ready)

    def receive(self, most: int) -> list[int]:
        """Hand out the messages of one group after another, in order, and block these groups."""
        batch: list[int] = []
        most = min(most, self.room())
        while self.ready and len(batch) < most:
            _, number = heappop(self.ready)
            self.receive_group(self.groups[number], batch, most)
        self.begin_timeouts(batch)
        return batch

    def receive_for(self, choose: Callable[[int], int]) -> list[int]:
        """Hand out the next messages of one group, as many as `choose` lets its first one have.

        They go to one mapping together, for a group in flight is blocked.
        """
        _, number = heappop(self.ready)
        group = self.groups[number]
        first: list[int] = []
        self.receive_group(group, first, 1)
        self.begin_timeouts(first)
        others: list[int] = []
        for delivery in first:
            most = min(choose(delivery) - 1, self.room())
            self.receive_group(group, others, most)
        self.begin_timeouts(others)
        return first + others

    def receive_group(
        self, group: MessageGroup, batch: list[int], most: int
    ) -> None:
        """Add the messages of a group to the batch, until it has as many as it may."""
        while group.waiting and len(batch) < most:
            _, delivery = heappop(group.waiting)
            if (
                self.is_copy(delivery)
                if self.fate[delivery]
                else self.may_be_received(delivery)
            ):
                group.in_flight += 1
                batch.append(delivery)

    def release(self, delivery: int) -> None:
        """The message is no longer in flight; when none of its group is, the group is ready."""
        if delivery not in self.in_flight:
            return
        self.in_flight.remove(delivery)
        number = self.attributes.group(delivery)
        group = self.groups[number]
        group.in_flight -= 1
        if group.waiting and not group.in_flight:
            place, _ = group.waiting[0]
            heappush(self.ready, (place, number))

    def delete(self, delivery: int, receive: int, fate: int) -> None:
        """Delete the message if it is in flight: else a FIFO queue refuses its receipt.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
        """
        if delivery in self.in_flight:
            if self.receives[delivery] == receive:
                self.log.show(delivery, self.clock._now, REQUEST_THROTTLED)
            super().delete(delivery, receive, fate)

    def wait_to_delete(self) -> int:
        """As long as the queue takes no more calls that delete.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
        """
        return self.deletes.wait(self.clock._now)

    def dead_letter(self, delivery: int) -> None:
        """The message leaves the queue for the dead-letter queue."""
        super().dead_letter(delivery)
        self.scan_next(delivery)

    def settle(self, delivery: int, fate: int, at: int | None = None) -> None:
        """The message leaves the queue."""
        super().settle(delivery, fate, at)
        self.scan_next(delivery)

    def scan_next(self, gone: int) -> None:
        """When a message is gone, SQS scans one more."""
        if gone in self.place:
            self.scanned -= 1
            if self.not_scanned:
                self.scan(self.not_scanned.popleft())
