"""What breaks a rule of advice on streams and the mappings that read them."""

from __future__ import annotations

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.source_kinds import STREAMS
from sim.scenario.streams import Stream, Table
from sim.template.advice.finding import Finding, Findings, mappings


def endless_retries(scenario: Scenario) -> Findings:
    """Mappings that try a failing record until it expires."""
    for mapping, _ in mappings(scenario, *STREAMS):
        if retries_without_end(mapping):
            a = "an" if mapping.on_failure else "no"
            detail = f"retries without end, {a} on-failure destination"
            yield Finding(mapping.name, detail)


def skipped_records(scenario: Scenario) -> Findings:
    """Mappings that skip a record and keep nothing of it."""
    for mapping, _ in mappings(scenario, *STREAMS):
        if mapping.on_failure is None and not retries_without_end(mapping):
            detail = "limited retries, no on-failure destination"
            yield Finding(mapping.name, detail)


def throttled_readers(scenario: Scenario) -> Findings:
    """Streams and tables whose shards more mappings poll than they answer."""
    sources: list[Stream | Table] = [*scenario.streams, *scenario.tables]
    for source in sources:
        readers = scenario.pollers_of(source.name)
        limit = source.unthrottled_readers
        if readers > limit:
            detail = f"{readers} mappings poll its shards, which answer {limit} at full rate"
            yield Finding(source.name, detail)


def retries_without_end(mapping: EventSourceMapping) -> bool:
    """Whether a stream's mapping limits neither retries nor age: both are -1."""
    retries, age = (
        mapping.maximum_retry_attempts,
        mapping.maximum_record_age_in_seconds,
    )
    return retries == age == -1
