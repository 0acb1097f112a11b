"""A standard SQS queue: messages are visible, in flight, deleted, moved away or too old.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sim import facts
from sim.engine.clock import TIMER, Deadlines
from sim.engine.codes import DELIVERED
from sim.engine.queue.kept_messages import KeptMessages
from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.message_copies import MessageCopies
from sim.engine.queue.poller_scaling import PollRateLimit
from sim.engine.router import Router
from sim.scenario.resources import Queue
from sim.trace import MICROSECONDS


class StandardQueue(KeptMessages):
    """Messages from their arrival to their end.

    `wake(more)` is called when a message can be received; `more` may follow at the same instant.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
    """

    in_flight_quota = "sqs.in_flight"

    def __init__(
        self,
        queue: Queue,
        resource: int,
        router: Router,
        attributes: MessageAttributes,
    ) -> None:
        super().__init__(queue, resource, router, attributes)
        self.latency = router.delivery_draws.latency
        self.timers = attributes.timers(queue.name)
        self.visible: deque[int] = deque()
        # visible again, received before the others
        self.returned: deque[int] = deque()
        self.in_flight_limit: int = facts.fact(self.in_flight_quota).value
        self.receives_to_the_back = facts.fact("sqs.receives_to_the_back").value
        # By message, where it was changed: when it is visible again.
        self.visible_at: dict[int, int] = {}
        self.wake: Callable[[bool], None] = lambda more: None
        # Of deleted messages, where a mapping may get some of them twice.
        self.copies: MessageCopies | None = None

    def rate_limit(self, own: PollRateLimit | None) -> PollRateLimit | None:
        """How fast the pollers of a mapping may receive, which have a limit of their `own` or none.

        The queue itself takes as many calls as come.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
        """
        return own

    def configure(self, queue: Queue) -> None:
        """What the queue is set to, at first or from now on.

        A delay is for messages that are sent from now on, a visibility timeout for those received
        from now on. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
        """
        super().configure(queue)
        self.delay = queue.delay_seconds * MICROSECONDS
        self.visibility_timeout = queue.visibility_timeout * MICROSECONDS
        self.timeouts = Deadlines(
            self.clock,
            self.visibility_timeout,
            self.is_over,
            self.end_visibility,
        )

    def arrive(self, delivery: int) -> None:
        """A message is sent: it can be received after its delay, and once SQS has passed it on."""
        delay = self.delay
        if self.timers:
            sender = self.attributes.sender(delivery).name
            delay = self.timers.get(sender, delay)
        wait = max(delay, self.latency[delivery])
        self.log.waiting_since[delivery] = self.clock._now
        if wait:
            self.clock.after(
                wait, self.become_visible, delivery, TIMER + delivery
            )
        else:
            self.become_visible(delivery)

    def become_visible(self, delivery: int, more: bool = False) -> None:
        """The message can be received; `more` of them may follow at the same instant."""
        self.visible.append(delivery)
        self.wake(more)

    def has_messages(self) -> bool:
        """Whether a receive would bring something; at the limit in flight it brings nothing.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
        """
        in_flight = len(self.in_flight)
        return in_flight < self.in_flight_limit and self.has_visible()

    def has_visible(self) -> bool:
        """Whether there are visible messages."""
        return bool(self.visible or self.returned)

    def room(self) -> int:
        """How many more messages may be in flight."""
        return self.in_flight_limit - len(self.in_flight)

    def receive(self, most: int) -> list[int]:
        """Hand out up to `most` messages, and hide them for the visibility timeout."""
        # Every message comes through here: no calls where names of this function do.
        returned, visible = self.returned, self.visible
        fate = self.fate
        batch: list[int] = []
        most = min(most, self.room())
        while len(batch) < most and (returned or visible):
            delivery = (returned or visible).popleft()
            if (
                self.is_copy(delivery)
                if fate[delivery]
                else self.may_be_received(delivery)
            ):
                batch.append(delivery)
        self.begin_timeouts(batch)
        return batch

    def is_copy(self, delivery: int) -> bool:
        """Whether a message that is gone comes once more; else a receive passes it over."""
        return self.copies is not None and self.copies.take(delivery)

    def receive_for(self, choose: Callable[[int], int]) -> list[int]:
        """Hand out the next message to the mapping that `choose` finds for it."""
        batch = self.receive(1)
        for delivery in batch:
            choose(delivery)
        return batch

    def next_message(self) -> int:
        """The message that is received next."""
        return (self.returned or self.visible).popleft()

    def begin_timeouts(self, batch: list[int]) -> None:
        """These messages are in flight from now on."""
        self.in_flight.update(batch)
        receives = self.receives
        receipts = []
        for delivery in batch:
            receive = receives[delivery] + 1
            receives[delivery] = receive
            receipts.append((delivery, receive))
        self.timeouts.watch_all(receipts)

    def hand_over(self, batch: list[int]) -> None:
        """The poller invokes the function: the messages no longer wait."""
        self.log.end_waits(batch)

    def delete(self, delivery: int, receive: int, fate: int) -> None:
        """Delete the message, unless it is gone or was received again: an old receipt does nothing.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
        """
        if not self.fate[delivery] and self.receives[delivery] == receive:
            self.release(delivery)
            if delivery in self.log.waiting_since:
                self.log.end_wait(delivery, self.clock._now)
            self.settle(delivery, fate)
            if self.copies is not None and fate == DELIVERED:
                self.copies.note_deleted(delivery)
        elif self.copies is not None:
            self.end_copy(delivery, receive)

    def delete_all(self, batch: list[int], receives: list[int]) -> None:
        """A whole batch has succeeded: delete its messages."""
        for delivery, receive in zip(batch, receives, strict=True):
            self.delete(delivery, receive, DELIVERED)

    def wait_to_delete(self) -> int:
        """How long until SQS takes one more call that deletes up to ten messages."""
        return 0

    def show_copy(self, delivery: int) -> None:
        """The copy of a deleted message can be received, at the message's old place."""
        self.requeue(delivery)
        self.wake(False)

    def end_copy(self, delivery: int, receive: int) -> None:
        """Nobody works on the copy of a deleted message any more: it is gone, too."""
        if self.copies is None or self.receives[delivery] != receive:
            return
        if self.copies.is_in_hand(delivery):
            self.release(delivery)
            self.copies.end(delivery)

    def wait_for_timeout(self, delivery: int, receive: int) -> None:
        """Nobody works on the message any more; it is hidden until its visibility timeout ends."""
        if self.copies is not None:
            self.end_copy(delivery, receive)
        if not self.is_over((delivery, receive)):
            self.log.hide(delivery)

    def is_over(self, receipt: tuple[int, int]) -> bool:
        """Whether the message of this receipt is gone, or has been received again."""
        delivery, receive = receipt
        if self.fate[delivery]:
            return True
        return self.receives[delivery] != receive

    def change_visibility(self, delivery: int, receive: int, end: int) -> None:
        """The message stays hidden until then, if this is its latest receive and it is hidden.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
        """
        receipt = (delivery, receive)
        if delivery in self.in_flight and not self.is_over(receipt):
            self.visible_at[delivery] = end
            wait = max(0, end - self.clock._now)
            self.clock.after(wait, self.end_visibility, receipt)

    def end_visibility(self, receipt: tuple[int, int]) -> None:
        """The message can be received again, unless it is visible, or was hidden for longer."""
        delivery = receipt[0]
        if delivery not in self.in_flight or self.is_over(receipt):
            return
        if self.visible_at:
            if self.clock._now < self.visible_at.get(delivery, 0):
                return
            self.visible_at.pop(delivery, None)
        self.reappear(receipt)

    def reappear(self, receipt: tuple[int, int]) -> None:
        """The visibility timeout ends before the message was deleted: it can be received again."""
        delivery = receipt[0]
        now = self.clock._now
        is_hidden = delivery in self.log.hidden_since
        if not is_hidden or not self.expire(delivery):
            self.log.show(delivery, now)
            self.log.end_wait(delivery, now)
            self.log.begin_wait(delivery)
            self.requeue(delivery)
        self.release(delivery)
        self.wake(True)

    def requeue(self, delivery: int) -> None:
        """The message takes its old place, or after three receives the last one.

        Not if it moves to the dead-letter queue after three receives or less.
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        limit = self.receives_to_the_back
        redrive = self.redrive
        keeps_place = redrive is not None and redrive.max_receive_count <= limit
        if self.receives[delivery] >= limit and not keeps_place:
            self.visible.append(delivery)
        else:
            self.returned.append(delivery)
