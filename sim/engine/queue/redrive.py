"""Messages of a dead-letter queue on their way back to the queues they came from.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

from __future__ import annotations

from collections import deque

from sim import facts
from sim.engine.router import Router
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.resources import Queue, Redrive
from sim.scenario.triggers import Trigger
from sim.trace import MESSAGE_MOVE, MICROSECONDS


class DeadLetterQueue:
    """Keeps messages; a message move task brings them back at its rate until nothing is left.

    A message that fails once more while the task runs is moved again. It is new in its source
    queue: its receives and its age count from there.
    """

    def __init__(
        self, queue: Queue, redrives: list[Redrive], router: Router
    ) -> None:
        self.router = router
        self.clock = router.clock
        self.retention = queue.message_retention_period * MICROSECONDS
        self.is_fifo = queue.fifo_queue
        self.messages: deque[int] = deque()
        self.is_active = False  # a task runs
        for redrive in redrives:
            at = round(redrive.at * MICROSECONDS)
            self.clock.after(at, self.start_message_move_task, redrive)

    def change(self, queue: Queue) -> None:
        """Another retention period counts from now on; what is too old by now is gone."""
        fresh = [one for one in self.messages if not self.is_too_old(one)]
        self.messages = deque(fresh)
        self.retention = queue.message_retention_period * MICROSECONDS

    def keep(self, delivery: int) -> None:
        """A message has come; only those from queues can be moved back.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
        """
        if isinstance(self.trigger(delivery), EventSourceMapping):
            self.messages.append(delivery)

    def start_message_move_task(self, redrive: Redrive) -> None:
        """Without a rate of its own SQS chooses one, here the fastest there is."""
        fastest = facts.fact("redrive.messages_per_second").value
        rate = redrive.max_number_of_messages_per_second or fastest
        if not self.is_active:
            self.is_active = True
            self.move(round(MICROSECONDS / rate))

    def move(self, interval: int) -> None:
        """Move the oldest message, and the next one later; the task ends when there is none."""
        while self.messages:
            delivery = self.messages.popleft()
            if not self.is_too_old(delivery):
                source = self.trigger(delivery).entry
                self.router.cause_event(delivery, MESSAGE_MOVE, source)
                self.clock.after(interval, self.move, interval)
                return
        self.is_active = False

    def is_too_old(self, delivery: int) -> bool:
        """Whether its retention is over: it began at its first arrival, in FIFO when it was moved.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        """
        columns = self.router.trace.deliveries
        begins = columns.settled if self.is_fifo else columns.arrived
        return self.clock._now >= begins[delivery] + self.retention

    def trigger(self, delivery: int) -> Trigger:
        """The trigger that the message came through before."""
        number = self.router.trigger[delivery]
        return self.router.triggers[number]
