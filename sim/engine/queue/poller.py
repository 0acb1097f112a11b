"""One poller of a queue: it receives messages until it has a batch, and invokes the function.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from typing import Protocol

from sim.engine.batch_response import failed_records
from sim.engine.function.invocation import Batch, BatchInvocable
from sim.engine.queue.poller_backoff import PollerBackoff
from sim.engine.queue.poller_settings import PollerSettings
from sim.engine.queue.standard import StandardQueue
from sim.engine.queue.visibility_changes import visibility_changes
from sim.trace import Fate, Stage

RETRY = int(Stage.RETRY)
DELETED = int(Fate.SUCCEEDED)


class PollerMapping(Protocol):
    """What a poller needs of the mapping whose poller it is."""

    filling: Poller | None
    backoff: PollerBackoff

    def take(self, most: int) -> list[int]:
        """Receive up to `most` messages for a batch."""

    def receive(self) -> None:
        """Receive messages if there are any."""

    def rest(self, poller: Poller) -> None:
        """The poller has found no message."""

    def free(self, poller: Poller) -> None:
        """The poller is done with its batch."""

    def is_low(self) -> bool:
        """Whether the mapping has scaled in to what low traffic needs."""


class Poller:
    """It has at most one batch in hand. A provisioned poller is ten of these."""

    rate_limited = True

    def __init__(
        self,
        mapping: PollerMapping,
        settings: PollerSettings,
        queue: StandardQueue,
        fleet: BatchInvocable,
    ) -> None:
        self.mapping = mapping
        self.backoff = mapping.backoff
        self.settings = settings
        self.queue = queue
        self.fleet = fleet
        self.clock = queue.clock
        self.visibility_settings = settings.visibility
        self.visibility = visibility_changes(settings.visibility, queue)
        self.records: list[int] = []
        self.free_since = self.clock._now
        self.received_at = 0
        self.hidden_until = 0
        self.polled_at = 0
        # the number of the last window: a timer of an earlier one is stale
        self.windows = 0
        self.throttles = 0
        self.is_late = False  # the window is over, its long poll is not

    def open_window(self) -> None:
        """Batching windows follow one another from the end of the last invocation.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
        """
        window = self.settings.batching_window
        self.windows += 1
        elapsed = (self.clock._now - self.free_since) % window
        self.clock.after(window - elapsed, self.close_window, self.windows)

    def fill(self) -> None:
        """Receive messages; invoke when the batch is full, or at once where there is no window."""
        size = self.settings.batch_size
        records = self.records
        now = self.clock._now
        self.polled_at = now
        if not records:
            self.received_at = now
            self.hidden_until = now + self.queue.visibility_timeout
        records += self.mapping.take(size - len(records))
        waits = self.settings.batching_window > 0
        if records and (not waits or len(records) == size or self.is_late):
            self.invoke()
        elif not records and not waits:
            self.mapping.rest(self)

    def close_window(self, window: int) -> None:
        """The batching window ends: invoke the function with the batch as it is.

        At low traffic this comes later, when the long poll ends: with a message, or after 20 s.
        That low traffic means that the mapping has come down to two pollers is a choice.
        https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
        """
        if window != self.windows or self.mapping.filling is not self:
            return
        poll_ends = self.polled_at + self.settings.long_poll
        if self.waits_for_poll(poll_ends):
            self.is_late = True
            self.clock.after(
                poll_ends - self.clock._now, self.close_window, window
            )
            return
        self.end_batch()
        self.mapping.receive()

    def end_batch(self) -> None:
        """The batch that still fills goes out as it is."""
        if self.records:
            self.invoke()
        else:
            self.mapping.rest(self)

    def waits_for_poll(self, poll_ends: int) -> bool:
        """Whether a batch with messages waits once more: its long poll outlasts the window."""
        if not self.records or self.is_late or poll_ends <= self.clock._now:
            return False
        is_shorter = self.settings.batching_window < self.settings.long_poll
        return is_shorter and self.mapping.is_low()

    def invoke(self) -> None:
        """Invoke the function with the batch in hand."""
        self.mapping.filling = None
        self.is_late = False
        if self.visibility_settings is not self.settings.visibility:
            self.visibility_settings = self.settings.visibility
            self.visibility = visibility_changes(
                self.visibility_settings, self.queue
            )
        self.fleet.invocations += 1
        self.queue.hand_over(self.records)
        receives = self.queue.receives
        attempts = [receives[delivery] for delivery in self.records]
        batch = Batch(self.records, attempts, self.fleet.invocations)
        self.records = []
        self.throttles = 0
        self.attempt(batch)

    def attempt(self, batch: Batch) -> None:
        """A throttled batch is tried again, unless its visibility timeout would be over by then."""
        refused = self.fleet.attempt_batch(batch, self, self.settings.source)
        if not refused:
            if self.visibility is not None:
                self.visibility.begin(batch, self.received_at)
            return
        self.refuse(batch)

    def refuse(self, batch: Batch) -> None:
        """A throttled batch waits for the next try, or for its visibility timeout."""
        self.backoff.throttled += 1
        wait = self.settings.throttle_wait(self.throttles)
        self.throttles += 1
        if self.clock._now + wait >= self.hidden_until:
            self.give_back(batch)
        else:
            self.note_retry(batch, wait)
            self.clock.after(wait, self.attempt, batch)

    def note_retry(self, batch: Batch, wait: int) -> None:
        """Write down that the records wait for the next attempt."""
        start = self.clock._now
        end = start + wait
        resource = self.fleet.resource
        for delivery, attempt in zip(
            batch.records, batch.attempts, strict=True
        ):
            self.queue.log.add_span(
                delivery,
                attempt,
                RETRY,
                start,
                end,
                resource,
                invocation=batch.invocation,
            )

    def give_back(self, batch: Batch) -> None:
        """The messages are visible again when their visibility timeout ends."""
        for delivery, receive in zip(
            batch.records, batch.attempts, strict=True
        ):
            self.queue.wait_for_timeout(delivery, receive)
        self.free()

    def settle(self, batch: Batch, attempt: int, outcome: int) -> None:
        """The run has ended: what did not fail is deleted, the rest waits for its timeout."""
        self.backoff.ended += 1
        failed = self.failed_records(batch, outcome)
        if len(failed) < len(batch.records):
            wait = self.queue.wait_to_delete()
            if wait:
                self.delete_later(batch, failed, wait)
                return
        if failed:
            self.settle_failed(batch, failed)
        else:
            self.queue.delete_all(batch.records, batch.attempts)
        if self.visibility is not None:
            self.visibility.end(batch)
        self.free()

    def delete_later(
        self, batch: Batch, failed: frozenset[int], wait: int
    ) -> None:
        """The queue takes no more deletes now: the poller waits, and the messages stay hidden."""
        for delivery, receive in zip(
            batch.records, batch.attempts, strict=True
        ):
            self.queue.wait_for_timeout(delivery, receive)
        if self.visibility is not None:
            self.visibility.end(batch)
        self.clock.after(wait, self.delete, (batch, failed))

    def delete(self, ended: tuple[Batch, frozenset[int]]) -> None:
        """The queue takes the delete of what did not fail."""
        batch, failed = ended
        for delivery, receive in zip(
            batch.records, batch.attempts, strict=True
        ):
            if delivery not in failed:
                self.queue.delete(delivery, receive, DELETED)
        self.free()

    def settle_failed(self, batch: Batch, failed: frozenset[int]) -> None:
        """Some records of the batch wait for their timeout."""
        for delivery, receive in zip(
            batch.records, batch.attempts, strict=True
        ):
            if delivery in failed:
                self.queue.wait_for_timeout(delivery, receive)
            else:
                self.queue.delete(delivery, receive, DELETED)

    def failed_records(self, batch: Batch, outcome: int) -> frozenset[int]:
        """The records that are to be tried again.

        With ReportBatchItemFailures failing runs slow nothing down, unless it is a pipe's.
        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        reads = self.settings.source.reports_failures
        failed = failed_records(batch, outcome, reads)
        if failed and self.settings.failures_slow_down:
            self.backoff.failed += 1
        return failed

    def free(self) -> None:
        """Ready for the next batch."""
        self.free_since = self.clock._now
        self.mapping.free(self)
