"""A handler's calls of ChangeMessageVisibility for the messages of its batch.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

from __future__ import annotations

from sim import facts
from sim.engine.codes import FAILED, RESETTING_OUTCOMES
from sim.engine.function.invocation import Batch
from sim.engine.growing_waits import grown
from sim.engine.queue.standard import StandardQueue
from sim.scenario.behaviour import ChangeMessageVisibility
from sim.trace import MICROSECONDS


class VisibilityChanges:
    """The calls for the batch that one poller has in hand.

    That a call beyond 12 hours hides a message until then, and that the calls after failures come
    when the run ends, are choices.
    """

    def __init__(
        self, settings: ChangeMessageVisibility, queue: StandardQueue
    ) -> None:
        self.settings = settings
        self.queue = queue
        self.clock = queue.clock
        self.interval = round((settings.heartbeat_seconds or 0) * MICROSECONDS)
        longest = facts.fact("Queue.visibility_timeout").maximum or 0
        self.longest = round(longest * MICROSECONDS)
        self.running: Batch | None = None
        self.received_at = 0

    def begin(self, batch: Batch, received_at: int) -> None:
        """The function works on a batch, which was received then."""
        self.running = batch
        self.received_at = received_at
        if self.interval:
            now = self.clock._now
            wait = max(batch.begun, now) - now + self.interval
            self.clock.after(wait, self.beat, batch)

    def beat(self, batch: Batch) -> None:
        """Hide the messages anew, if the run still lasts."""
        if self.running is not batch:
            return
        timeout = self.settings.heartbeat_visibility_timeout
        receipts = zip(batch.records, batch.attempts, strict=True)
        for delivery, receive in receipts:
            self.change(delivery, receive, timeout)
        self.note_calls(len(batch.records))
        self.clock.after(self.interval, self.beat, batch)

    def end(self, batch: Batch) -> None:
        """The run has ended: hide the messages that failed as long as they shall be."""
        self.running = None
        timeout = self.settings.failure_visibility_timeout
        was_cut = batch.worst_outcome in RESETTING_OUTCOMES
        if timeout is None or was_cut:
            return
        receipts = zip(
            batch.records, batch.attempts, batch.outcomes, strict=True
        )
        failed = 0
        for delivery, receive, outcome in receipts:
            if outcome == FAILED:
                factor = self.settings.failure_backoff_rate
                seconds = grown(timeout, factor, receive)
                self.change(delivery, receive, seconds)
                failed += 1
        self.note_calls(failed)

    def note_calls(self, messages: int) -> None:
        """Write down that the queue was called for so many messages: each call costs."""
        if messages:
            row = (self.queue.name, messages)
            self.queue.router.trace.visibility_changes.append(row)

    def change(self, delivery: int, receive: int, seconds: float) -> None:
        """Hide a message so long from now, at most to 12 hours after its receive."""
        asked = self.clock._now + min(
            self.longest, round(seconds * MICROSECONDS)
        )
        end = min(asked, self.received_at + self.longest)
        self.queue.change_visibility(delivery, receive, end)


def visibility_changes(
    settings: ChangeMessageVisibility | None, queue: StandardQueue
) -> VisibilityChanges | None:
    """The calls of a handler that makes any."""
    return None if settings is None else VisibilityChanges(settings, queue)
