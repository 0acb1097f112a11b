"""A standard SQS queue: what it shows, hides, hands out, moves away and forgets.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable

from sim.draws import MICROSECONDS
from sim.engine.clock import TIMER, Deadlines
from sim.engine.delivery import Router
from sim.resources import Queue
from sim.trace import SPAN, Fate, Outcome, Stage

pack = SPAN.pack
QUEUE, VISIBILITY = int(Stage.QUEUE), int(Stage.VISIBILITY)
IN_FLIGHT = int(Outcome.IN_FLIGHT)


class StandardQueue:
    """Messages: delayed, visible, in flight; deleted, moved to a dead-letter queue, or too old.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
    """

    def __init__(self, queue: Queue, resource: int, router: Router, latency: array[int]) -> None:
        self.router, self.clock, self.resource, self.latency = router, router.clock, resource, latency
        self.record = router.trace.rows.extend
        self.columns = router.trace.deliveries
        self.fate, self.receives = self.columns.fate, self.columns.receives
        self.delay = queue.delay_seconds * MICROSECONDS
        self.retention = queue.message_retention_period * MICROSECONDS
        self.redrive = queue.redrive_policy
        self.visible: deque[int] = deque()
        self.waiting_since: dict[int, int] = {}  # delayed, visible, or received by a poller that still gathers
        self.hidden_since: dict[int, int] = {}  # messages that failed and wait for their visibility timeout
        visibility = queue.visibility_timeout * MICROSECONDS
        self.in_flight = Deadlines(self.clock, visibility, self.is_over, self.reappear)
        self.visibility = visibility
        self.wake: Callable[[bool], None] = lambda more: None

    def arrive(self, delivery: int) -> None:
        """A message is sent: it can be received after its delay, and once SQS has passed it on."""
        wait = max(self.delay, self.latency[delivery])
        self.waiting_since[delivery] = self.clock._now
        if wait:
            self.clock.after(wait, self.appear, delivery, TIMER + delivery)
        else:
            self.appear(delivery)

    def refuse(self, delivery: int) -> None:
        """A message that Lambda will never hand to the function ends in the dead-letter queue, or is lost."""
        target = self.redrive.dead_letter_target_arn if self.redrive is not None else None
        self.router.give_up(delivery, [("redrive", target)], Fate.DROPPED)

    def appear(self, delivery: int, more: bool = False) -> None:
        """The message is visible and waits to be received; `more` may follow at this very instant."""
        self.visible.append(delivery)
        self.wake(more)

    def receive(self, most: int) -> list[int]:
        """Hand out up to `most` messages, and hide them for the visibility timeout."""
        batch: list[int] = []
        while self.visible and len(batch) < most:
            delivery = self.visible.popleft()
            if not self.fate[delivery] and self.may_be_received(delivery):
                batch.append(delivery)
        for delivery in batch:
            receive = self.receives[delivery] = self.receives[delivery] + 1
            self.in_flight.watch((delivery, receive))
        return batch

    def hand_over(self, batch: list[int]) -> None:
        """The poller invokes the function: the messages no longer wait, unless they are gone by now."""
        for delivery in batch:
            if delivery in self.waiting_since:
                self.leave(delivery)

    def may_be_received(self, delivery: int) -> bool:
        """Not if it is too old, nor if it has been received too often: then it moves to the dead-letter queue.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        if self.expire(delivery):
            return False
        if self.redrive is not None and self.receives[delivery] >= self.redrive.max_receive_count:
            self.leave(delivery)
            self.router.give_up(delivery, [("redrive", self.redrive.dead_letter_target_arn)], Fate.DROPPED)
            return False
        return True

    def expire(self, delivery: int) -> bool:
        """Delete a message whose retention period is over: it is lost.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
        """
        end = self.end_of_retention(delivery)
        if self.clock._now < end:
            return False
        self.leave(delivery, end)
        self.router.settle(delivery, Fate.EXPIRED, end)
        return True

    def end_of_retention(self, delivery: int) -> int:
        """When the message is too old, whether it is visible or not."""
        return self.columns.arrived[delivery] + self.retention

    def leave(self, delivery: int, at: int | None = None, outcome: int = 0) -> None:
        """The message's wait in the queue ends, now or `at` an earlier time."""
        since = self.waiting_since.pop(delivery)
        end = self.clock._now if at is None else max(at, since)
        self.record(pack(delivery, self.receives[delivery], QUEUE, outcome, since, end, -1, self.resource, -1))

    def delete(self, delivery: int, fate: int) -> None:
        """The message is deleted, unless it is gone already."""
        if not self.fate[delivery]:
            if delivery in self.waiting_since:
                self.leave(delivery)
            self.router.settle(delivery, fate)

    def let_go(self, delivery: int, receive: int) -> None:
        """Nobody works on the message any more; it stays hidden until its visibility timeout ends."""
        if not self.is_over((delivery, receive)) and delivery not in self.waiting_since:
            self.hidden_since[delivery] = self.clock._now

    def is_over(self, receipt: tuple[int, int]) -> bool:
        """Whether the message of this receipt is gone, or has been received again."""
        delivery, receive = receipt
        return self.fate[delivery] != 0 or self.receives[delivery] != receive

    def reappear(self, receipt: tuple[int, int]) -> None:
        """The visibility timeout ends before the message was deleted: it can be received again."""
        delivery, now = receipt[0], self.clock._now
        if delivery in self.hidden_since and self.expire_hidden(delivery):
            return
        if delivery in self.hidden_since:
            self.show(delivery, now)
        if delivery in self.waiting_since:
            self.leave(delivery)
        self.waiting_since[delivery] = now
        self.appear(delivery, more=True)

    def expire_hidden(self, delivery: int) -> bool:
        """Delete a message that became too old while it was hidden."""
        end = self.end_of_retention(delivery)
        if self.clock._now < end:
            return False
        self.show(delivery, end)
        self.router.settle(delivery, Fate.EXPIRED, end)
        return True

    def show(self, delivery: int, at: int, outcome: int = 0) -> None:
        """The message is not hidden any more."""
        since, receive = self.hidden_since.pop(delivery), self.receives[delivery]
        if since < at:
            self.record(pack(delivery, receive, VISIBILITY, outcome, since, at, -1, self.resource, -1))

    def expire_all(self) -> None:
        """At the end of the simulation: delete what is too old, and write down what still waits."""
        for delivery in list(self.waiting_since):
            if not self.expire(delivery):
                self.leave(delivery, outcome=IN_FLIGHT)
        for delivery in list(self.hidden_since):
            if not self.expire_hidden(delivery):
                self.show(delivery, self.clock._now, IN_FLIGHT)
