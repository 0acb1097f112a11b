"""What can be invoked, who invokes it, and the batch that one invocation may work on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from sim.engine.codes import (
    CRASHED,
    FAILED,
    NOT_REACHED,
    SUCCEEDED,
    TIMEOUT,
)
from sim.scenario.behaviour import BatchResponse

FROM_BEST_TO_WORST = (NOT_REACHED, SUCCEEDED, FAILED, TIMEOUT, CRASHED)


class BatchSource(NamedTuple):
    """What a handler knows of the mapping that hands it batches."""

    reports_failures: bool  # ReportBatchItemFailures is on
    is_fifo: bool = False


class Invoker(Protocol):
    """Who asks for an attempt and hears how it ended."""

    rate_limited: bool

    def settle(self, work: Any, attempt: int, outcome: int) -> None:
        """Hear, at that moment, how the attempt on `work` ended: a delivery or a `Batch`."""


class OutputSender(Protocol):
    """Who passes on what handlers send."""

    def send(self, delivery: int, end: int) -> None:
        """A run of this delivery has succeeded, its work at `end`."""


class BatchInvoker(Invoker, Protocol):
    """Who has a batch in hand until it is done with."""

    def refuse(self, batch: Batch) -> None:
        """A function that the batch needs is throttled, after another one has worked."""


class SingleInvocable(Protocol):
    """What calls invoke: a function, or what puts several events into one run of it."""

    resource: int

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run one event now; returns 0, or the `Reason` why Lambda refuses it."""


class BatchInvocable(Protocol):
    """What pollers invoke: a function, or the steps of a pipe."""

    resource: int
    invocations: int

    def attempt_batch(
        self, batch: Batch, invoker: BatchInvoker, source: BatchSource
    ) -> int:
        """Run one batch now; returns 0, or the `Reason` why Lambda refuses it."""


class Invocable(Protocol):
    """What models invoke: a function's fleet, or the alias before the fleets of its versions."""

    resource: int
    invocations: int

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run one event now; returns 0, or the `Reason` why Lambda refuses it."""

    def attempt_batch(
        self, batch: Batch, invoker: Invoker, source: BatchSource
    ) -> int:
        """Run one batch now; returns 0, or the `Reason` why Lambda refuses it."""

    def is_busy(self) -> bool:
        """Whether any of its environments works."""

    def note_unfinished(self) -> None:
        """Write down the runs that the end of the simulation finds under way."""


class Batch:
    """Records that one invocation works on.

    `starts`, `ends` and `outcomes` grow as it goes on, or are filled in any order after
    `begin_together`. `response` is what the handler returns if a record has failed, `worst_outcome`
    that of the record which ended worst, when the run is over.
    """

    __slots__ = (
        "attempts",
        "begun",
        "ends",
        "invocation",
        "outcomes",
        "records",
        "response",
        "starts",
        "worst_outcome",
    )

    def __init__(
        self, records: list[int], attempts: list[int], invocation: int
    ) -> None:
        self.records = records
        self.attempts = attempts
        self.begun = 0  # when the handler begins with them
        self.invocation = invocation
        self.response: BatchResponse = "exception"
        self.worst_outcome = NOT_REACHED
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.outcomes: list[int] = []

    def append(self, outcome: int, start: int, end: int) -> None:
        """How the next record's turn goes."""
        self.outcomes.append(outcome)
        self.starts.append(start)
        self.ends.append(end)

    def begin_together(self, now: int) -> None:
        """Records will be handled in another order than one after another."""
        for _ in self.records:
            self.append(NOT_REACHED, now, now)

    def set(self, number: int, outcome: int, start: int, end: int) -> None:
        """How one record's turn goes."""
        self.outcomes[number] = outcome
        self.starts[number] = start
        self.ends[number] = end

    def turns(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Delivery, attempt, outcome, start and end of each record that was begun or skipped."""
        columns = (
            self.records,
            self.attempts,
            self.outcomes,
            self.starts,
            self.ends,
        )
        return zip(*columns, strict=False)

    def skip_rest(self, now: int) -> None:
        """The run has ended before the other records' turns."""
        for _ in range(len(self.records) - len(self.ends)):
            self.append(NOT_REACHED, now, now)

    def end(self) -> int:
        """How the run as a whole ended: to return anything at all is a success.

        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        worst = self.outcomes[0]
        if self.outcomes.count(worst) != len(self.outcomes):
            worst = max(self.outcomes, key=FROM_BEST_TO_WORST.index)
        self.worst_outcome = worst
        if worst == FAILED and self.response != "exception":
            return SUCCEEDED
        return worst


def ends_run(outcome: int, stops_at_failure: bool) -> bool:
    """Whether a batch ends with this record: after a timeout or a crash, maybe after a failure."""
    if outcome == FAILED:
        return stops_at_failure
    return outcome != SUCCEEDED


ARRAY = BatchSource(reports_failures=False)
"""What a function's answer says of single events is not read."""


def invoke_together(
    fleet: Invocable, records: list[int], attempt: int, invoker: Invoker
) -> int:
    """Run these events in one invocation; returns 0, or the `Reason` why Lambda refuses it."""
    if len(records) == 1:
        return fleet.attempt(records[0], attempt, invoker)
    fleet.invocations += 1
    batch = Batch(records, [attempt] * len(records), fleet.invocations)
    return fleet.attempt_batch(batch, invoker, ARRAY)
