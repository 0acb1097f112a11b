"""An event source mapping: pollers that receive batches and invoke the function with them.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from collections import deque

from sim import facts
from sim.engine.batch_response import failed_records
from sim.engine.clock import LAST
from sim.engine.function.invocation import Batch, Invocable
from sim.engine.outage_windows import OutageWindows
from sim.engine.queue.filters import Filter
from sim.engine.queue.poll_rate_limit import Pace
from sim.engine.queue.poller_scaling import Range, Scaling
from sim.engine.queue.standard import StandardQueue
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import BatchResponse
from sim.scenario.resources import Choices
from sim.trace import MICROSECONDS, Fate, Outcome, Stage

RETRY = int(Stage.RETRY)
SUCCEEDED = int(Outcome.SUCCEEDED)
DELETED, DROPPED, FILTERED = int(Fate.SUCCEEDED), int(Fate.DROPPED), int(Fate.FILTERED)
NONE: frozenset[int] = frozenset()


class Mapping:
    """An event source mapping of a queue and its pollers."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        form: BatchResponse,
        queue: StandardQueue,
        fleet: Invocable,
        pollers: Range,
        choices: Choices,
        pauses: OutageWindows,
    ) -> None:
        self.queue, self.fleet, self.form, self.clock = queue, fleet, form, queue.clock
        self.window = round(mapping.maximum_batching_window_in_seconds * MICROSECONDS)
        self.reports, self.fifo = (
            mapping.reports_batch_item_failures,
            mapping.kind == "sqs_fifo",
        )
        self.stops_at_failure = self.fifo or not self.reports
        self.backoff_start = (
            facts.fact("mapping.throttle_backoff_start").value * MICROSECONDS
        )
        self.backoff_cap = (
            facts.fact("mapping.throttle_backoff_cap").value * MICROSECONDS
        )
        self.long_poll = facts.fact("mapping.long_poll").value * MICROSECONDS
        self.filter = Filter(mapping, queue.messages)
        largest = queue.messages.largest_kb()
        self.batch_size = min(
            mapping.batch_size,
            int(facts.fact("mapping.payload_kb").value / (largest or 1)),
        )
        self.messages_per_poll = facts.fact("sqs.messages_per_request").value
        self.pace = Pace(largest) if mapping.provisioned_poller_config else None
        self.name, self.numbers = mapping.name, queue.router.trace.pollers
        self.waiting: deque[Poller] = deque()
        self.gathering: Poller | None = None
        self.waking = self.pacing = False
        self.polls = mapping.enabled and not pauses.is_on(0)
        self.scaling = Scaling(pollers, self.clock, choices, self.resize, self.receive)
        self.resize()
        if mapping.enabled:
            queue.wake = self.wake
            for outage in pauses.windows:
                self.clock.after(outage.begin, self.pause)
                self.clock.after(outage.end, self.resume)

    def arrive(self, delivery: int) -> None:
        """Messages come through the queue."""
        self.queue.arrive(delivery)

    def stop_loop(self, delivery: int) -> None:
        """The invocation is refused with 400 RecursiveInvocationException: the message goes the way of failed ones."""
        self.queue.refuse(delivery)

    def note(self) -> None:
        """Write down how many pollers there are from now on."""
        self.numbers.append(
            (self.name, self.clock._now, self.scaling.pollers if self.polls else 0)
        )

    def pause(self, _: None) -> None:
        """No poller receives anything; batches in hand go on."""
        self.polls = False
        self.note()

    def resume(self, _: None) -> None:
        """The pollers receive again."""
        self.polls = True
        self.note()
        self.receive()

    def resize(self) -> None:
        """As many batches may be in hand as the scaling allows; who has one in hand goes after it."""
        room = self.scaling.batches - self.scaling.busy
        while len(self.waiting) < room:
            self.waiting.append(Poller(self))
        while len(self.waiting) > max(0, room):
            self.waiting.pop()
        self.note()

    def wake(self, more: bool) -> None:
        """A message is visible: a free poller receives it, together with all that come at the same instant."""
        if self.window or (not more and self.clock.peek() > self.clock._now):
            self.receive()
        elif not self.waking:
            self.waking = True
            self.clock.after(0, self.receive, None, LAST)

    def receive(self, _: None = None) -> None:
        """The poller that gathers takes the visible messages, or the one that has waited longest."""
        self.waking = False
        while (
            self.polls
            and self.queue.has_messages()
            and (self.gathering or self.waiting or self.scaling.grow())
        ):
            if self.pace and self.has_to_wait(self.pace):
                return
            if self.gathering is None:
                self.gathering = self.waiting.popleft()
                self.scaling.begin()
                self.gathering.open_window()
            self.gathering.gather()

    def has_to_wait(self, pace: Pace) -> bool:
        """Whether provisioned pollers have received as much as they can for now; they go on as soon as they can."""
        wait = pace.wait(self.scaling.pollers, self.clock._now)
        if wait and not self.pacing:
            self.pacing = True
            self.clock.after(wait, self.go_on)
        return wait > 0

    def go_on(self, _: None) -> None:
        """The pollers may receive again."""
        self.pacing = False
        self.receive()

    def take(self, most: int) -> list[int]:
        """Receive messages; those that the filter keeps out are deleted and join no batch.

        https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
        """
        if self.pace:
            most = min(most, self.messages_per_poll)
        received = self.queue.receive(most)
        if self.pace:
            self.pace.receive(len(received), self.scaling.pollers, self.clock._now)
        if self.filter:
            for delivery in [d for d in received if not self.filter.matches(d)]:
                received.remove(delivery)
                self.queue.delete(delivery, self.queue.receives[delivery], FILTERED)
        return received


