"""Who may invoke now: concurrency and request rate, shared by the functions of one pool."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from math import lcm

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


class ConcurrencyPools:
    """The pool of each function: one of its own, or `shared` with all without a reservation."""

    def __init__(self, scenario: Scenario) -> None:
        self.shared = ConcurrencyPool(
            scenario.unreserved_concurrency,
            Outcome.ConcurrentInvocationLimitExceeded,
            Outcome.FunctionInvocationRateLimitExceeded,
        )

    def pool(self, reserved: int | None) -> ConcurrencyPool:
        """The pool of a function with so much reserved concurrency."""
        if reserved is None:
            return self.shared
        return ConcurrencyPool(
            reserved,
            Outcome.ReservedFunctionConcurrentInvocationLimitExceeded,
            Outcome.ReservedFunctionInvocationRateLimitExceeded,
        )

    def change(
        self,
        pool: ConcurrencyPool,
        reserved: tuple[int | None, int | None],
        set_aside: int,
        busy: int,
    ) -> ConcurrencyPool:
        """The pool of a function from now on, `reserved` (before, after); it counts at once.

        `set_aside` of the concurrency is provisioned, and `busy` runs use the rest: they go on, and
        count where the next ones do.
        https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
        """
        before, after = reserved
        if before is None:
            pool.busy -= busy
            pool.resize(pool.limit + set_aside)
        self.shared.resize(self.shared.limit + (before or 0) - (after or 0))
        if before is not None and after is not None:
            pool.resize(pool.limit + after - before)
            return pool
        new = self.pool(after)
        new.busy += busy
        new.resize(new.limit - set_aside)
        return new


class TokenBucket:
    """A bucket of `capacity` tokens, full at first, refilled by `refill` a second.

    It counts in whole parts of a token, so small that a microsecond brings a whole number of them:
    nothing is rounded, whatever the rate.
    """

    __slots__ = ("capacity", "filled_at", "level", "refill", "token")

    def __init__(self, capacity: float, refill: float) -> None:
        most, rate = Fraction(str(capacity)), Fraction(str(refill))
        parts = lcm(most.denominator, rate.denominator)
        self.token = parts * MICROSECONDS
        self.capacity = int(most * self.token)
        self.refill = int(rate * parts)
        self.level = self.capacity
        self.filled_at = 0

    def allows_one(self, now: int) -> bool:
        """Take one token, if there is one."""
        refilled = self.level + (now - self.filled_at) * self.refill
        self.level = min(self.capacity, refilled)
        self.filled_at = now
        if self.level < self.token:
            return False
        self.level -= self.token
        return True


def concurrency_scaling_rate() -> TokenBucket:
    """A bucket of 1,000 new environments for each function, refilled by 100 a second.

    https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
    """
    return TokenBucket(
        facts.fact("function.scaling_burst").value,
        facts.fact("function.scaling_refill").value,
    )
