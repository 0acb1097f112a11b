"""Data Firehose: records wait in a buffer, and a function transforms them batch by batch.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
"""

from __future__ import annotations

from typing import Any

from sim.engine.answer_filter import AnswerFilter
from sim.engine.answers import Answer
from sim.engine.callers import Callers
from sim.engine.codes import DELIVERED, IN_FLIGHT, SOURCE, SUCCEEDED
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import (
    Batch,
    Invocable,
    Invoker,
    invoke_together,
)
from sim.engine.router import Router
from sim.engine.synchronous.calls import Attempt, Synchronous
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import MICROSECONDS


class TogetherInvoked:
    """Runs all records of a batch in one invocation; `batches`: by first record."""

    def __init__(self, fleet: Invocable, batches: dict[int, list[int]]) -> None:
        self.fleet = fleet
        self.batches = batches
        self.resource = fleet.resource

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run the batch of this record now."""
        records = self.batches[delivery]
        return invoke_together(self.fleet, records, attempt, invoker)


class DeliveryStream(Synchronous):
    """The first record of a batch stands for all: they are called together, again and again.

    A batch goes off when it is as large as the buffer, or as old as its interval.
    """

    def __init__(
        self,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        # By first record
        self.batches: dict[int, list[int]] = {}
        together = TogetherInvoked(fleet, self.batches)
        super().__init__(trigger, together, router, callers, context)
        megabytes = trigger.buffer_size_in_mbs or 0
        self.most_bytes = round(megabytes * 1024 * 1024)
        seconds = trigger.buffer_interval_in_seconds or 0
        self.interval = seconds * MICROSECONDS
        behaviour = context.scenario.function(trigger.function).behaviour
        self.swallows_errors = behaviour.swallows_errors
        self.filter = AnswerFilter(trigger.function, context)
        self.sizes = context.delivery_draws.size
        self.resource = context.resource_number(trigger.name)
        self.buffer: list[int] = []
        self.bytes = 0
        self.buffers = 0  # the number of the last one: its timer counts
        self.results: dict[int, Batch] = {}

    def arrive(self, delivery: int) -> None:
        """A record comes into the buffer."""
        size = self.sizes[self.router.event[delivery]]
        if self.buffer and self.bytes + size > self.most_bytes:
            self.flush()
        self.buffer.append(delivery)
        self.bytes += size
        if self.bytes >= self.most_bytes or not self.interval:
            self.flush()
        elif len(self.buffer) == 1:
            self.buffers += 1
            self.clock.after(self.interval, self.end_interval, self.buffers)

    def end_interval(self, buffer: int) -> None:
        """The buffer is as old as it may be, unless it has gone off before."""
        if self.buffer and buffer == self.buffers:
            self.flush()

    def flush(self) -> None:
        """The batch goes off."""
        records = self.buffer
        self.buffer = []
        self.bytes = 0
        self.buffers += 1
        self.note_waits(records)
        self.batches[records[0]] = records
        self.send((records[0], 1))

    def note_waits(self, records: list[int], outcome: int = 0) -> None:
        """Write down how long records were in the buffer."""
        now, arrived = self.clock._now, self.router.deliveries.arrived
        for delivery in records:
            if now > arrived[delivery]:
                place = (arrived[delivery], now, self.resource, outcome)
                self.router.trace.add_span(delivery, 0, SOURCE, *place)

    def note_unfinished(self) -> None:
        """The end of the simulation finds records in the buffer."""
        self.note_waits(self.buffer, IN_FLIGHT)

    def settle(self, work: Any, attempt: int, outcome: int) -> None:
        """The run has ended; of a batch, its answer says what became of each record."""
        if isinstance(work, Batch):
            first = work.records[0]
            self.results[first] = work
            super().settle(first, work.attempts[0], outcome)
        else:
            super().settle(work, attempt, outcome)

    def result(self, batch: Batch, number: int) -> Answer:
        """What the answer says of one record: Ok, Dropped, or ProcessingFailed.

        A record that it does not name counts as failed.
        """
        if batch.outcomes[number] == SUCCEEDED:
            return self.success(batch.records[number])
        if self.swallows_errors:
            return self.answers.by_outcome[SUCCEEDED]
        return self.answers.processing_failed

    def success(self, delivery: int) -> Answer:
        """What the answer says of a record that was worked on: Ok, or Dropped on purpose.

        https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
        """
        if self.filter.leaves_out(delivery):
            return self.answers.dropped
        return self.answers.by_outcome[SUCCEEDED]

    def results_of(self, first: int, answer: Answer) -> list[Answer]:
        """What the answer says of each record of a batch."""
        batch = self.results.pop(first, None)
        records = self.batches[first]
        if answer != self.answers.by_outcome[SUCCEEDED]:
            return [answer] * len(records)
        if batch is None:
            return [self.success(first)]
        return [self.result(batch, n) for n in range(len(records))]

    def answer(self, call: Attempt, answer: Answer) -> None:
        """All records are tried again together, or each has its end."""
        first, _ = call
        records = self.batches[first]
        results = self.results_of(first, answer)
        super().answer(call, results[0])
        if self.router.fate[first]:
            del self.batches[first]
            for delivery, own in zip(records[1:], results[1:], strict=True):
                self.end_record(delivery, own)

    def end_record(self, delivery: int, answer: Answer) -> None:
        """A further record of a batch is delivered, or kept in the bucket."""
        if self.store is None or answer.fate == DELIVERED:
            self.router.settle_with_answer(delivery, answer.told, answer.fate)
        else:
            self.router.tell(delivery, answer.told)
            self.router.keep_in_store(delivery, self.store)

    def _note_retry(self, call: Attempt, told: int, wait: int) -> None:
        first, attempt = call
        for delivery in self.batches[first]:
            super()._note_retry((delivery, attempt), told, wait)
