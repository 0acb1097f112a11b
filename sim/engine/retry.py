"""How those who call try again: what is to be retried, and the rules of services.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from sim import facts
from sim.engine.growing_waits import grown
from sim.scenario.caller import Retrier
from sim.trace import MICROSECONDS
from sim.workload import draws

# What an answer is to the one who called
SUCCESS = 0
FUNCTION_ERROR = 1  # the function's own failure: a direct Invoke has status 200
FUNCTION_TIMEOUT = 2
THROTTLED = 3
TRANSIENT = 4
GATEWAY_TIMEOUT = 5
HEARTBEAT_TIMEOUT = 6  # of a task that waits for its token


def value(name: str) -> float:
    """The number of a fact."""
    return float(facts.fact(name).value)


class FailedCall(NamedTuple):
    """An attempt that has failed: whose it is, and what the answer was."""

    client: int
    delivery: int
    attempt: int
    problem: int
    identity: int  # of the event


class RetryRule(Protocol):
    """When a call is sent, and whether and when it is sent again; waits are in microseconds."""

    def delay(self, client: int) -> int:
        """How long this client holds its request back."""

    def next_wait(self, call: FailedCall) -> int | None:
        """The wait before the next attempt; None: there is none."""

    def note_answer(self, client: int, delivery: int, problem: int) -> None:
        """An attempt has been answered."""


class ImmediateRetries:
    """A client of one's own: it tries again without waiting."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def delay(self, client: int) -> int:
        """Requests are never held back."""
        return 0

    def next_wait(self, call: FailedCall) -> int | None:
        """At once, as long as there are attempts left."""
        return 0 if call.attempt < self.attempts else None

    def note_answer(self, client: int, delivery: int, problem: int) -> None:
        """Nothing is learned from an answer."""


class UndeliveredRetries(ImmediateRetries):
    """A service that repeats calls that did not reach the function, at once and a few times.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
    """

    def next_wait(self, call: FailedCall) -> int | None:
        """Again after a throttle or the service's own timeout, not after a function's error."""
        if call.problem not in (THROTTLED, TRANSIENT, GATEWAY_TIMEOUT):
            return None
        return super().next_wait(call)


class SpacedRetries(UndeliveredRetries):
    """A service that repeats the same calls after waits that double, in seconds."""

    def __init__(self, attempts: int, start: float) -> None:
        super().__init__(attempts)
        self.start = start

    def next_wait(self, call: FailedCall) -> int | None:
        """The wait after so many calls."""
        if super().next_wait(call) is None:
            return None
        seconds = grown(self.start, 2.0, call.attempt - 1)
        return round(seconds * MICROSECONDS)


class RepeatedRotations(ImmediateRetries):
    """A service that begins the whole of several calls again after any failure."""

    def __init__(self, attempts: int, wait: float) -> None:
        super().__init__(attempts)
        self.wait = round(wait * MICROSECONDS)
        # By delivery
        self.failures: Counter[int] = Counter()

    def next_wait(self, call: FailedCall) -> int | None:
        """The same wait each time; calls that succeeded do not count."""
        self.failures[call.delivery] += 1
        failures = self.failures[call.delivery]
        return self.wait if failures < self.attempts else None


class UnansweredRetries(ImmediateRetries):
    """A service that repeats a call for which it has waited long enough; an answer ends it.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
    """

    def next_wait(self, call: FailedCall) -> int | None:
        """Again at once, after the service's own timeout only."""
        if call.problem != GATEWAY_TIMEOUT:
            return None
        return super().next_wait(call)


class DoublingRetries(ImmediateRetries):
    """A service that sends again after any failure: waits double, within a window of time."""

    def __init__(self, service: str) -> None:
        start = value(f"{service}.backoff_start")
        cap = value(f"{service}.backoff_cap")
        window = value(f"{service}.retry_window")
        self.waits = list(doubling(start, cap, window))
        super().__init__(attempts=len(self.waits) + 1)

    def next_wait(self, call: FailedCall) -> int | None:
        """The next wait, unless it would end after the window."""
        if call.attempt >= self.attempts:
            return None
        return round(self.waits[call.attempt - 1] * MICROSECONDS)


class StateMachineRetries(ImmediateRetries):
    """A Step Functions task with its `Retry` array: each retrier counts its own tries.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """

    def __init__(
        self, retriers: tuple[Retrier, ...], seed: int, name: str
    ) -> None:
        super().__init__(attempts=0)
        self.retriers = retriers
        self.jitter = draws.key(seed, name, "task jitter")
        self.tries: dict[tuple[int, int], int] = {}

    def next_wait(self, call: FailedCall) -> int | None:
        """The wait of the first retrier for this error; None if there is none, or no try left."""
        for number, retrier in enumerate(self.retriers):
            if not set(ERRORS[call.problem]).isdisjoint(retrier.error_equals):
                return self.wait(number, retrier, call)
        return None

    def wait(
        self, number: int, retrier: Retrier, call: FailedCall
    ) -> int | None:
        """Interval x rate^k, at most the longest delay, drawn below that with full jitter."""
        tries = self.tries.get((call.delivery, number), 0)
        if tries >= retrier.max_attempts:
            return None
        self.tries[call.delivery, number] = tries + 1
        first, factor = retrier.interval_seconds, retrier.backoff_rate
        seconds = grown(first, factor, tries)
        seconds = min(seconds, retrier.max_delay_seconds or seconds)
        if retrier.jitter_strategy == "FULL":
            seconds *= draws.nth_uniform(
                self.jitter, call.attempt, call.identity
            )
        return round(seconds * MICROSECONDS)


ERRORS = {
    FUNCTION_ERROR: ("Exception", "States.TaskFailed", "States.ALL"),
    FUNCTION_TIMEOUT: ("Sandbox.Timedout", "States.TaskFailed", "States.ALL"),
    THROTTLED: (
        "Lambda.TooManyRequestsException",
        "States.TaskFailed",
        "States.ALL",
    ),
    TRANSIENT: ("Lambda.ServiceException", "States.TaskFailed", "States.ALL"),
    GATEWAY_TIMEOUT: ("States.Timeout", "States.ALL"),
    HEARTBEAT_TIMEOUT: (
        "States.HeartbeatTimeout",
        "States.Timeout",
        "States.TaskFailed",
        "States.ALL",
    ),
}
"""By problem, the names of errors that a retrier or catcher may have for it.

States.TaskFailed is for every error but States.Timeout, which a late heartbeat may be called, too.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""


def doubling(start: float, cap: float, window: float) -> Iterator[float]:
    """Waits of `start`, twice that, ..., at most `cap`, in all at most `window`; in seconds."""
    elapsed = 0.0
    wait = min(start, cap)
    while elapsed + wait <= window:
        yield wait
        elapsed += wait
        wait = min(cap, 2 * wait)
