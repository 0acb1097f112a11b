"""A standard SQS queue: what it shows, hides, hands out, moves away and forgets.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable

from sim import facts
from sim.engine.clock import TIMER, Deadlines
from sim.engine.queue.message_attributes import Messages
from sim.engine.router import REDRIVE, Router
from sim.scenario.resources import Queue
from sim.trace import MICROSECONDS, Fate, Outcome, Stage

QUEUE, VISIBILITY = int(Stage.QUEUE), int(Stage.VISIBILITY)
IN_FLIGHT = int(Outcome.IN_FLIGHT)


class StandardQueue:
    """Messages: delayed, visible, in flight; deleted, moved to a dead-letter queue, or too old.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
    """

    most_in_flight = "sqs.in_flight"

    def __init__(
        self,
        queue: Queue,
        resource: int,
        router: Router,
        latency: array[int],
        messages: Messages,
    ) -> None:
        self.messages, self.timers = messages, messages.timers(queue.name)
        self.router, self.clock, self.resource, self.latency = (
            router,
            router.clock,
            resource,
            latency,
        )
        self.add_span = router.trace.add_span
        columns = router.trace.deliveries
        self.fate, self.receives, self.arrived = (
            columns.fate,
            columns.receives,
            columns.arrived,
        )
        self.workload_event_count = router.workload_event_count
        self.delay = queue.delay_seconds * MICROSECONDS
        self.retention = queue.message_retention_period * MICROSECONDS
        self.redrive = queue.redrive_policy
        self.visible: deque[int] = deque()
        self.returned: deque[int] = (
            deque()
        )  # visible again, ahead of what was never received
        self.received: set[int] = set()  # in flight
        self.limit = facts.fact(self.most_in_flight).value
        self.to_the_back = facts.fact("sqs.receives_to_the_back").value
        self.keeps_place = (
            self.redrive is not None
            and self.redrive.max_receive_count <= self.to_the_back
        )
        self.waiting_since: dict[
            int, int
        ] = {}  # delayed, visible, or received by a poller that still gathers
        self.hidden_since: dict[
            int, int
        ] = {}  # messages that failed and wait for their visibility timeout
        visibility = queue.visibility_timeout * MICROSECONDS
        self.in_flight = Deadlines(self.clock, visibility, self.is_over, self.reappear)
        self.visibility = visibility
        self.wake: Callable[[bool], None] = lambda more: None

    def arrive(self, delivery: int) -> None:
        """A message is sent: it can be received after its delay, and once SQS has passed it on."""
        delay = (
            self.timers.get(self.messages.sender(delivery).name, self.delay)
            if self.timers
            else self.delay
        )
        wait = max(delay, self.latency[delivery])
        self.waiting_since[delivery] = self.clock._now
        if wait:
            self.clock.after(wait, self.appear, delivery, TIMER + delivery)
        else:
            self.appear(delivery)

    def refuse(self, delivery: int) -> None:
        """A message that Lambda will never hand to the function ends in the dead-letter queue, or is lost."""
        target = (
            self.redrive.dead_letter_target_arn if self.redrive is not None else None
        )
        self.router.give_up(delivery, [(REDRIVE, target)], Fate.DROPPED)

    def appear(self, delivery: int, more: bool = False) -> None:
        """The message is visible and waits to be received; `more` may follow at this very instant."""
        self.visible.append(delivery)
        self.wake(more)

    def has_messages(self) -> bool:
        """Whether a receive would bring something; a long poll at the limit in flight brings nothing, and no error.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
        """
        return bool(self.visible or self.returned) and len(self.received) < self.limit

    def receive(self, most: int) -> list[int]:
        """Hand out up to `most` messages, and hide them for the visibility timeout."""
        batch: list[int] = []
        most = min(most, self.limit - len(self.received))
        while len(batch) < most and (self.visible or self.returned):
            delivery = self.next_in_line()
            if not self.fate[delivery] and self.may_be_received(delivery):
                batch.append(delivery)
        self.hide(batch)
        return batch

    def next_in_line(self) -> int:
        """The message that is received next."""
        return (self.returned or self.visible).popleft()

    def hide(self, batch: list[int]) -> None:
        """These messages are in flight from now on."""
        self.received.update(batch)
        for delivery in batch:
            receive = self.receives[delivery] = self.receives[delivery] + 1
            self.in_flight.watch((delivery, receive))

    def release(self, delivery: int) -> None:
        """The message is no longer in flight."""
        self.received.discard(delivery)

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
        if (
            self.redrive is not None
            and self.receives[delivery] >= self.redrive.max_receive_count
        ):
            self.leave(delivery)
            self.refuse(delivery)
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
        self.end(delivery, Fate.EXPIRED, end)
        return True

    def end(self, delivery: int, fate: int, at: int | None = None) -> None:
        """The message is gone, now or `at` an earlier time."""
        self.router.settle(delivery, fate, at)

    def sent(self, delivery: int) -> int:
        """When the message was first sent: in a standard dead-letter queue it is as old as in the queue before.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        return self.messages.sent(delivery)

    def end_of_retention(self, delivery: int) -> int:
        """When the message is too old, whether it is visible or not; a moved one may be too old when it comes."""
        arrived = self.arrived[delivery]
        if (
            self.messages.event[delivery] < self.workload_event_count
        ):  # from outside: it was sent when it arrived
            return arrived + self.retention
        return max(self.sent(delivery) + self.retention, arrived)

    def leave(self, delivery: int, at: int | None = None, outcome: int = 0) -> None:
        """The message's wait in the queue ends, now or `at` an earlier time."""
        since = self.waiting_since.pop(delivery)
        end = self.clock._now if at is None else at
        if end < since:  # it became too old while a run had it
            return
        self.add_span(
            delivery, self.receives[delivery], QUEUE, since, end, self.resource, outcome
        )

    def delete(self, delivery: int, receive: int, fate: int) -> None:
        """The message is deleted, unless it is gone already, or was received again: an old receipt deletes nothing.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
        """
        if not self.fate[delivery] and self.receives[delivery] == receive:
            self.release(delivery)
            if delivery in self.waiting_since:
                self.leave(delivery)
            self.end(delivery, fate)

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
        hidden = delivery in self.hidden_since
        if hidden and self.expire_hidden(delivery):
            self.release(delivery)
        else:
            if hidden:
                self.show(delivery, now)
            if delivery in self.waiting_since:
                self.leave(delivery)
            self.waiting_since[delivery] = now
            self.line_up_again(delivery)
            self.release(delivery)
        self.wake(True)

    def line_up_again(self, delivery: int) -> None:
        """The message takes its old place, or after three receives the last one.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        back = self.receives[delivery] >= self.to_the_back and not self.keeps_place
        (self.visible if back else self.returned).append(delivery)

    def expire_hidden(self, delivery: int) -> bool:
        """Delete a message that became too old while it was hidden."""
        end = self.end_of_retention(delivery)
        if self.clock._now < end:
            return False
        self.show(delivery, end)
        self.end(delivery, Fate.EXPIRED, end)
        return True

    def show(self, delivery: int, at: int, outcome: int = 0) -> None:
        """The message is not hidden any more."""
        since, receive = self.hidden_since.pop(delivery), self.receives[delivery]
        if since < at:
            self.add_span(
                delivery, receive, VISIBILITY, since, at, self.resource, outcome
            )

    def expire_all(self) -> None:
        """At the end of the simulation: delete what is too old, and write down what still waits."""
        for delivery in list(self.waiting_since):
            if not self.expire(delivery):
                self.leave(delivery, outcome=IN_FLIGHT)
        for delivery in list(self.hidden_since):
            if not self.expire_hidden(delivery):
                self.show(delivery, self.clock._now, IN_FLIGHT)
