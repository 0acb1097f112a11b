"""How those who call try again: the SDKs' back-off, retry quota and send rate, and what services do.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sim import facts
from sim.engine.clock import Clock
from sim.scenario.caller import Caller, Retrier
from sim.trace import MICROSECONDS
from sim.workload import draws

SUCCESS, FUNCTION_ERROR, FUNCTION_TIMEOUT, THROTTLED, TRANSIENT, GATEWAY_TIMEOUT = (
    range(6)
)
"""What an answer is to the one who called: a function's own failure comes with status 200 in a direct Invoke."""


def value(name: str) -> float:
    """The number of a fact."""
    return float(facts.fact(name).value)


class RetryRule(Protocol):
    """When a call is sent, and whether and when it is sent again; waits are in microseconds."""

    def delay(self, client: int) -> int:
        """How long this client holds its request back."""

    def next_wait(
        self, client: int, delivery: int, attempt: int, problem: int, identity: int
    ) -> int | None:
        """The wait before the next attempt after this problem; None: no further attempt."""

    def heard(self, client: int, delivery: int, problem: int) -> None:
        """An attempt has been answered."""


class ImmediateRetries:
    """A client of one's own: it tries again without waiting."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def delay(self, client: int) -> int:
        """Requests are never held back."""
        return 0

    def next_wait(
        self, client: int, delivery: int, attempt: int, problem: int, identity: int
    ) -> int | None:
        """At once, as long as there are attempts left."""
        return 0 if attempt < self.attempts else None

    def heard(self, client: int, delivery: int, problem: int) -> None:
        """Nothing is learned from an answer."""


class SdkRetries(ImmediateRetries):
    """AWS's SDKs in one of their retry modes: back-off with full jitter, and a quota of retries for each client."""

    def __init__(self, caller: Caller, clock: Clock, seed: int, name: str) -> None:
        super().__init__(caller.attempts)
        self.clock, self.jitter = clock, draws.key(seed, name, "back-off")
        self.newest = caller.retry_mode in ("standard", "adaptive")
        self.quotas = (
            None
            if caller.retry_mode == "legacy"
            else [value("sdk.retry_quota")] * caller.clients
        )
        self.rates = (
            [AdaptiveSendRate() for _ in range(caller.clients)]
            if caller.retry_mode == "adaptive"
            else None
        )
        self.costs: dict[int, float] = {}  # what the last retry of a call has cost

    def delay(self, client: int) -> int:
        """In adaptive mode a client that was throttled holds its requests back."""
        return (
            0
            if self.rates is None
            else self.rates[client].take(self.clock.now / MICROSECONDS)
        )

    def next_wait(
        self, client: int, delivery: int, attempt: int, problem: int, identity: int
    ) -> int | None:
        """Retry throttles, 5xx answers and read timeouts, while attempts and quota last."""
        if (
            problem in (SUCCESS, FUNCTION_ERROR, FUNCTION_TIMEOUT)
            or attempt >= self.attempts
        ):
            return None
        if not self.pay(client, delivery, problem):
            return None
        bound = min(value("sdk.backoff_cap"), self.base(problem) * 2.0 ** (attempt - 1))
        return round(
            draws.uniform(draws.mix(self.jitter + attempt), identity)
            * bound
            * MICROSECONDS
        )

    def base(self, problem: int) -> float:
        """The first bound of the back-off."""
        if not self.newest:
            return value("sdk.older_backoff_base")
        return value(
            "sdk.throttle_backoff_base"
            if problem == THROTTLED
            else "sdk.transient_backoff_base"
        )

    def pay(self, client: int, delivery: int, problem: int) -> bool:
        """Take a retry's cost from the client's quota, if there is enough in it."""
        if self.quotas is None:
            return True
        name = "throttle_retry_cost" if problem == THROTTLED else "transient_retry_cost"
        cost = value(f"sdk.{name}" if self.newest else "sdk.older_retry_cost")
        if self.quotas[client] < cost:
            return False
        self.quotas[client] -= cost
        self.costs[delivery] = cost
        return True

    def heard(self, client: int, delivery: int, problem: int) -> None:
        """A success after a retry gives its cost back, one at the first attempt a little; adaptive mode learns."""
        if self.rates is not None:
            self.rates[client].learn(
                self.clock.now / MICROSECONDS, problem == THROTTLED
            )
        if self.quotas is not None and problem in (
            SUCCESS,
            FUNCTION_ERROR,
            FUNCTION_TIMEOUT,
        ):
            refund = self.costs.pop(delivery, value("sdk.success_refund"))
            self.quotas[client] = min(
                value("sdk.retry_quota"), self.quotas[client] + refund
            )


