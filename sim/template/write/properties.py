"""Each setting that a template can hold: its CloudFormation property, and CDK's word for it, written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.schedule_expressions import epoch
from sim.scenario.settings import Settings


@dataclass(frozen=True)
class Property:
    """A setting, its CloudFormation property, CDK's keyword and how each of them writes a value."""

    setting: str
    cloudformation: str
    cdk: str
    in_template: Callable[[Any], Any] = lambda value: value
    in_code: Callable[[Any], str] = repr
    has_default: bool = True


@dataclass(frozen=True)
class Written:
    """A property with a value: in a template, and in the text of CDK code."""

    cloudformation: str
    value: Any
    cdk: str
    code: str


def _seconds(value: float) -> str:
    return f"Duration.seconds({value})"


def _moment(seconds: float) -> int:
    return round(epoch().timestamp() + seconds)


def _filters(patterns: tuple[str, ...]) -> dict[str, Any]:
    return {"Filters": [{"Pattern": pattern} for pattern in patterns]}


def _filters_code(patterns: tuple[str, ...]) -> str:
    """As CDK wants them: a dictionary each, of which it makes the JSON itself."""
    return f"[{', '.join(f'dict(pattern={pattern!r})' for pattern in patterns)}]"


def _pollers(config: Settings) -> dict[str, int]:
    return {
        "".join(map(str.capitalize, name.split("_"))): n
        for name, n in config.model_dump(exclude_none=True).items()
    }


def _pollers_code(module: str) -> Callable[[Settings], str]:
    def code(config: Settings) -> str:
        arguments = ", ".join(
            f"{name}={n}" for name, n in config.model_dump(exclude_none=True).items()
        )
        return f"{module}.ProvisionedPollerConfig({arguments})"

    return code


def _snap_start(_applied: str) -> str:
    return "lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS"


FUNCTION = (
    Property("architectures", "Architectures", "architecture", lambda a: [a],
             lambda a: f"lambda_.Architecture.{a.upper().replace('ARM64', 'ARM_64')}"),
    Property("memory_size", "MemorySize", "memory_size"),
    Property("timeout", "Timeout", "timeout", in_code=_seconds),
    Property("reserved_concurrent_executions", "ReservedConcurrentExecutions", "reserved_concurrent_executions"),
    Property("ephemeral_storage", "EphemeralStorage", "ephemeral_storage_size", lambda size: {"Size": size},
             lambda size: f"Size.mebibytes({size})"),
    Property("recursive_loop", "RecursiveLoop", "recursive_loop",
             in_code=lambda loop: f"lambda_.RecursiveLoop.{loop.upper()}"),
    Property("snap_start", "SnapStart", "snap_start", lambda applied: {"ApplyOn": applied}, _snap_start),
)  # fmt: skip
INVOKE = (
    Property(
        "maximum_event_age_in_seconds",
        "MaximumEventAgeInSeconds",
        "max_event_age",
        in_code=_seconds,
    ),
    Property("maximum_retry_attempts", "MaximumRetryAttempts", "retry_attempts"),
)
QUEUE = (
    Property("fifo_queue", "FifoQueue", "fifo"),
    Property(
        "visibility_timeout",
        "VisibilityTimeout",
        "visibility_timeout",
        in_code=_seconds,
    ),
    Property("delay_seconds", "DelaySeconds", "delivery_delay", in_code=_seconds),
    Property(
        "message_retention_period",
        "MessageRetentionPeriod",
        "retention_period",
        in_code=_seconds,
    ),
)
STREAM = (
    Property("retention_period_hours", "RetentionPeriodHours", "retention_period",
             in_code=lambda hours: f"Duration.hours({hours})"),
)  # fmt: skip
BATCH = (
    Property("enabled", "Enabled", "enabled"),
    Property("batch_size", "BatchSize", "batch_size"),
    Property("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds", "max_batching_window",
             round, lambda window: _seconds(round(window))),
    Property("filter_criteria", "FilterCriteria", "filters", _filters, _filters_code),
)  # fmt: skip
ITEM_FAILURES = (
    Property("function_response_types", "FunctionResponseTypes", "report_batch_item_failures", list,
             lambda types: str(bool(types))),
)  # fmt: skip
ON_QUEUES = (
    *BATCH,
    *ITEM_FAILURES,
    Property("scaling_config", "ScalingConfig", "max_concurrency",
             lambda config: {"MaximumConcurrency": config.maximum_concurrency},
             lambda config: str(config.maximum_concurrency)),
    Property("provisioned_poller_config", "ProvisionedPollerConfig", "provisioned_poller_config",
             _pollers, _pollers_code("lambda_")),
)  # fmt: skip
START = (
    Property("starting_position", "StartingPosition", "starting_position",
             in_code=lambda position: f"lambda_.StartingPosition.{position}", has_default=False),
    Property("starting_position_timestamp", "StartingPositionTimestamp", "starting_position_timestamp",
             _moment, lambda seconds: str(_moment(seconds))),
)  # fmt: skip
RETRIES = (
    Property(
        "bisect_batch_on_function_error",
        "BisectBatchOnFunctionError",
        "bisect_batch_on_error",
    ),
    Property(
        "maximum_record_age_in_seconds",
        "MaximumRecordAgeInSeconds",
        "max_record_age",
        in_code=_seconds,
    ),
    Property("maximum_retry_attempts", "MaximumRetryAttempts", "retry_attempts"),
)
ON_STREAMS = (
    *START,
    *BATCH,
    *ITEM_FAILURES,
    *RETRIES,
    Property(
        "parallelization_factor", "ParallelizationFactor", "parallelization_factor"
    ),
    Property(
        "tumbling_window_in_seconds",
        "TumblingWindowInSeconds",
        "tumbling_window",
        in_code=_seconds,
    ),
)
ON_KAFKA = (
    *START,
    *BATCH,
    *ITEM_FAILURES,
    *RETRIES,
    Property("provisioned_poller_config", "ProvisionedPollerConfig", "provisioned_poller_config",
             _pollers, _pollers_code("event_sources")),
)  # fmt: skip
ON_OTHERS = (*START, *BATCH)
MAPPING = {
    "sqs_standard": ON_QUEUES, "sqs_fifo": ON_QUEUES,
    "kinesis": ON_STREAMS, "kinesis_efo": ON_STREAMS, "ddb_streams": ON_STREAMS,
    "msk": ON_KAFKA, "self_managed_kafka": ON_KAFKA,
    "mq": BATCH, "documentdb": ON_OTHERS,
}  # fmt: skip


