"""Who waits for a synchronous answer, and how they try again: people, SDKs, and services."""

from __future__ import annotations

from typing import Literal

from sim import facts
from sim.scenario.settings import Settings, described, setting

RetryMode = Literal[
    "at once", "standard", "standard before 2026", "legacy", "adaptive"
]
MODE_ATTEMPTS = {"legacy": "sdk.legacy_max_attempts"}


class Caller(Settings):
    """Clients that call and wait: by default one, who takes the first answer.

    With a `retry_mode` of the SDKs they retry throttles, 5xx answers and read timeouts, never a
    function's error (its status is 200). "at once" is a client of your own: it tries anything but a
    success again without waiting.
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """

    clients: int = setting("Caller.clients")
    retry_mode: RetryMode = described("How the clients retry.", "at once")
    max_attempts: int | None = setting("Caller.max_attempts")
    read_timeout: float | None = setting("Caller.read_timeout")

    @property
    def uses_sdk(self) -> bool:
        """Whether the clients retry as AWS's SDKs do."""
        return self.retry_mode != "at once"

    @property
    def attempts(self) -> int:
        """How often a call is sent at most."""
        if self.max_attempts is not None:
            return self.max_attempts
        if not self.uses_sdk:
            return 1
        usual = MODE_ATTEMPTS.get(self.retry_mode, "sdk.max_attempts")
        return int(facts.fact(usual).value)

    @property
    def patience(self) -> float | None:
        """How long a client waits for an answer, in seconds; None is for ever."""
        if self.read_timeout is None and self.uses_sdk:
            return float(facts.fact("sdk.read_timeout").value)
        return self.read_timeout


class Retrier(Settings):
    """One entry of the `Retry` array of a Step Functions task.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """

    error_equals: tuple[str, ...] = described(
        "Errors it is for; States.ALL is for every one.", ("States.ALL",)
    )
    interval_seconds: int = setting("Retrier.interval_seconds")
    max_attempts: int = setting("Retrier.max_attempts")
    backoff_rate: float = setting("Retrier.backoff_rate")
    max_delay_seconds: int | None = setting("Retrier.max_delay_seconds")
    jitter_strategy: Literal["NONE", "FULL"] = described(
        "FULL draws each wait between 0 and its length.", "NONE"
    )

    @classmethod
    def recommended(cls) -> Retrier:
        """The retrier that AWS recommends for Lambda tasks and CDK adds: it leaves throttles out.

        https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html
        """
        errors = (
            "ClientExecutionTimeoutException",
            "ServiceException",
            "AWSLambdaException",
            "SdkClientException",
        )
        return cls(
            error_equals=tuple(f"Lambda.{error}" for error in errors),
            interval_seconds=2,
            max_attempts=6,
            backoff_rate=2,
        )
