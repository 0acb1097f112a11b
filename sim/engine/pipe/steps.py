"""What a pipe calls: its enrichment, and its target, for which it waits or not.

https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sim.engine.answer_filter import AnswerFilter
from sim.engine.answers import Answer, Answers
from sim.engine.codes import (
    CALL,
    FAILED,
    SERVICE_EXCEPTION,
    SUCCEEDED,
    SYSTEM_ERROR,
)
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import ARRAY, Batch, Invocable
from sim.engine.outage_windows import OutageWindows
from sim.engine.pipe.execution import Execution
from sim.engine.router import Router
from sim.scenario.changes import LAMBDA
from sim.scenario.triggers import ENRICHMENT, SynchronousTrigger
from sim.trace import HANDED_OVER

Accept = Callable[[list[int]], None]
"""Takes the events of a batch into Lambda's own queue."""


class WaitingTarget:
    """REQUEST_RESPONSE: the pipe waits for its target, and reads which records failed."""

    def __init__(self, fleet: Invocable) -> None:
        self.fleet = fleet

    def begin(self, execution: Execution) -> int:
        """Invoke the function with the batch."""
        return self.fleet.attempt_batch(
            execution.passed, execution, execution.source
        )


class EventQueueTarget:
    """FIRE_AND_FORGET: each batch is one event of Lambda's own queue.

    `accepting`: by function, what takes the events of a batch.
    """

    def __init__(
        self,
        function: str,
        accepting: Mapping[str, Accept],
        router: Router,
        context: SimulationContext,
    ) -> None:
        self.function = function
        self.accepting = accepting
        self.router = router
        self.add_span = context.trace.add_span
        self.resource = context.resource_number(function)
        self.outages: OutageWindows | None = context.outages_of(LAMBDA) or None

    def begin(self, execution: Execution) -> int:
        """Hand the batch over, if Lambda can accept it."""
        batch = execution.passed
        now = self.router.clock._now
        if self.outages is None or not self.outages.is_on(now):
            records = [
                self.event(one, batch.invocation) for one in batch.records
            ]
            self.accepting[self.function](records)
            execution.pipe.hand_over_later(execution)
            return 0
        place = (now, now, self.resource, SERVICE_EXCEPTION)
        for delivery, attempt in zip(
            batch.records, batch.attempts, strict=True
        ):
            self.add_span(delivery, attempt, SYSTEM_ERROR, *place)
        return SERVICE_EXCEPTION

    def event(self, delivery: int, invocation: int) -> int:
        """The delivery to Lambda's queue of one record."""
        router = self.router
        (trigger,) = router.entries[self.function]
        edge, target = HANDED_OVER, self.function
        child = router.add_child(delivery, edge, target, invocation)
        return router.begin_delivery(child, trigger)


class Enrichment:
    """The function that enriches batches: each is one invocation, whose answer is the target's.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
    """

    def __init__(
        self,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        context: SimulationContext,
    ) -> None:
        self.trigger = trigger.name
        self.number = context.scenario.routes.index(trigger)
        self.resource = context.resource_number(trigger.name)
        self.fleet = fleet
        self.router = router
        self.add_span = context.trace.add_span
        self.answers = Answers(trigger, router)
        self.filter = AnswerFilter(trigger.function, context)
        # By delivery: how often it was enriched
        self.calls: Counter[int] = Counter()

    def begin(self, execution: Execution) -> int:
        """Invoke the function with the batch; a failure of it is one of the whole batch."""
        events = [self.event(delivery) for delivery in execution.batch.records]
        self.fleet.invocations += 1
        attempts = [1] * len(events)
        batch = Batch(events, attempts, self.fleet.invocations)
        run = EnrichmentRun(self, execution, batch)
        refusal = self.fleet.attempt_batch(batch, run, ARRAY)
        if refusal == SERVICE_EXCEPTION:
            self.answer(batch, self.answers.unavailable)
        elif refusal:
            self.answer(batch, self.answers.throttled)
        return refusal

    def event(self, delivery: int) -> int:
        """The delivery to the enrichment of one record."""
        self.calls[delivery] += 1
        k = self.calls[delivery]
        child = self.router.add_child(delivery, ENRICHMENT, self.trigger, k)
        return self.router.begin_delivery(child, self.number)

    def answer(self, batch: Batch, answer: Answer) -> None:
        """What the pipe hears, for each record."""
        for event in batch.records:
            self.router.settle_with_answer(event, answer.told, answer.fate)

    def note(self, run: EnrichmentRun, outcome: int) -> None:
        """Write down how long the records were with the enrichment."""
        batch = run.execution.batch
        now = self.router.clock._now
        place = (self.resource, SUCCEEDED if outcome == SUCCEEDED else FAILED)
        note = partial(self.add_span, invocation=batch.invocation)
        for delivery, attempt in zip(
            batch.records, batch.attempts, strict=True
        ):
            note(delivery, attempt, CALL, run.since, now, *place)


class EnrichmentRun:
    """One invocation of the enrichment, for one execution."""

    rate_limited = True

    def __init__(
        self, enrichment: Enrichment, execution: Execution, batch: Batch
    ) -> None:
        self.enrichment = enrichment
        self.execution = execution
        self.batch = batch
        self.since = enrichment.router.clock._now

    def settle(self, work: Any, attempt: int, outcome: int) -> None:
        """The run has ended: the target is next, or the whole batch has failed."""
        enrichment = self.enrichment
        answer = enrichment.answers.by_outcome[outcome]
        enrichment.answer(self.batch, answer)
        enrichment.note(self, outcome)
        if outcome != SUCCEEDED:
            self.execution.fail(FAILED, FAILED)
            return
        leaves_out = enrichment.filter.leaves_out
        records = self.execution.batch.records
        self.execution.pass_on([not leaves_out(one) for one in records])
