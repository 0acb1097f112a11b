"""The kinds of sources that Lambda polls: what their mappings have in common, and what not."""

from __future__ import annotations

from typing import Any

from sim import facts

API = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"

QUEUES = ("sqs_standard", "sqs_fifo")
STREAMS = ("kinesis", "kinesis_efo", "ddb_streams")
KAFKA = ("msk", "self_managed_kafka")
STARTING = (*STREAMS, *KAFKA, "documentdb")
"""Those that are read from a position on; besides all these there is "mq"."""

ONLY: dict[str, tuple[str, ...]] = {
    "scaling_config": QUEUES,
    "pollers": QUEUES,
    "provisioned_poller_config": (*QUEUES, *KAFKA),
    "function_response_types": (*QUEUES, *STREAMS, *KAFKA),
    "filter_criteria": (*QUEUES, *STREAMS, *KAFKA, "mq"),
    "matching_share": (*QUEUES, *STREAMS, *KAFKA, "mq"),
    "starting_position": STARTING,
    "starting_position_timestamp": (
        "kinesis",
        "kinesis_efo",
        *KAFKA,
        "documentdb",
    ),
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


def defaults_of(kind: str) -> dict[str, Any]:
    """The settings that AWS gives another default for this kind of source than for a queue."""
    if kind in QUEUES:
        return {}
    defaults = {"batch_size": facts.fact("mapping.ordered_batch_size").value}
    if kind not in STREAMS:
        window = facts.fact("mapping.default_window").value
        defaults["maximum_batching_window_in_seconds"] = window
    return defaults
