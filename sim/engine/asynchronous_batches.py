"""Lambda's event queue where a subscriber or pipe invokes with batches: each is one event there.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html
"""

from __future__ import annotations

from typing import Any

from sim.engine.asynchronous import Asynchronous
from sim.engine.context import SimulationContext
from sim.engine.duplicates import Duplicates
from sim.engine.function.invocation import (
    Batch,
    Invocable,
    Invoker,
    invoke_together,
)
from sim.engine.router import Router
from sim.scenario.function import Function
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import AsynchronousTrigger
from sim.trace import SECOND_COPY, Condition


class AsynchronousBatches(Asynchronous):
    """Lambda's event queue between one function and what invokes it with batches.

    The first event of a batch stands for all of them: what happens to it happens to the others.
    """

    def __init__(
        self,
        trigger: AsynchronousTrigger | Subscriber,
        function: Function,
        fleet: Invocable,
        router: Router,
        context: SimulationContext,
    ) -> None:
        super().__init__(trigger, function, fleet, router, context)
        self.batches: dict[int, list[int]] = {}
        self.add_span = self.add_spans
        self.invoke = self.invoke_batch
        self.trace = context.trace
        self.duplicates = DuplicateBatches(fleet, router, self.batches)

    def accept_batch(self, records: list[int]) -> None:
        """Lambda answers 202 and keeps the whole array as one event."""
        first, *others = records
        self.batches[first] = records
        self.trace.followers.update(others)
        for delivery in others:
            self.accepted[delivery] = self.clock._now
        self.accept(first)

    def records(self, first: int) -> list[int]:
        """The events of the batch that the first one stands for."""
        return self.batches.get(first, [first])

    def add_spans(self, first: int, *span: Any) -> None:
        """Write down what the events of a batch do together."""
        for delivery in self.records(first):
            self.trace.add_span(delivery, *span)

    def invoke_batch(self, first: int, attempt: int, invoker: Invoker) -> int:
        """Run the batch now; returns 0, or the `Reason` why Lambda refuses it."""
        return invoke_together(
            self.fleet, self.records(first), attempt, invoker
        )

    def settle(self, work: Any, attempt: int, outcome: int) -> None:
        """A run has ended: it is one try of the whole batch."""
        first = work.records[0] if isinstance(work, Batch) else work
        super().settle(first, attempt, outcome)

    def succeed(self, delivery: int) -> None:
        """The batch is done; one record of it goes to the on-success destination."""
        super().succeed(delivery)
        for other in self.records(delivery)[1:]:
            self.router.follow(delivery, other)

    def give_up(self, delivery: int, condition: Condition) -> None:
        """Drop the batch: each of the function's failure stores gets one record of it."""
        super().give_up(delivery, condition)
        for other in self.records(delivery)[1:]:
            self.router.follow(delivery, other)

    def leave(self, delivery: int, condition: int) -> None:
        """The batch leaves the queue."""
        super().leave(delivery, condition)
        for other in self.records(delivery)[1:]:
            self.condition[other] = condition


class DuplicateBatches(Duplicates):
    """Second copies of whole batches."""

    def __init__(
        self, fleet: Invocable, router: Router, batches: dict[int, list[int]]
    ) -> None:
        super().__init__(fleet, router)
        self.batches = batches

    def attempt(self, delivery: int) -> None:
        """Invoke the function with a batch that has been handed over before."""
        records = self.batches.get(delivery, [delivery])
        if invoke_together(self.fleet, records, SECOND_COPY, self):
            self.router.outstanding -= 1
