"""An event source mapping: pollers that receive batches and invoke the function with them.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from collections import deque

from sim import facts
from sim.draws import MICROSECONDS
from sim.engine.batch_response import failures
from sim.engine.clock import LAST
from sim.engine.environment import Batch, Invocable
from sim.engine.queue import StandardQueue
from sim.function import BatchResponse
from sim.mapping import EventSourceMapping
from sim.trace import SPAN, Fate, Outcome, Stage

pack = SPAN.pack
RETRY = int(Stage.RETRY)
SUCCEEDED = int(Outcome.SUCCEEDED)
DELETED, DROPPED = int(Fate.SUCCEEDED), int(Fate.DROPPED)
NONE: frozenset[int] = frozenset()


class Mapping:
    """An event source mapping with a fixed number of pollers."""

    def __init__(
        self, mapping: EventSourceMapping, form: BatchResponse, queue: StandardQueue, fleet: Invocable
    ) -> None:
        self.queue, self.fleet, self.form = queue, fleet, form
        queue.wake = self.wake
        self.batch_size = mapping.batch_size
        self.window = round(mapping.maximum_batching_window_in_seconds * MICROSECONDS)
        self.reports = mapping.reports_batch_item_failures
        self.backoff_start = facts.fact("mapping.throttle_backoff_start").value * MICROSECONDS
        self.backoff_cap = facts.fact("mapping.throttle_backoff_cap").value * MICROSECONDS
        self.waiting = deque(
            Poller(self) for _ in range(mapping.pollers or facts.fact("mapping.start_concurrency").value)
        )
        self.gathering: Poller | None = None
        self.waking = False

    def arrive(self, delivery: int) -> None:
        """Messages come through the queue."""
        self.queue.arrive(delivery)

    def stop_loop(self, delivery: int) -> None:
        """The invocation is refused with 400 RecursiveInvocationException: the message goes the way of failed ones."""
        self.queue.refuse(delivery)

    def wake(self, more: bool) -> None:
        """A message is visible: a free poller receives it, together with all that come at the same instant."""
        clock = self.queue.clock
        if self.window or (not more and clock.peek() > clock._now):
            self.receive()
        elif not self.waking and self.waiting:
            self.waking = True
            clock.after(0, self.receive, None, LAST)

    def receive(self, _: None = None) -> None:
        """The poller that gathers takes the visible messages, or the one that has waited longest."""
        self.waking = False
        while self.queue.visible and (self.gathering or self.waiting):
            if self.gathering is None:
                self.gathering = self.waiting.popleft()
                self.gathering.open_window()
            self.gathering.gather()


class Poller:
    """One poller: it has at most one batch in hand."""

    rate_limited = True

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self.queue, self.clock = mapping, mapping.queue, mapping.queue.clock
        self.records: list[int] = []
        self.free_since = self.received_at = self.windows = self.throttles = 0

    def open_window(self) -> None:
        """Batching windows follow one another from the end of the last invocation.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
        """
        window = self.mapping.window
        if window:
            self.windows += 1
            elapsed = (self.clock._now - self.free_since) % window
            self.clock.after(window - elapsed, self.close_window, self.windows)

    def gather(self) -> None:
        """Receive messages; the batch goes off when it is full, or at once where there is no window."""
        if not self.records:
            self.received_at = self.clock._now
        self.records += self.queue.receive(self.mapping.batch_size - len(self.records))
        if self.records and (not self.mapping.window or len(self.records) == self.mapping.batch_size):
            self.invoke()
        elif not self.records and not self.mapping.window:
            self.rest()

    def close_window(self, window: int) -> None:
        """The batching window ends: the batch goes off as it is."""
        if window == self.windows and self.mapping.gathering is self:
            if self.records:
                self.invoke()
            else:
                self.rest()
            self.mapping.receive()

    def rest(self) -> None:
        """There was nothing to receive after all."""
        self.mapping.gathering = None
        self.mapping.waiting.appendleft(self)

    def invoke(self) -> None:
        """Invoke the function with the batch in hand."""
        self.mapping.gathering = None
        fleet = self.mapping.fleet
        fleet.invocations += 1
        self.queue.hand_over(self.records)
        attempts = [self.queue.receives[delivery] for delivery in self.records]
        batch = Batch(self.records, attempts, fleet.invocations)
        self.records, self.throttles = [], 0
        self.attempt(batch)

    def attempt(self, batch: Batch) -> None:
        """A throttled batch is tried again with back-off, until its visibility timeout would be over."""
        if not self.mapping.fleet.attempt_batch(batch, self, stops_at_failure=not self.mapping.reports):
            return
        wait = min(self.mapping.backoff_cap, self.mapping.backoff_start * 2**self.throttles)
        self.throttles += 1
        if self.clock._now + wait >= self.received_at + self.queue.visibility:
            self.let_go(batch)
        else:
            self.note_retry(batch, wait)
            self.clock.after(wait, self.attempt, batch)

    def note_retry(self, batch: Batch, wait: int) -> None:
        """Write down that the records wait for the next attempt."""
        now, resource = self.clock._now, self.mapping.fleet.resource
        for delivery, attempt in zip(batch.records, batch.attempts, strict=True):
            row = pack(delivery, attempt, RETRY, 0, now, now + wait, -1, resource, batch.invocation)
            self.queue.record(row)

    def let_go(self, batch: Batch) -> None:
        """The messages return to the queue when their visibility timeout ends."""
        for delivery, receive in zip(batch.records, batch.attempts, strict=True):
            self.queue.let_go(delivery, receive)
        self.free()

    def settle(self, batch: Batch, attempt: int, outcome: int) -> None:
        """The run has ended: messages that did not fail are deleted, the others become visible again in time."""
        mapping = self.mapping
        failed = failures(batch, mapping.form, mapping.reports) if outcome != SUCCEEDED else NONE
        for delivery, receive, ended in zip(batch.records, batch.attempts, batch.outcomes, strict=True):
            if delivery in failed:
                self.queue.let_go(delivery, receive)
            else:
                self.queue.delete(delivery, DELETED if ended == SUCCEEDED else DROPPED)
        self.free()

    def free(self) -> None:
        """Ready for the next batch."""
        self.free_since = self.clock._now
        self.mapping.waiting.append(self)
        self.mapping.receive()