def differing(settings: Settings, table: tuple[Property, ...]) -> Iterator[Written]:
    """What differs from the defaults of such settings, and so must be written."""
    usual = _usual(settings)
    for row in table:
        value = getattr(settings, row.setting)
        if value != getattr(usual, row.setting) or not row.has_default:
            yield Written(
                row.cloudformation, row.in_template(value), row.cdk, row.in_code(value)
            )


def of_mapping(mapping: EventSourceMapping) -> list[Written]:
    """The settings of an event source mapping."""
    return list(differing(mapping, MAPPING[mapping.kind]))


def in_template(written: Iterator[Written] | list[Written]) -> dict[str, Any]:
    """As CloudFormation's properties."""
    return {one.cloudformation: one.value for one in written}


def in_code(written: Iterator[Written] | list[Written]) -> str:
    """As further arguments in CDK code, each with its comma before it."""
    return "".join(f", {one.cdk}={one.code}" for one in written)


def _usual(settings: Settings) -> Settings:
    needed = {
        name
        for name, field in type(settings).model_fields.items()
        if field.is_required()
    }
    values = {name: getattr(settings, name) for name in needed}
    if getattr(
        settings, "starting_position", None
    ):  # where it is there, AWS has no default for it
        values["starting_position"] = "LATEST"
    return type(settings)(**values)


def dead_letters(queue: str, receives: int) -> dict[str, Any]:
    """A queue's redrive policy, its target already as a reference."""
    return {"deadLetterTargetArn": queue, "maxReceiveCount": receives}


def pattern(scenario: Scenario, trigger: str, bus: str | None) -> dict[str, list[str]]:
    """The pattern that a rule has until somebody writes a better one: events whose source is called as its trigger.

    Results that functions send to its bus have the source lambda.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    configs = [
        function.event_invoke_config.destination_config
        for function in scenario.functions
    ]
    results = (
        ["lambda"]
        if bus is not None and any(bus in config.targets for config in configs)
        else []
    )
    return {"source": [trigger, *results]}
