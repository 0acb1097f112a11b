"""Another function is called first, within one request: a pipe's enrichment, an API's authorizer.

https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
"""

from __future__ import annotations

from sim.engine.answer_filter import AnswerFilter
from sim.engine.callers import Callers
from sim.engine.codes import CALL, DELIVERED, FAILED, SUCCEEDED
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import Invocable
from sim.engine.router import Router
from sim.engine.synchronous.calls import Attempt, Synchronous
from sim.scenario.triggers import ENRICHMENT, SynchronousTrigger

NEVER = 2**62
"""No run is cut that waits for the answer: a service does."""


class PrecedingCall:
    """A service's call of the first function, for one attempt of a delivery."""

    __slots__ = (
        "attempt",
        "caller",
        "calls",
        "client",
        "delivery",
        "due",
        "since",
    )

    def __init__(self, calls: PrecededCalls, call: Attempt) -> None:
        self.calls = calls
        self.delivery, self.attempt = call
        self.caller = calls.callers.others
        self.client = 0
        self.due = NEVER
        self.since = calls.clock._now

    def hear(self, fate: int) -> None:
        """The first function has answered, or failed."""
        self.calls.hear(self, fate)


class PrecededCalls(Synchronous):
    """The way to a function before which another one is called; the failure of either is told.

    `first`: the trigger of the function that is called first.
    """

    def __init__(
        self,
        first: str,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        super().__init__(trigger, fleet, router, callers, context)
        self.first = first
        self.edge = trigger.preceded_by
        self.add_span = context.trace.add_span
        called = context.scenario.called[first]
        self.filter = AnswerFilter(called.function, context)
        self.first_resource = context.resource_number(first)
        self.failed = self.answers.by_first(self.edge)
        self.gives_up = True
        # A stage's own limit holds before the first call.
        self.stage_bucket = self.bucket
        self.bucket = None

    def call(self, call: Attempt) -> None:
        """A request comes: the stage may refuse it, else the first function is called."""
        delivery, attempt = call
        if self.router.fate[delivery]:
            return  # nobody waits for it any more
        self.waits_for[delivery] = attempt
        patience = self.patience[self.callers.number(delivery)]
        if patience is not None:
            patience.watch(call)
        bucket = self.stage_bucket
        if bucket is not None and not bucket.allows_one(self.clock._now):
            self.answer(call, self.answers.refused)
        else:
            self.begin(call)

    def begin(self, call: Attempt) -> None:
        """The first function is called first."""
        self.ask(call)

    def ask(self, call: Attempt) -> None:
        """Call the first function, and wait."""
        waiting = PrecedingCall(self, call)
        self.router.call(self.edge, self.first, call[1], waiting)

    def hear(self, waiting: PrecedingCall, fate: int) -> None:
        """The first function has succeeded, so the second is called; or its failure is told."""
        self.note(waiting, fate)
        call = waiting.delivery, waiting.attempt
        if self.is_answered(call):
            return
        if fate != DELIVERED:
            self.answer(call, self.failed)
        elif self.is_left_out(waiting.delivery):
            self.answer(call, self.answers.by_outcome[SUCCEEDED])
        else:
            self.proceed(call)

    def is_left_out(self, delivery: int) -> bool:
        """Whether an enrichment's answer is empty: the pipe does not invoke its target.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
        """
        return self.edge == ENRICHMENT and self.filter.leaves_out(delivery)

    def note(self, waiting: PrecedingCall, fate: int) -> None:
        """Write down how long the first function was waited for."""
        self.add_span(
            waiting.delivery,
            waiting.attempt,
            CALL,
            waiting.since,
            self.clock._now,
            self.first_resource,
            SUCCEEDED if fate == DELIVERED else FAILED,
        )

    def proceed(self, call: Attempt) -> None:
        """The first function has answered."""
        self.call_function(call)

    def call_function(self, call: Attempt) -> None:
        """Call the second function."""
        super().call(call)

    def _watch(self, call: Attempt) -> None:
        """From now on the second function's limit counts; the caller waits since the beginning."""
        if self.limit is not None:
            self.limit.watch(call)
