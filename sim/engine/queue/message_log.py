"""How long the messages of a queue wait or are hidden, written down as spans."""

from __future__ import annotations

from sim.engine.router import Router
from sim.trace import Outcome, Stage

QUEUE = int(Stage.QUEUE)
VISIBILITY = int(Stage.VISIBILITY)
IN_FLIGHT = int(Outcome.IN_FLIGHT)


class MessageLog:
    """Writes down the waits of one queue's messages.

    A message waits while it is delayed or visible, and also once it is received, as long as the
    batch it is in still fills. It is hidden from when a run has failed to the end of its
    visibility timeout.
    """

    def __init__(self, router: Router, resource: int) -> None:
        self.clock = router.clock
        self.receives = router.trace.deliveries.receives
        self.add_span = router.trace.add_span
        self.resource = resource
        self.waiting_since: dict[int, int] = {}
        self.hidden_since: dict[int, int] = {}

    def begin_wait(self, delivery: int) -> None:
        """The message waits from now on."""
        self.waiting_since[delivery] = self.clock._now

    def end_wait(self, delivery: int, end: int, outcome: int = 0) -> None:
        """If the message waits, this ends at `end`."""
        since = self.waiting_since.pop(delivery, None)
        # It ends before it begins if the message has become too old while a run had it.
        if since is not None and since <= end:
            receive = self.receives[delivery]
            self.add_span(
                delivery, receive, QUEUE, since, end, self.resource, outcome
            )

    def end_waits(self, batch: list[int]) -> None:
        """The messages of a batch wait no longer."""
        waiting_since, receives = self.waiting_since, self.receives
        now = self.clock._now
        for delivery in batch:
            since = waiting_since.pop(delivery, None)
            if since is not None:
                receive = receives[delivery]
                self.add_span(
                    delivery, receive, QUEUE, since, now, self.resource
                )

    def hide(self, delivery: int) -> None:
        """The message is hidden from now on, unless it waits already."""
        if delivery not in self.waiting_since:
            self.hidden_since[delivery] = self.clock._now

    def show(self, delivery: int, end: int, outcome: int = 0) -> None:
        """If the message is hidden, this ends at `end`."""
        since = self.hidden_since.pop(delivery, end)
        if since < end:
            receive = self.receives[delivery]
            resource = self.resource
            self.add_span(
                delivery, receive, VISIBILITY, since, end, resource, outcome
            )

    def write_unfinished(self, delivery: int) -> None:
        """The end of the simulation finds the message still waiting, or hidden."""
        self.end_wait(delivery, self.clock._now, IN_FLIGHT)
        self.show(delivery, self.clock._now, IN_FLIGHT)
