"""Synchronous invocation: the caller waits, is told, and tries again only if it is that kind of caller.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
"""

from __future__ import annotations

from sim.draws import MICROSECONDS
from sim.engine.clock import Deadlines
from sim.engine.delivery import Router
from sim.engine.fleet import Fleet
from sim.invocation import SynchronousTrigger
from sim.trace import Fate, Outcome
from sim.triggers import trigger_kind

MILLISECOND = MICROSECONDS // 1000
SUCCEEDED = int(Outcome.SUCCEEDED)
DELIVERED, FAILED, REJECTED = int(Fate.SUCCEEDED), int(Fate.FAILED), int(Fate.REJECTED)


class Synchronous:
    """One caller's door to one function: a direct Invoke, or a front door with a limit of its own."""

    rate_limited = True

    def __init__(self, trigger: SynchronousTrigger, fleet: Fleet, router: Router, tries: list[int]) -> None:
        self.fleet, self.router, self.tries = fleet, router, tries
        kind, number = trigger_kind(trigger.kind), router.answer_number
        self.throttled, self.timed_out = number(kind.told_on_throttle), number(kind.told_on_limit)
        error, timeout = number(kind.told_on_error), number(kind.told_on_function_timeout)
        self.answers = {
            SUCCEEDED: (number(kind.told_on_success), DELIVERED),
            int(Outcome.FAILED): (error, FAILED),
            int(Outcome.CRASHED): (error, FAILED),
            int(Outcome.TIMEOUT): (timeout, FAILED),
        }
        self.waits_for: dict[int, int] = {}  # by delivery, the attempt that a caller with a limit waits for
        self.limit = None
        if trigger.timeout_in_millis is not None:
            limit = trigger.timeout_in_millis * MILLISECOND
            self.limit = Deadlines(router.clock, limit, self.is_answered, self.time_out)

    def arrive(self, delivery: int) -> None:
        """The first call for an event."""
        self.call(delivery, 1)

    def call(self, delivery: int, attempt: int) -> None:
        """Call the function; a throttled call is answered at once."""
        if self.limit is not None:
            self.waits_for[delivery] = attempt
            self.limit.watch((delivery, attempt))
        if self.fleet.attempt(delivery, attempt, self):
            self.answer(delivery, attempt, self.throttled, REJECTED)

    def settle(self, delivery: int, attempt: int, outcome: int) -> None:
        """The run has ended: tell the caller, if they still wait for it."""
        if self.limit is None or not self.is_answered((delivery, attempt)):
            self.answer(delivery, attempt, *self.answers[outcome])

    def answer(self, delivery: int, attempt: int, answer: int, fate: int) -> None:
        """The caller hears an answer, and tries again or leaves it at that."""
        if self.limit is not None:
            del self.waits_for[delivery]
        if fate != DELIVERED and attempt < self.tries[delivery]:
            self.router.tell(delivery, answer)
            self.router.clock.after(0, self.call_again, (delivery, attempt + 1))
        else:
            self.router.conclude(delivery, answer, fate)

    def call_again(self, what: tuple[int, int]) -> None:
        """Nobody but the caller retries: https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html."""
        self.call(*what)

    def is_answered(self, what: tuple[int, int]) -> bool:
        """Whether the caller has stopped waiting for this attempt."""
        delivery, attempt = what
        return self.waits_for.get(delivery) != attempt

    def time_out(self, what: tuple[int, int]) -> None:
        """The front door's own limit has passed: the caller is told so, and the function works on unheard."""
        self.answer(*what, self.timed_out, FAILED)
