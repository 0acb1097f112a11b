"""Messages that SQS hands out once more though they were deleted.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sim.engine.clock import TIMER
from sim.engine.queue.message_log import MessageLog
from sim.engine.router import Router


class Draw(Protocol):
    """Which messages come twice."""

    def includes(self, delivery: int) -> bool:
        """Whether this message does."""


class MessageCopies:
    """Copies of the deleted messages of one queue.

    They are received like any message, once. What becomes of a copy changes nothing (a choice): it
    is neither tried again nor moved to a dead-letter queue.
    """

    def __init__(
        self,
        router: Router,
        log: MessageLog,
        delay: int,
        show: Callable[[int], None],
    ) -> None:
        self.router = router
        self.clock = router.clock
        self.log = log
        self.delay = delay  # microseconds
        self.show = show
        self.draws: dict[int, Draw] = {}  # by number of the trigger
        self.visible: set[int] = set()
        self.in_hand: set[int] = set()

    def note_deleted(self, delivery: int) -> None:
        """A message was deleted once it was handled; its copy may come a little later."""
        draw = self.draws.get(self.router.trigger[delivery])
        if draw is not None and draw.includes(delivery):
            self.router.outstanding += 1
            rank = TIMER + delivery
            self.clock.after(self.delay, self.appear, delivery, rank)

    def appear(self, delivery: int) -> None:
        """The copy can be received."""
        self.visible.add(delivery)
        self.log.begin_wait(delivery)
        self.show(delivery)

    def take(self, delivery: int) -> bool:
        """Receive the copy of this message, if there is one."""
        if delivery not in self.visible:
            return False
        self.visible.remove(delivery)
        self.in_hand.add(delivery)
        return True

    def is_in_hand(self, delivery: int) -> bool:
        """Whether the copy of this message was received, and is not done with."""
        return delivery in self.in_hand

    def end(self, delivery: int) -> None:
        """The copy is done with, however its run ended."""
        self.in_hand.remove(delivery)
        self.log.end_wait(delivery, self.clock._now)
        self.router.outstanding -= 1
