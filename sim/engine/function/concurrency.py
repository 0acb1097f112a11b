"""Who may invoke now: concurrency and request rate, shared by the functions of one pool."""

from __future__ import annotations

from collections import deque

from sim import facts
from sim.scenario.scenario import Scenario
from sim.trace import MICROSECONDS, Outcome


class ConcurrencyPool:
    """A part of the account's concurrency: a function's reservation, or what is left to others.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    """

    __slots__ = ("busy", "limit", "over_concurrency", "over_rate", "recent")

    def __init__(
        self, limit: int, over_concurrency: Outcome, over_rate: Outcome
    ) -> None:
        self.over_concurrency = over_concurrency
        self.over_rate = over_rate
        self.busy = 0
        self.recent: deque[int] = deque()  # when the last requests came
        self.resize(limit)

    def resize(self, limit: int) -> None:
        """Change how much concurrency, and so how many requests a second, there may be."""
        self.limit = limit
        factor = facts.fact("account.requests_per_second_factor").value
        self.recent = deque(self.recent, maxlen=factor * max(0, limit))

    def rate_exceeded(self, now: int) -> bool:
        """Whether the last second had ten requests for a unit of concurrency; else count this one.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (the sliding second is
        a choice)
        """
        recent = self.recent
        if len(recent) == recent.maxlen and (
            not recent or now - recent[0] < MICROSECONDS
        ):
            return True
        recent.append(now)
        return False


def concurrency_pools(scenario: Scenario) -> dict[str, ConcurrencyPool]:
    """The pool of each function, by the function's name."""
    shared = ConcurrencyPool(
        scenario.unreserved_concurrency,
        Outcome.ConcurrentInvocationLimitExceeded,
        Outcome.FunctionInvocationRateLimitExceeded,
    )
    return {
        function.name: shared
        if function.reserved_concurrent_executions is None
        else ConcurrencyPool(
            function.reserved_concurrent_executions,
            Outcome.ReservedFunctionConcurrentInvocationLimitExceeded,
            Outcome.ReservedFunctionInvocationRateLimitExceeded,
        )
        for function in scenario.functions
    }


class TokenBucket:
    """A bucket of `capacity` tokens, full at first, refilled by `refill` a second.

    It counts in whole millionths of a token.
    """

    __slots__ = ("capacity", "filled_at", "level", "refill")

    def __init__(self, capacity: float, refill: float) -> None:
        self.capacity = round(capacity * MICROSECONDS)
        self.refill = round(refill)
        self.level = self.capacity
        self.filled_at = 0

    def allows_one(self, now: int) -> bool:
        """Take one token, if there is one."""
        refilled = self.level + (now - self.filled_at) * self.refill
        self.level = min(self.capacity, refilled)
        self.filled_at = now
        if self.level < MICROSECONDS:
            return False
        self.level -= MICROSECONDS
        return True


def concurrency_scaling_rate() -> TokenBucket:
    """A bucket of 1,000 new environments for each function, refilled by 100 a second.

    https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
    """
    return TokenBucket(
        facts.fact("function.scaling_burst").value,
        facts.fact("function.scaling_refill").value,
    )
