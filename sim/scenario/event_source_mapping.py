"""An event source mapping: Lambda polls a source and invokes the function with batches.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import model_validator

from sim import facts
from sim.scenario.durations import Duration
from sim.scenario.errors import ScenarioError
from sim.scenario.settings import Named, Settings, described, setting

QUEUES = ("sqs_standard", "sqs_fifo")
STREAMS = ("kinesis", "kinesis_efo", "ddb_streams")
KAFKA = ("msk", "self_managed_kafka")
STARTING = (*STREAMS, *KAFKA, "documentdb")
"""Kinds of sources by what their mappings have in common; besides them there are "mq" and "documentdb"."""

API = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
ONLY: dict[str, tuple[str, ...]] = {
    "scaling_config": QUEUES,
    "pollers": QUEUES,
    "provisioned_poller_config": (*QUEUES, *KAFKA),
    "function_response_types": (*QUEUES, *STREAMS, *KAFKA),
    "filter_criteria": (*QUEUES, *STREAMS, *KAFKA, "mq"),
    "matching_share": (*QUEUES, *STREAMS, *KAFKA, "mq"),
    "starting_position": STARTING,
    "starting_position_timestamp": ("kinesis", "kinesis_efo", *KAFKA, "documentdb"),
    "parallelization_factor": STREAMS,
    "tumbling_window_in_seconds": STREAMS,
    "maximum_retry_attempts": (*STREAMS, *KAFKA),
    "maximum_record_age_in_seconds": (*STREAMS, *KAFKA),
    "bisect_batch_on_function_error": (*STREAMS, *KAFKA),
    "on_failure": (*STREAMS, *KAFKA),
}
"""The kinds of sources that take a setting, where not all do."""

PROVISIONED_KAFKA = (
    "function_response_types",
    "maximum_retry_attempts",
    "maximum_record_age_in_seconds",
    "bisect_batch_on_function_error",
)
"""What Kafka takes in provisioned mode only.

https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
"""


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

    minimum_pollers: int | None = setting("ProvisionedPollerConfig.minimum_pollers")
    maximum_pollers: int | None = setting("ProvisionedPollerConfig.maximum_pollers")


class EventSourceMapping(Named):
    """Lambda polls a source and invokes the function with batches (`AWS::Lambda::EventSourceMapping`).

    A setting that AWS gives another default for each kind of source is None until it is set.
    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """

    model: Literal["polling"] = described(
        "The invocation model.", "polling", repr=False
    )
    kind: str = described("The row of the trigger catalogue.")
    function: str = described("The function it invokes.")
    source: str = described(
        "The queue, stream, table, topic, broker or cluster it polls."
    )
    enabled: bool = described("Whether it polls.", True)
    batch_size: int = setting("EventSourceMapping.batch_size")
    maximum_batching_window_in_seconds: float = setting(
        "EventSourceMapping.maximum_batching_window_in_seconds"
    )
    function_response_types: tuple[Literal["ReportBatchItemFailures"], ...] = described(
        "What the function's answer may say of single records.", ()
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
    starting_position: Literal["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"] | None = (
        described("Where in the stream it begins.", None)
    )
    starting_position_timestamp: float | None = setting(
        "EventSourceMapping.starting_position_timestamp"
    )
    active_after: float = setting("EventSourceMapping.active_after")
    parallelization_factor: int = setting("EventSourceMapping.parallelization_factor")
    maximum_retry_attempts: int = setting("EventSourceMapping.maximum_retry_attempts")
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
    pollers: int | None = setting("EventSourceMapping.pollers")
    latency: Duration | None = described(
        "From the send to the moment a poller can receive the message.", None
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
        """Whether the function's answer may name the records that failed."""
        return "ReportBatchItemFailures" in self.function_response_types

    @property
    def provisioned_pollers(self) -> tuple[int, int]:
        """The fewest and the most provisioned pollers of a queue; unset ones as AWS sets them."""
        config = self.provisioned_poller_config or ProvisionedPollerConfig()
        least = config.minimum_pollers or facts.fact("mapping.minimum_pollers").value
        return least, config.maximum_pollers or max(
            least, facts.fact("mapping.maximum_pollers").value
        )

    @model_validator(mode="before")
    @classmethod
    def _defaults_of_its_kind(cls, values: Any) -> Any:
        return (
            {**_defaults(str(values.get("kind"))), **values}
            if isinstance(values, dict)
            else values
        )

    @model_validator(mode="after")
    def _as_aws_takes_it(self) -> EventSourceMapping:
        for problem in _problems_of_queues(self) if self.kind in QUEUES else ():
            raise ScenarioError(f"EventSourceMapping {self.name!r}: {problem}")
        return self

    def takes(self, name: str) -> bool:
        """Whether a mapping of this kind of source has the setting of this name."""
        unprovisioned = self.kind in KAFKA and self.provisioned_poller_config is None
        return self.kind in ONLY.get(name, (self.kind,)) and not (
            unprovisioned and name in PROVISIONED_KAFKA
        )

    @model_validator(mode="after")
    def _only_what_its_kind_takes(self) -> EventSourceMapping:
        for name, kinds in ONLY.items():
            if self._differs(name) and self.kind not in kinds:
                raise ScenarioError(
                    f"{self._who} takes no {name}; {', '.join(kinds)} do ({API})."
                )
        for name in PROVISIONED_KAFKA:
            if (
                self._differs(name)
                and self.kind in KAFKA
                and self.provisioned_poller_config is None
            ):
                source = facts.fact("kafka.retries_with_destination").source
                raise ScenarioError(
                    f"{self._who} takes {name} only with provisioned_poller_config ({source})."
                )
        return self

    @model_validator(mode="after")
    def _begins_somewhere(self) -> EventSourceMapping:
        position, moment = self.starting_position, self.starting_position_timestamp
        if position is None and self.kind in STARTING:
            raise ScenarioError(
                f"{self._who} needs a starting_position: LATEST or TRIM_HORIZON ({API})."
            )
        if position == "AT_TIMESTAMP" and self.kind == "ddb_streams":
            raise ScenarioError(
                f"{self._who} begins at LATEST or TRIM_HORIZON, not AT_TIMESTAMP ({API})."
            )
        if (position == "AT_TIMESTAMP") != (moment is not None):
            raise ScenarioError(
                f"{self._who}: AT_TIMESTAMP and starting_position_timestamp go together ({API})."
            )
        return self

    @model_validator(mode="after")
    def _times_that_aws_takes(self) -> EventSourceMapping:
        window, age = (
            self.maximum_batching_window_in_seconds,
            self.maximum_record_age_in_seconds,
        )
        if window % 1 and window != _defaults(self.kind).get(
            "maximum_batching_window_in_seconds"
        ):
            what = f"maximum_batching_window_in_seconds is {window}"
            raise ScenarioError(
                f"{self._who}: {what}, but only whole seconds can be set ({API})."
            )
        least = facts.fact("mapping.minimum_record_age")
        most = facts.fact("EventSourceMapping.maximum_record_age_in_seconds").maximum
        if age != -1 and age < least.value:
            what = f"maximum_record_age_in_seconds is {age}"
            raise ScenarioError(
                f"{self._who}: {what}, but -1 or {least.value} to {most} s is allowed ({least.source})."
            )
        return self

    @model_validator(mode="after")
    def _as_many_pollers_as_kafka_takes(self) -> EventSourceMapping:
        config, limit = (
            self.provisioned_poller_config,
            facts.fact("kafka.pollers_limit"),
        )
        if (
            self.kind in KAFKA
            and config is not None
            and (config.maximum_pollers or 0) > limit.value
        ):
            raise ScenarioError(
                f"{self._who}: maximum_pollers is {config.maximum_pollers}, but Kafka takes {limit.value} at most "
                f"({limit.source})."
            )
        return self

    def _differs(self, name: str) -> bool:
        return bool(getattr(self, name) != type(self).model_fields[name].default)

    @property
    def _who(self) -> str:
        return f"EventSourceMapping {self.name!r} ({self.kind})"

    @model_validator(mode="after")
    def _large_batches_need_a_window(self) -> EventSourceMapping:
        limit = facts.fact("mapping.batch_without_window")
        windowless = self.kind in QUEUES and self.maximum_batching_window_in_seconds < 1
        if windowless and self.batch_size > limit.value:
            raise ScenarioError(
                f"EventSourceMapping {self.name!r}: batch_size is {self.batch_size}, and above {limit.value} "
                f"maximum_batching_window_in_seconds must be at least 1 s ({limit.source})."
            )
        return self


