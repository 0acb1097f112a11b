"""A block of a contact flow: Amazon Connect calls a function, for 8 seconds in all.

https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
"""

from __future__ import annotations

from sim.engine.callers import Callers
from sim.engine.clock import Deadlines
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import Invocable
from sim.engine.router import Router
from sim.engine.synchronous.calls import MILLISECOND, Attempt, Synchronous
from sim.scenario.triggers import SynchronousTrigger


class FlowBlock(Synchronous):
    """The limit counts from the first call, through all retries, to the Error branch."""

    def __init__(
        self,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        super().__init__(trigger, fleet, router, callers, context)
        length = (trigger.timeout_in_millis or 0) * MILLISECOND
        self.all_calls = Deadlines(
            self.clock, length, self.is_over, self.leave_block
        )
        self.limit = None
        self.gives_up = True

    def is_over(self, delivery: int) -> bool:
        """Whether the contact has gone on to another block."""
        return self.router.fate[delivery] != 0

    def leave_block(self, delivery: int) -> None:
        """The time is over: the contact goes down the Error branch, and nobody calls again."""
        self.waits_for.pop(delivery, None)
        told = self.answers.timed_out
        self.router.settle_with_answer(delivery, told.told, told.fate)

    def _watch(self, call: Attempt) -> None:
        super()._watch(call)
        delivery, attempt = call
        if attempt == 1:
            self.all_calls.watch(delivery)