class Poller:
    """One poller: it has at most one batch in hand. A provisioned poller is ten of these."""

    rate_limited = True

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self.queue, self.clock = (
            mapping,
            mapping.queue,
            mapping.queue.clock,
        )
        self.records: list[int] = []
        self.free_since = self.clock._now
        self.received_at = self.polled_at = self.windows = self.throttles = 0
        self.is_late = False

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
        self.polled_at = self.clock._now
        if not self.records:
            self.received_at = self.clock._now
        self.records += self.mapping.take(self.mapping.batch_size - len(self.records))
        full = len(self.records) == self.mapping.batch_size
        if self.records and (full or self.is_late or not self.mapping.window):
            self.invoke()
        elif not self.records and not self.mapping.window:
            self.rest()

    def close_window(self, window: int) -> None:
        """The batching window ends: the batch goes off as it is.

        At low traffic the poller hears of it only when its long poll ends, by a message or after 20
        s; that low traffic begins where the mapping has come down to two pollers is a choice.
        https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
        """
        if window != self.windows or self.mapping.gathering is not self:
            return
        poll = self.polled_at + self.mapping.long_poll - self.clock._now
        if self.records and not self.is_late and poll > 0 and self.is_patient():
            self.is_late = True
            self.clock.after(poll, self.close_window, window)
            return
        if self.records:
            self.invoke()
        else:
            self.rest()
        self.mapping.receive()

    def is_patient(self) -> bool:
        """Whether the long poll may outlast the window."""
        return (
            self.mapping.window < self.mapping.long_poll
            and self.mapping.scaling.is_low()
        )

    def rest(self) -> None:
        """There was nothing to receive after all."""
        self.mapping.gathering = None
        self.mapping.scaling.busy -= 1
        self.mapping.waiting.appendleft(self)

    def invoke(self) -> None:
        """Invoke the function with the batch in hand."""
        self.mapping.gathering = None
        self.is_late = False
        fleet = self.mapping.fleet
        fleet.invocations += 1
        self.queue.hand_over(self.records)
        attempts = [self.queue.receives[delivery] for delivery in self.records]
        batch = Batch(self.records, attempts, fleet.invocations)
        self.records, self.throttles = [], 0
        self.attempt(batch)

    def attempt(self, batch: Batch) -> None:
        """A throttled batch is tried again with back-off, until its visibility timeout would be over."""
        if not self.mapping.fleet.attempt_batch(
            batch, self, stops_at_failure=self.mapping.stops_at_failure
        ):
            return
        wait = min(
            self.mapping.backoff_cap, self.mapping.backoff_start * 2**self.throttles
        )
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
            self.queue.add_span(
                delivery,
                attempt,
                RETRY,
                now,
                now + wait,
                resource,
                invocation=batch.invocation,
            )

    def let_go(self, batch: Batch) -> None:
        """The messages return to the queue when their visibility timeout ends."""
        for delivery, receive in zip(batch.records, batch.attempts, strict=True):
            self.queue.let_go(delivery, receive)
        self.free()

    def settle(self, batch: Batch, attempt: int, outcome: int) -> None:
        """The run has ended: messages that did not fail are deleted, the others become visible again in time."""
        mapping = self.mapping
        failed = (
            failed_records(batch, mapping.form, mapping.reports)
            if outcome != SUCCEEDED
            else NONE
        )
        if failed:
            mapping.scaling.failing = True
        for delivery, receive, ended in zip(
            batch.records, batch.attempts, batch.outcomes, strict=True
        ):
            if delivery in failed:
                self.queue.let_go(delivery, receive)
            else:
                self.queue.delete(
                    delivery, receive, DELETED if ended == SUCCEEDED else DROPPED
                )
        self.free()

    def free(self) -> None:
        """Ready for the next batch, unless the mapping has scaled in."""
        scaling = self.mapping.scaling
        scaling.busy -= 1
        self.free_since = self.clock._now
        if scaling.busy + len(self.mapping.waiting) < scaling.batches:
            self.mapping.waiting.append(self)
        self.mapping.receive()
