"""The messages that a queue keeps: for how long, until which receive, and where they go then.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

from __future__ import annotations

from sim.engine.queue.message_attributes import MessageAttributes
from sim.engine.queue.message_log import MessageLog
from sim.engine.router import REDRIVE, Router
from sim.scenario.resources import Queue
from sim.trace import MICROSECONDS, Fate


class KeptMessages:
    """A queue's messages until they are deleted, moved away or too old."""

    def __init__(
        self,
        queue: Queue,
        resource: int,
        router: Router,
        attributes: MessageAttributes,
    ) -> None:
        self.name = queue.name
        self.attributes = attributes
        self.router = router
        self.clock = router.clock
        # Each message is looked up here several times: these are the columns themselves.
        self.event = router.event
        self.events_from_outside = router.workload_event_count
        self.fate = router.trace.deliveries.fate
        self.receives = router.trace.deliveries.receives
        self.arrived = router.trace.deliveries.arrived
        self.sent_later = router.sent_later
        self.log = MessageLog(router, resource)
        self.in_flight: set[int] = set()
        self.retained_anew = 0  # when the retention period has changed
        self.configure(queue)

    def configure(self, queue: Queue) -> None:
        """What the queue is set to, at first or from now on."""
        self.retention = queue.message_retention_period * MICROSECONDS
        self.redrive = queue.redrive_policy

    def change(self, queue: Queue) -> None:
        """Other settings count from now on; a shorter retention period for old messages, too."""
        if queue.message_retention_period * MICROSECONDS != self.retention:
            self.delete_old()
            self.retained_anew = self.clock._now
        self.configure(queue)

    def delete_old(self) -> None:
        """Delete the messages that are too old by now, wherever nobody works on them."""
        for delivery in [*self.log.waiting_since, *self.log.hidden_since]:
            if not self.fate[delivery] and self.expire(delivery):
                self.release(delivery)

    def release(self, delivery: int) -> None:
        """The message is no longer in flight."""
        self.in_flight.discard(delivery)

    def may_be_received(self, delivery: int) -> bool:
        """Whether it is neither too old nor received too often; else it is deleted or moved away.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        # Nothing was sent before the simulation began.
        is_young = self.clock._now < self.retention
        if not is_young and self.expire(delivery):
            return False
        if (
            self.redrive is not None
            and self.receives[delivery] >= self.redrive.max_receive_count
        ):
            self.log.end_wait(delivery, self.clock._now)
            self.dead_letter(delivery)
            return False
        return True

    def dead_letter(self, delivery: int) -> None:
        """Move a message to the dead-letter queue; without one it is lost."""
        redrive = self.redrive
        target = None if redrive is None else redrive.dead_letter_target_arn
        stores = [(REDRIVE, target)]
        self.router.give_up(delivery, stores, Fate.DROPPED)

    def expire(self, delivery: int) -> bool:
        """Delete a message that waits or is hidden if its retention period is over: it is lost.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
        """
        end = self.end_of_retention(delivery)
        if self.clock._now < end:
            return False
        self.log.end_wait(delivery, end)
        self.log.show(delivery, end)
        self.settle(delivery, Fate.EXPIRED, end)
        return True

    def settle(self, delivery: int, fate: int, at: int | None = None) -> None:
        """The message is gone, now or `at` an earlier time."""
        self.router.settle(delivery, fate, at)

    def sent(self, delivery: int) -> int:
        """When the message was first sent: a move to a dead-letter queue changes no age.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        return self.attributes.sent(delivery)

    def end_of_retention(self, delivery: int) -> int:
        """When the message is too old: not before it comes, or before that age is too old."""
        arrived = self.arrived[delivery]
        is_from_outside = self.event[delivery] < self.events_from_outside
        # sent when it arrived
        if is_from_outside and not self.sent_later:
            end = arrived + self.retention
        else:
            end = max(self.sent(delivery) + self.retention, arrived)
        # This runs for every receive, and `max` would take longer.
        return end if end > self.retained_anew else self.retained_anew

    def note_unfinished(self) -> None:
        """At the end of the simulation: delete what is too old, and write down what still waits."""
        for delivery in [*self.log.waiting_since, *self.log.hidden_since]:
            if self.fate[delivery] or not self.expire(delivery):
                self.log.write_unfinished(delivery)
