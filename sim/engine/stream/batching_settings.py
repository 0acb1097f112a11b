"""What a mapping of a stream is set to, as its batches need it: in microseconds and bytes.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from __future__ import annotations

from math import inf

from sim import facts
from sim.engine.function.invocation import BatchSource
from sim.engine.growing_waits import grown
from sim.engine.stream.reading_settings import payload_limit
from sim.scenario.choices import Choices
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import KAFKA
from sim.trace import MICROSECONDS


class BatchingSettings:
    """How records become batches, and what is done with a batch that fails."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        retention: int,
        choices: Choices,
        largest_record: int,
        poll_interval: int,
    ) -> None:
        self.source = mapping.source
        # of a broker or a change stream
        self.window_begins_with_record = mapping.kind in ("mq", "documentdb")
        tumbling_window = mapping.tumbling_window_in_seconds or 0
        self.tumbling_window = tumbling_window * MICROSECONDS
        self.commits_offsets = mapping.kind in KAFKA

        self.payload_limit = payload_limit()
        self.largest_record = largest_record
        self.configure(mapping, retention, poll_interval)
        self.retry_start = choices.stream_retry_start_seconds
        self.retry_factor = choices.stream_retry_factor
        self.retry_cap = choices.stream_retry_cap_seconds

    def configure(
        self, mapping: EventSourceMapping, retention: int, poll_interval: int
    ) -> None:
        """What may change: at first, or from now on, for batches in hand, too.

        https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
        """
        self.poll_interval = poll_interval
        self.batch_size = mapping.batch_size
        window = mapping.maximum_batching_window_in_seconds
        self.batching_window = round(window * MICROSECONDS)
        largest_batch = self.largest_record * mapping.batch_size
        self.any_batch_fits = largest_batch <= self.payload_limit
        self.batch_source = BatchSource(mapping.reports_batch_item_failures)
        self.bisects = mapping.bisect_batch_on_function_error
        self.on_failure = mapping.on_failure
        self.maximum_calls = maximum_calls(mapping)
        self.retention = retention
        self.lifetime = min(retention, maximum_age(mapping))

    def retry_wait(self, failures: int) -> int:
        """How long a batch waits after a failure; longer after several in a row (a choice)."""
        wait = grown(self.retry_start, self.retry_factor, min(failures, 64))
        return round(min(self.retry_cap, wait) * MICROSECONDS)


def maximum_calls(mapping: EventSourceMapping) -> float:
    """How often a batch is handed over: once more than it has retries.

    Provisioned Kafka with an on-failure destination has ten retries where none are set.
    https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
    """
    retries = mapping.maximum_retry_attempts
    if retries >= 0:
        return retries + 1
    provisioned = mapping.provisioned_poller_config is not None
    if provisioned and mapping.on_failure is not None:
        return int(facts.fact("kafka.retries_with_destination").value) + 1
    return inf


def maximum_age(mapping: EventSourceMapping) -> float:
    """MaximumRecordAgeInSeconds, in microseconds; without a limit only the retention counts."""
    age = mapping.maximum_record_age_in_seconds
    return inf if age < 0 else age * MICROSECONDS
