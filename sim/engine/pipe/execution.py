"""One execution of a pipe: a batch on its way through enrichment and target.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from __future__ import annotations

from itertools import compress
from typing import Any, Protocol

from sim.engine.batch_response import failed_records
from sim.engine.clock import END, Deadlines
from sim.engine.codes import EXECUTION_TIMEOUT, SUCCEEDED, TIMEOUT
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import (
    Batch,
    BatchInvoker,
    BatchSource,
    Invocable,
)
from sim.trace import PipeCall


class Step(Protocol):
    """What a pipe calls."""

    def begin(self, execution: Execution) -> int:
        """Call it with the batch now; returns 0, or the `Reason` why Lambda refuses it."""


class Execution:
    """A batch on its way; the functions of the pipe tell it how their runs have ended."""

    rate_limited = True

    def __init__(
        self,
        pipe: Pipe,
        batch: Batch,
        poller: BatchInvoker,
        source: BatchSource,
    ) -> None:
        self.pipe = pipe
        self.batch = batch
        self.passed = batch  # what the target gets of it
        self.poller = poller
        self.source = source
        self.begun = pipe.clock._now
        self.is_over = False

    def settle(self, work: Any, attempt: int, outcome: int) -> None:
        """The target's run has ended; nobody may wait for it any more."""
        if not self.is_over:
            self.end(self.told_of_target(), outcome, outcome)

    def told_of_target(self) -> Batch:
        """How the target's run ended for each record: what it did not get needs no second try."""
        batch, passed = self.batch, self.passed
        if passed is batch:
            return batch
        told = Batch(batch.records, batch.attempts, batch.invocation)
        told.begin_together(self.pipe.clock._now)
        outcomes = dict(zip(passed.records, passed.outcomes, strict=True))
        told.outcomes = [outcomes.get(one, SUCCEEDED) for one in batch.records]
        told.response = passed.response
        told.worst_outcome = passed.worst_outcome
        return told

    def pass_on(self, is_passed: list[bool]) -> None:
        """The enrichment has answered, with or without each record: the target is next.

        If the answer is empty, the target is not invoked.
        https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
        """
        if self.is_over:
            return
        if not any(is_passed):
            self.hand_over(None)
            return
        if not all(is_passed):
            batch = self.batch
            records = list(compress(batch.records, is_passed))
            attempts = list(compress(batch.attempts, is_passed))
            self.passed = Batch(records, attempts, batch.invocation)
        self.call_target()

    def call_target(self) -> None:
        """Call the target with what the enrichment has passed on."""
        refusal = self.pipe.target.begin(self)
        if refusal:
            self.is_over = True
            self.pipe.note(self, refusal, len(self.batch.records))
            self.poller.refuse(self.batch)

    def fail(self, outcome: int, noted: int) -> None:
        """A step has failed, or the pipe has waited long enough: nothing of the batch is done."""
        if not self.is_over:
            batch = self.batch
            told = Batch(batch.records, batch.attempts, batch.invocation)
            told.begin_together(self.pipe.clock._now)
            self.end(told, outcome, noted)

    def hand_over(self, _: None) -> None:
        """Lambda has taken the batch, or there is none left to take: the pipe is done with it."""
        batch = self.batch
        told = Batch(batch.records, batch.attempts, batch.invocation)
        now = self.pipe.clock._now
        for _record in batch.records:
            told.append(SUCCEEDED, now, now)
        outcome = told.end()
        self.end(told, outcome, outcome)

    def end(self, told: Batch, outcome: int, noted: int) -> None:
        """The poller hears how the execution ended."""
        self.is_over = True
        reads = self.source.reports_failures
        failed = failed_records(told, outcome, reads)
        self.pipe.note(self, noted, len(failed))
        self.poller.settle(told, 0, outcome)


class Pipe:
    """What the pollers of a pipe invoke, in the function's place: its steps, one after another.

    The enrichment and the target have `limit` microseconds in all.
    """

    def __init__(
        self,
        name: str,
        fleet: Invocable,
        enrichment: Step | None,
        target: Step,
        limit: int,
        context: SimulationContext,
    ) -> None:
        self.name = name
        self.fleet = fleet
        self.resource = fleet.resource
        self.first = target if enrichment is None else enrichment
        self.target = target
        self.clock = context.clock
        self.trace = context.trace
        self.deadlines = Deadlines(
            self.clock, limit, self.is_over, self.stop_waiting
        )

    @property
    def invocations(self) -> int:
        """How many runs of the target were begun: pollers give each a number."""
        return self.fleet.invocations

    @invocations.setter
    def invocations(self, count: int) -> None:
        self.fleet.invocations = count

    def attempt_batch(
        self, batch: Batch, poller: BatchInvoker, source: BatchSource
    ) -> int:
        """Call the first step now; returns 0, or the `Reason` why Lambda refuses it."""
        execution = Execution(self, batch, poller, source)
        refusal = self.first.begin(execution)
        if refusal:
            self.note(execution, refusal, len(batch.records))
        else:
            self.deadlines.watch(execution)
        return refusal

    def is_over(self, execution: Execution) -> bool:
        """Whether an execution has ended."""
        return execution.is_over

    def stop_waiting(self, execution: Execution) -> None:
        """The limit is reached: the execution has failed, and the function works on unheard."""
        execution.fail(TIMEOUT, EXECUTION_TIMEOUT)

    def hand_over_later(self, execution: Execution) -> None:
        """Lambda has answered 202: the poller hears of it at this instant."""
        rank = END + execution.batch.records[0]
        self.clock.after(0, execution.hand_over, None, rank)

    def note(self, execution: Execution, outcome: int, failed: int) -> None:
        """Write down that an execution has ended."""
        call = PipeCall(
            self.name,
            tuple(execution.batch.records),
            execution.begun,
            self.clock._now,
            outcome,
            failed,
        )
        self.trace.pipe_calls.append(call)
