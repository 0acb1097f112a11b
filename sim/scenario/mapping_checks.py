"""What AWS refuses of an event source mapping whose single settings are all allowed."""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.filtered_records import dialect_of, problems_of_filters
from sim.scenario.mapping_settings import MappingSettings
from sim.scenario.pipe import (
    NOT_OF_PIPES,
    PARAMETERS,
    PIPE,
    SOURCES_OF_PIPES,
)
from sim.scenario.source_kinds import (
    API,
    KAFKA,
    ONLY,
    PROVISIONED_KAFKA,
    QUEUES,
    STARTING,
    defaults_of,
)


def problems(mapping: MappingSettings) -> Iterator[str]:
    """Sentences that say what AWS would refuse, the first cause first."""
    name = f"EventSourceMapping {mapping.name!r}"
    if mapping.kind in QUEUES:
        for problem in _problems_of_queues(mapping):
            yield f"{name}: {problem}"
    who = f"{name} ({mapping.kind})"
    for problem in _problems_of_pipe(mapping):
        yield f"{name}: {problem} ({PARAMETERS})."
    for problem in _foreign_settings(mapping):
        yield f"{who} takes {problem}"
    polled_by = PIPE if mapping.pipe is not None else mapping.kind
    for problem in problems_of_filters(
        mapping.kind, mapping.filter_criteria, dialect_of(polled_by)
    ):
        yield f"{name}: {problem}"
    for problem in _starting_position(mapping):
        yield f"{who}{problem} ({API})."
    for problem in _problems_of_times(mapping):
        yield f"{who}: {problem}"
    for problem in _too_many_kafka_pollers(mapping):
        yield f"{who}: {problem}"
    for problem in _large_batch_without_window(mapping):
        yield f"{name}: {problem}"


def _problems_of_queues(mapping: MappingSettings) -> Iterator[str]:
    if mapping.kind == "sqs_fifo":
        most = facts.fact("mapping.fifo_batch_size")
        size = mapping.batch_size
        if size > most.value:
            yield (
                f"batch_size is {size}, but a FIFO queue has {most.value} at most "
                f"({most.source})."
            )
        if mapping.maximum_batching_window_in_seconds:
            yield f"a FIFO queue has no batching window ({most.source})."
    yield from _problems_of_pollers(mapping)


def _problems_of_pollers(mapping: MappingSettings) -> Iterator[str]:
    ways = ("scaling_config", "provisioned_poller_config", "pollers")
    given = [way for way in ways if getattr(mapping, way) is not None]
    if len(given) > 1:
        yield f"{given[0]} and {given[1]} exclude each other ({API})."
    least, most = mapping.provisioned_pollers
    fact = facts.fact("mapping.minimum_pollers")
    fewest = min(least, most)
    if fewest < (fact.minimum or 0):
        needed = f"a queue has {fact.minimum} at least ({fact.source})"
        yield f"{fewest} provisioned poller is too few: {needed}."
    if least > most:
        more = f"more than maximum_pollers, {most} ({fact.source})"
        yield f"minimum_pollers is {least}, {more}."


def _problems_of_pipe(mapping: MappingSettings) -> Iterator[str]:
    """What a pipe cannot poll, and what its source cannot be set to."""
    if mapping.pipe is None:
        return
    if mapping.kind not in SOURCES_OF_PIPES:
        polled = ", ".join(SOURCES_OF_PIPES)
        yield f"a pipe polls {polled}, not {mapping.kind}"
    for name in NOT_OF_PIPES:
        if mapping.is_set(name):
            yield f"a pipe's source has no {name}"


def _foreign_settings(mapping: MappingSettings) -> Iterator[str]:
    """What is set, but only another kind of source, or mode, takes."""
    for name, kinds in ONLY.items():
        if mapping.is_set(name) and mapping.kind not in kinds:
            yield f"no {name}; {', '.join(kinds)} do ({API})."
    for name in PROVISIONED_KAFKA:
        if mapping.is_set(name) and not mapping.takes(name):
            source = facts.fact("kafka.retries_with_destination").source
            yield f"{name} only with provisioned_poller_config ({source})."


def _starting_position(mapping: MappingSettings) -> Iterator[str]:
    position = mapping.starting_position
    at_timestamp = position == "AT_TIMESTAMP"
    if position is None and mapping.kind in STARTING:
        yield " needs a starting_position: LATEST or TRIM_HORIZON"
    if at_timestamp and mapping.kind == "ddb_streams":
        yield " begins at LATEST or TRIM_HORIZON, not AT_TIMESTAMP"
    if at_timestamp != (mapping.starting_position_timestamp is not None):
        yield ": AT_TIMESTAMP and starting_position_timestamp go together"


def _problems_of_times(mapping: MappingSettings) -> Iterator[str]:
    window = mapping.maximum_batching_window_in_seconds
    default = defaults_of(mapping.kind).get(
        "maximum_batching_window_in_seconds"
    )
    if window % 1 and window != default:
        what = f"maximum_batching_window_in_seconds is {window}"
        yield f"{what}, but only whole seconds can be set ({API})."
    age = mapping.maximum_record_age_in_seconds
    least = facts.fact("mapping.minimum_record_age")
    most = facts.fact(
        "EventSourceMapping.maximum_record_age_in_seconds"
    ).maximum
    if age != -1 and age < least.value:
        what = f"maximum_record_age_in_seconds is {age}"
        yield f"{what}, but -1 or {least.value} to {most} s is allowed ({least.source})."


def _too_many_kafka_pollers(mapping: MappingSettings) -> Iterator[str]:
    config = mapping.provisioned_poller_config
    most = (config.maximum_pollers or 0) if config is not None else 0
    limit = facts.fact("kafka.pollers_limit")
    if mapping.kind in KAFKA and most > limit.value:
        allowed = f"Kafka takes {limit.value} at most ({limit.source})"
        yield f"maximum_pollers is {most}, but {allowed}."


def _large_batch_without_window(mapping: MappingSettings) -> Iterator[str]:
    limit = facts.fact("mapping.batch_without_window")
    windowless = mapping.maximum_batching_window_in_seconds < 1
    size = mapping.batch_size
    if mapping.kind in QUEUES and windowless and size > limit.value:
        needed = "maximum_batching_window_in_seconds must be at least 1 s"
        yield f"batch_size is {size}, and above {limit.value} {needed} ({limit.source})."
