"""How AWS's SDKs call again: back-off with full jitter, a retry quota, an adaptive send rate.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from collections import defaultdict

from sim.engine.clock import Clock
from sim.engine.retry import (
    FUNCTION_ERROR,
    FUNCTION_TIMEOUT,
    SUCCESS,
    THROTTLED,
    FailedCall,
    ImmediateRetries,
    RetryRule,
    value,
)
from sim.scenario.caller import Caller
from sim.trace import MICROSECONDS
from sim.workload import draws

REACHED_FUNCTION = (SUCCESS, FUNCTION_ERROR, FUNCTION_TIMEOUT)
"""What an SDK takes for a success: the answer has status 200."""


def client_rule(
    caller: Caller, clock: Clock, seed: int, name: str
) -> RetryRule:
    """How a caller tries again that is no service: as an SDK does, or without a wait."""
    if caller.uses_sdk:
        return SdkRetries(caller, clock, seed, name)
    return ImmediateRetries(caller.attempts)


class SdkRetries(ImmediateRetries):
    """An AWS SDK in one of its retry modes: back-off with full jitter, a quota for each client."""

    def __init__(
        self, caller: Caller, clock: Clock, seed: int, name: str
    ) -> None:
        super().__init__(caller.attempts)
        mode = caller.retry_mode
        self.clock = clock
        self.jitter = draws.key(seed, name, "back-off")
        self.is_newest = mode in ("standard", "adaptive")
        # by client
        self.quotas: defaultdict[int, float] | None = None
        if mode != "legacy":
            self.quotas = defaultdict(lambda: value("sdk.retry_quota"))
        self.rates: defaultdict[int, AdaptiveSendRate] | None = None
        if mode == "adaptive":
            self.rates = defaultdict(AdaptiveSendRate)
        # what the last retry of a call has cost
        self.costs: dict[int, float] = {}

    def delay(self, client: int) -> int:
        """In adaptive mode a client that was throttled holds its requests back."""
        if self.rates is None:
            return 0
        return self.rates[client].take(self.clock.now / MICROSECONDS)

    def next_wait(self, call: FailedCall) -> int | None:
        """Retry throttles, 5xx answers and read timeouts, while attempts and quota last."""
        attempt = call.attempt
        if call.problem in REACHED_FUNCTION or attempt >= self.attempts:
            return None
        if not self.pay(call.client, call.delivery, call.problem):
            return None
        doubled = self.base(call.problem) * 2.0 ** (attempt - 1)
        bound = min(value("sdk.backoff_cap"), doubled)
        jitter = draws.nth_uniform(self.jitter, attempt, call.identity)
        return round(jitter * bound * MICROSECONDS)

    def base(self, problem: int) -> float:
        """The first bound of the back-off, in seconds."""
        if not self.is_newest:
            return value("sdk.older_backoff_base")
        if problem == THROTTLED:
            return value("sdk.throttle_backoff_base")
        return value("sdk.transient_backoff_base")

    def pay(self, client: int, delivery: int, problem: int) -> bool:
        """Take a retry's cost from the client's quota, if there is enough in it."""
        if self.quotas is None:
            return True
        cost = self.cost(problem)
        if self.quotas[client] < cost:
            return False
        self.quotas[client] -= cost
        self.costs[delivery] = cost
        return True

    def cost(self, problem: int) -> float:
        """What a retry takes from the quota."""
        if not self.is_newest:
            return value("sdk.older_retry_cost")
        if problem == THROTTLED:
            return value("sdk.throttle_retry_cost")
        return value("sdk.transient_retry_cost")

    def note_answer(self, client: int, delivery: int, problem: int) -> None:
        """A success gives its retry's cost back, without one a little; adaptive mode learns."""
        if self.rates is not None:
            now = self.clock.now / MICROSECONDS
            self.rates[client].learn(now, problem == THROTTLED)
        if self.quotas is not None and problem in REACHED_FUNCTION:
            refund = self.costs.pop(delivery, value("sdk.success_refund"))
            quota = self.quotas[client] + refund
            self.quotas[client] = min(value("sdk.retry_quota"), quota)


class AdaptiveSendRate:
    """The limiter of adaptive mode: a token bucket whose rate follows CUBIC; times in seconds."""

    def __init__(self) -> None:
        self.enabled = False
        self.rate = 0.0
        self.capacity = 0.0
        self.tokens = 0.0
        self.filled_at = 0.0
        self.throttled_at = 0.0
        self.counted_at = 0.0
        self.count = 0.0  # answers since then
        self.measured = 0.0  # answers a second, smoothed
        self.last_maximum = 0.0

    def take(self, now: float) -> int:
        """Take a token; returns how long the request must wait for it, in microseconds."""
        if not self.enabled:
            return 0
        self.fill(now)
        missing = max(0.0, 1 - self.tokens)
        self.tokens -= 1
        return round(missing / self.rate * MICROSECONDS)

    def learn(self, now: float, throttled: bool) -> None:
        """Slow down after a throttle, else grow to the rate that was throttled last, and beyond."""
        self.measure(now)
        wanted = self.slower(now) if throttled else self.faster(now)
        self.fill(now)
        highest = value("sdk.adaptive_headroom") * self.measured
        lowest = value("sdk.adaptive_minimum_rate")
        self.rate = max(min(wanted, highest), lowest)
        self.capacity = max(1.0, self.rate)
        self.tokens = min(self.tokens, self.capacity)

    def slower(self, now: float) -> float:
        """The rate after a throttle."""
        self.last_maximum = self.measured
        if self.enabled:
            self.last_maximum = min(self.measured, self.rate)
        self.throttled_at = now
        self.enabled = True
        return self.last_maximum * value("sdk.adaptive_beta")

    def faster(self, now: float) -> float:
        """The rate some time after the last throttle."""
        scale = value("sdk.adaptive_scale")
        dropped = self.last_maximum * (1 - value("sdk.adaptive_beta"))
        until_maximum = (dropped / scale) ** (1 / 3)
        passed = now - self.throttled_at
        growth: float = scale * (passed - until_maximum) ** 3
        return growth + self.last_maximum

    def measure(self, now: float) -> None:
        """Count the answers of each half second, smoothed."""
        half = int(now * 2) / 2
        self.count += 1
        if half > self.counted_at:
            per_second = self.count / (half - self.counted_at)
            smoothing = value("sdk.adaptive_smoothing")
            self.measured += smoothing * (per_second - self.measured)
            self.count = 0.0
            self.counted_at = half

    def fill(self, now: float) -> None:
        """Tokens come in at the present rate."""
        tokens = self.tokens + (now - self.filled_at) * self.rate
        self.tokens = min(self.capacity, tokens)
        self.filled_at = now
