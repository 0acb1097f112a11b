"""What AWS leaves open, as this simulator decides it."""

from __future__ import annotations

from typing import Literal

from sim import facts
from sim.scenario.durations import Constant, Duration, Uniform
from sim.scenario.settings import Settings, described, setting


def _seconds(name: str) -> Constant:
    return Constant(seconds=facts.fact(name).value)


class Choices(Settings):
    """What AWS does not publish, as this simulator decides it; every value may be changed."""

    execution_environment_idle_seconds: Duration = described(
        "Idle time after which an environment is ended, drawn for each environment.",
        default_factory=lambda: _seconds(
            "Choices.execution_environment_idle_seconds"
        ),
    )
    execution_environment_life_seconds: float = setting(
        "Choices.execution_environment_life_seconds"
    )
    proactive_init_share: float = setting("Choices.proactive_init_share")
    snap_start_first_restore_factor: float | None = setting(
        "Choices.snap_start_first_restore_factor"
    )
    provisioned_concurrency_allocation_seconds: float = setting(
        "Choices.provisioned_concurrency_allocation_seconds"
    )
    provisioned_concurrency_init_attempts: int = setting(
        "Choices.provisioned_concurrency_init_attempts"
    )
    provisioned_concurrency_ready_at_start: bool = described(
        "Whether provisioned concurrency is there when the scenario begins, or is asked for then.",
        True,
    )
    first_dispatch_seconds: float = setting("Choices.first_dispatch_seconds")
    duplicate_share: float = setting("Choices.duplicate_share")
    duplicate_delay_seconds: float = setting("Choices.duplicate_delay_seconds")
    first_retry_wait: Duration = described(
        "How long Lambda waits after the first failed run of an asynchronous event.",
        default_factory=lambda: _seconds("Choices.first_retry_wait_seconds"),
    )
    second_retry_wait: Duration = described(
        "How long Lambda waits after the second failed run of an asynchronous event.",
        default_factory=lambda: _seconds("Choices.second_retry_wait_seconds"),
    )
    throttle_backoff_start_seconds: float = setting(
        "Choices.throttle_backoff_start_seconds"
    )
    throttle_backoff_cap_seconds: float = setting(
        "Choices.throttle_backoff_cap_seconds"
    )
    throttle_backoff_spread: float = setting("Choices.throttle_backoff_spread")
    throttle_backoff_crowding: float = setting(
        "Choices.throttle_backoff_crowding"
    )
    poller_backoff_share: float = setting("Choices.poller_backoff_share")
    poller_backoff_reference: int = setting("Choices.poller_backoff_reference")
    poller_throttle_weight: float = setting("Choices.poller_throttle_weight")
    poller_throttle_step: float = setting("Choices.poller_throttle_step")
    poller_recovery_factor: float = setting("Choices.poller_recovery_factor")
    poller_review_seconds: float = setting("Choices.poller_review_seconds")
    stream_retry_start_seconds: float = setting(
        "Choices.stream_retry_start_seconds"
    )
    stream_retry_factor: float = setting("Choices.stream_retry_factor")
    stream_retry_cap_seconds: float = setting(
        "Choices.stream_retry_cap_seconds"
    )
    subscriber_retry_start_seconds: float = setting(
        "Choices.subscriber_retry_start_seconds"
    )
    subscriber_retry_cap_seconds: float = setting(
        "Choices.subscriber_retry_cap_seconds"
    )
    replay_startup_seconds: float = setting("Choices.replay_startup_seconds")
    queue_update_seconds: float = setting("Choices.queue_update_seconds")
    retention_update_seconds: float = setting(
        "Choices.retention_update_seconds"
    )
    mapping_update_seconds: float = setting("Choices.mapping_update_seconds")
    function_update_seconds: float = setting("Choices.function_update_seconds")
    success_record_invoke_count: Literal["one", "runs"] = described(
        "The approximateInvokeCount of a success after retries: "
        "one, as recorded on AWS, or the runs made.",
        "one",
    )

    @classmethod
    def measured(cls) -> Choices:
        """The choices with the waits between retries that people measured on AWS."""
        return cls(
            first_retry_wait=_measured("first"),
            second_retry_wait=_measured("second"),
        )


def _measured(which: str) -> Uniform:
    wait = f"asynchronous.measured_{which}_retry"
    low = facts.fact(f"{wait}_low").value
    high = facts.fact(f"{wait}_high").value
    return Uniform(low=low, high=high)