def _problems_of_queues(mapping: EventSourceMapping) -> Iterator[str]:
    if mapping.kind == "sqs_fifo":
        most = facts.fact("mapping.fifo_batch_size")
        if mapping.batch_size > most.value:
            yield f"batch_size is {mapping.batch_size}, but a FIFO queue has {most.value} at most ({most.source})."
        if mapping.maximum_batching_window_in_seconds:
            yield f"a FIFO queue has no batching window ({most.source})."
    yield from _problems_of_pollers(mapping)
    yield from _problems_of_filters(mapping.filter_criteria)


def _problems_of_pollers(mapping: EventSourceMapping) -> Iterator[str]:
    ways = ("scaling_config", "provisioned_poller_config", "pollers")
    given = [way for way in ways if getattr(mapping, way) is not None]
    if len(given) > 1:
        yield f"{given[0]} and {given[1]} exclude each other ({API})."
    least, most = mapping.provisioned_pollers
    fact = facts.fact("mapping.minimum_pollers")
    if min(least, most) < (fact.minimum or 0):
        yield f"{min(least, most)} provisioned poller is too few: a queue has {fact.minimum} at least ({fact.source})."
    if least > most:
        yield f"minimum_pollers is {least}, more than maximum_pollers, {most} ({fact.source})."


def _problems_of_filters(patterns: tuple[str, ...]) -> Iterator[str]:
    most = facts.fact("mapping.filter_patterns")
    if len(patterns) > most.value:
        yield f"it has {len(patterns)} filter patterns, but {most.value} are allowed ({most.source})."
    for pattern in patterns:
        try:
            is_object = isinstance(json.loads(pattern), dict)
        except json.JSONDecodeError:
            is_object = False
        if not is_object:
            yield f"the filter pattern {pattern!r} is no JSON object ({most.source})."


def _defaults(kind: str) -> dict[str, Any]:
    if kind in QUEUES:
        return {}
    defaults = {"batch_size": facts.fact("mapping.ordered_batch_size").value}
    if kind not in STREAMS:
        defaults["maximum_batching_window_in_seconds"] = facts.fact(
            "mapping.default_window"
        ).value
    return defaults
