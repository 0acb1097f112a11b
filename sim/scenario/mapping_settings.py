"""The settings of an event source mapping, which polls a source for batches.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from __future__ import annotations

from typing import Literal

from sim import facts
from sim.scenario.durations import Duration
from sim.scenario.pipe import NOT_OF_PIPES, REPORTING, Pipe
from sim.scenario.settings import (
    QUALIFIER,
    Named,
    Settings,
    described,
    setting,
)
from sim.scenario.source_kinds import KAFKA, ONLY, PROVISIONED_KAFKA, QUEUES


class ScalingConfig(Settings):
    """How many batches of a queue's messages the function may work on at once.

    https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
    """

    unnamed = ("maximum_concurrency",)

    maximum_concurrency: int = setting("ScalingConfig.maximum_concurrency")


class ProvisionedPollerConfig(Settings):
    """Pollers that are there all the time: the provisioned mode of SQS and Kafka.

    https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html
    """

    minimum_pollers: int | None = setting(
        "ProvisionedPollerConfig.minimum_pollers"
    )
    maximum_pollers: int | None = setting(
        "ProvisionedPollerConfig.maximum_pollers"
    )


class MappingSettings(Named):
    """The settings of an event source mapping, and what follows from them.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """

    model: Literal["polling"] = described(
        "The invocation model.", "polling", repr=False
    )
    kind: str = described("The row of the trigger catalogue.")
    function: str = described("The function it invokes.")
    qualifier: str | None = described(QUALIFIER, None)
    source: str = described(
        "The queue, stream, table, topic, broker or cluster it polls."
    )
    enabled: bool = described("Whether it polls.", True)
    batch_size: int = setting("EventSourceMapping.batch_size")
    maximum_batching_window_in_seconds: float = setting(
        "EventSourceMapping.maximum_batching_window_in_seconds"
    )
    function_response_types: tuple[Literal["ReportBatchItemFailures"], ...] = (
        described("What the function's answer may say of single records.", ())
    )
    filter_criteria: tuple[str, ...] = described(
        "The patterns of its filters, each as JSON text.", ()
    )
    scaling_config: ScalingConfig | None = described(
        "A limit to the batches of a queue at once.", None
    )
    provisioned_poller_config: ProvisionedPollerConfig | None = described(
        "Pollers that are always there.", None
    )
    starting_position: (
        Literal["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"] | None
    ) = described("Where in the stream it begins.", None)
    starting_position_timestamp: float | None = setting(
        "EventSourceMapping.starting_position_timestamp"
    )
    active_after: float = setting("EventSourceMapping.active_after")
    parallelization_factor: int = setting(
        "EventSourceMapping.parallelization_factor"
    )
    maximum_retry_attempts: int = setting(
        "EventSourceMapping.maximum_retry_attempts"
    )
    maximum_record_age_in_seconds: int = setting(
        "EventSourceMapping.maximum_record_age_in_seconds"
    )
    bisect_batch_on_function_error: bool = described(
        "Whether a failed batch is split in two.", False
    )
    tumbling_window_in_seconds: int | None = setting(
        "EventSourceMapping.tumbling_window_in_seconds"
    )
    on_failure: str | None = described(
        "Where the record of a batch goes that Lambda has given up.", None
    )
    matching_share: float = setting("Trigger.matching_share")
    duplicate_share: float = setting("Trigger.duplicate_share")
    pollers: int | None = setting("EventSourceMapping.pollers")
    latency: Duration | None = described(
        "From the send to the moment a poller can receive the message.", None
    )
    pipe: Pipe | None = described(
        "The pipe of EventBridge that polls in Lambda's place.", None
    )

    @classmethod
    def example(cls, name: str) -> str:
        """How to write one of its settings, for a kind of source that takes it."""
        kind, *_ = ONLY.get(name, QUEUES)
        return f"sim.trigger({kind!r}, {name}=...)"

    @property
    def entry(self) -> str:
        """Where traffic enters: the source."""
        return self.source

    @property
    def reports_batch_item_failures(self) -> bool:
        """Whether the function's answer may name the records that failed.

        A pipe reads what its target names, of queues and streams, without being told to.
        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
        """
        if self.pipe is not None:
            return self.pipe.waits and self.kind in REPORTING
        return "ReportBatchItemFailures" in self.function_response_types

    @property
    def provisioned_pollers(self) -> tuple[int, int]:
        """The fewest and the most provisioned pollers of a queue; unset ones as AWS sets them."""
        config = self.provisioned_poller_config or ProvisionedPollerConfig()
        least = (
            config.minimum_pollers
            or facts.fact("mapping.minimum_pollers").value
        )
        usual_most = max(least, facts.fact("mapping.maximum_pollers").value)
        return least, config.maximum_pollers or usual_most

    def takes(self, name: str) -> bool:
        """Whether a mapping of this kind of source has the setting of this name."""
        if name in PROVISIONED_KAFKA and self._is_kafka_on_demand:
            return False
        if self.pipe is not None and name in NOT_OF_PIPES:
            return False
        return self.kind in ONLY.get(name, (self.kind,))

    def is_set(self, name: str) -> bool:
        """Whether a setting differs from its default."""
        default = type(self).model_fields[name].default
        return bool(getattr(self, name) != default)

    @property
    def _is_kafka_on_demand(self) -> bool:
        return self.kind in KAFKA and self.provisioned_poller_config is None