class AdaptiveSendRate:
    """The client-side limiter of adaptive mode: a token bucket whose rate follows CUBIC."""

    def __init__(self) -> None:
        self.enabled = False
        self.rate = self.capacity = self.tokens = 0.0
        self.filled_at = self.throttled_at = self.counted_at = 0.0
        self.measured = self.count = 0.0
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
        """Slow down after a throttle, else grow towards the rate that was throttled last, and beyond."""
        self.measure(now)
        if throttled:
            self.last_maximum = (
                min(self.measured, self.rate) if self.enabled else self.measured
            )
            self.throttled_at, self.enabled = now, True
            wanted = self.last_maximum * value("sdk.adaptive_beta")
        else:
            scale = value("sdk.adaptive_scale")
            window = (self.last_maximum * (1 - value("sdk.adaptive_beta")) / scale) ** (
                1 / 3
            )
            wanted = scale * (now - self.throttled_at - window) ** 3 + self.last_maximum
        self.fill(now)
        self.rate = max(
            min(wanted, value("sdk.adaptive_headroom") * self.measured),
            value("sdk.adaptive_minimum_rate"),
        )
        self.capacity = max(1.0, self.rate)
        self.tokens = min(self.tokens, self.capacity)

    def measure(self, now: float) -> None:
        """Count the answers of each half second, smoothed."""
        half = int(now * 2) / 2
        self.count += 1
        if half > self.counted_at:
            smoothing = value("sdk.adaptive_smoothing")
            self.measured += smoothing * (
                self.count / (half - self.counted_at) - self.measured
            )
            self.count, self.counted_at = 0.0, half

    def fill(self, now: float) -> None:
        """Tokens come in at the present rate."""
        self.tokens = min(
            self.capacity, self.tokens + (now - self.filled_at) * self.rate
        )
        self.filled_at = now


class UndeliveredRetries(ImmediateRetries):
    """A service that repeats calls that did not reach the function, at once and a few times.

    https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
    """

    def next_wait(
        self, client: int, delivery: int, attempt: int, problem: int, identity: int
    ) -> int | None:
        """Again after a throttle or a timeout of the service's own, not after a function's error."""
        return (
            0
            if problem in (THROTTLED, TRANSIENT, GATEWAY_TIMEOUT)
            and attempt < self.attempts
            else None
        )


class DoublingRetries(ImmediateRetries):
    """A service that sends an event again after any failure, with waits that double, until a window of time is over."""

    def __init__(self, service: str) -> None:
        names = ("backoff_start", "backoff_cap", "retry_window")
        self.waits = list(doubling(*(value(f"{service}.{name}") for name in names)))
        super().__init__(attempts=len(self.waits) + 1)

    def next_wait(
        self, client: int, delivery: int, attempt: int, problem: int, identity: int
    ) -> int | None:
        """The next wait, unless it would end after the window."""
        return (
            round(self.waits[attempt - 1] * MICROSECONDS)
            if attempt < self.attempts
            else None
        )


class StateMachineRetries(ImmediateRetries):
    """A Step Functions task with its `Retry` array: each retrier counts its own tries.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """

    def __init__(self, retriers: tuple[Retrier, ...], seed: int, name: str) -> None:
        super().__init__(attempts=0)
        self.retriers, self.jitter = retriers, draws.key(seed, name, "task jitter")
        self.tries: dict[tuple[int, int], int] = {}

    def next_wait(
        self, client: int, delivery: int, attempt: int, problem: int, identity: int
    ) -> int | None:
        """The wait of the first retrier that is for this error; None if it has no try left, or none is for it."""
        for number, retrier in enumerate(self.retriers):
            if not set(ERRORS[problem]).isdisjoint(retrier.error_equals):
                return self.wait(number, retrier, delivery, attempt, identity)
        return None

    def wait(
        self, number: int, retrier: Retrier, delivery: int, attempt: int, identity: int
    ) -> int | None:
        """Interval x rate^k, at most the longest delay, drawn below that with full jitter."""
        tries = self.tries.get((delivery, number), 0)
        if tries >= retrier.max_attempts:
            return None
        self.tries[delivery, number] = tries + 1
        seconds = retrier.interval_seconds * retrier.backoff_rate**tries
        seconds = min(seconds, retrier.max_delay_seconds or seconds)
        if retrier.jitter_strategy == "FULL":
            seconds *= draws.uniform(draws.mix(self.jitter + attempt), identity)
        return round(seconds * MICROSECONDS)


ERRORS = {
    FUNCTION_ERROR: ("Exception", "States.TaskFailed", "States.ALL"),
    FUNCTION_TIMEOUT: ("Sandbox.Timedout", "States.TaskFailed", "States.ALL"),
    THROTTLED: ("Lambda.TooManyRequestsException", "States.TaskFailed", "States.ALL"),
    TRANSIENT: ("Lambda.ServiceException", "States.TaskFailed", "States.ALL"),
    GATEWAY_TIMEOUT: ("States.Timeout", "States.ALL"),
}


def doubling(start: float, cap: float, window: float) -> Iterator[float]:
    """Waits of `start`, twice that, ..., at most `cap`, while their sum stays within `window`; in seconds."""
    elapsed = 0.0
    wait = min(start, cap)
    while elapsed + wait <= window:
        yield wait
        elapsed += wait
        wait = min(cap, 2 * wait)
